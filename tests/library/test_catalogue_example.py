"""The worked script of the catalogue runs, and prints what its day brings."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "examples" / "update_red_line.py"


def test_the_first_day_and_the_update(tmp_path):
    done = subprocess.run(
        [sys.executable, SCRIPT, tmp_path], capture_output=True, text=True, encoding="utf-8",
        env={"PYTHONUTF8": "1", "PATH": ""}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("before: undetermined")
    assert "published: red_line_official version 1" in lines
    assert any(line.startswith("after:  clear (red_line_official)") for line in lines)
    assert any(line.startswith("yesterday: undetermined") for line in lines)
    assert any("area changed" in line and "--override" in line for line in lines)
    assert any(line.startswith("after the update: prohibited") for line in lines)
    assert sum(line.startswith("changed:") for line in lines) == 1
    names = sorted(p.name for p in (tmp_path / "workspace" / ".geo_toolkit").glob("versions/*/*"))
    assert names == ["red_line_official.v1.gpkg", "red_line_official.v2.gpkg"]
