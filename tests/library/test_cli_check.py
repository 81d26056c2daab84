"""`geo-toolkit check` on a small workspace: answers, refusals, exit codes, encodings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from geo_toolkit.cli import check as check_module
from geo_toolkit.cli.app import app, run
from geo_toolkit.workspace import Workspace

# The red line of the workspace covers 106.000-106.015 E, 30.000-30.010 N; there is no farmland.
PLOTS = {"inside": (106.002, 30.002), "near": (106.02, 30.002), "far": (106.2, 30.3)}
SIDE_DEG = 0.002
SCHEMA = Path(__file__).parents[2] / "docs" / "check-result.schema.json"


def square(lon, lat, side=SIDE_DEG):
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def write_plot(folder, name, place):
    feature = {"type": "Feature", "properties": {"name": f"{name}地块"}, "geometry": square(*place)}
    path = folder / f"{name}.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8"
    )
    return path


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """A folder with the workspace and the plots, from which commands are run."""
    shutil.copytree(Path(__file__).with_name("cli_workspace"), tmp_path / "ws")
    for name, place in PLOTS.items():
        write_plot(tmp_path, name, place)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GEO_TOOLKIT_WORKSPACE", str(tmp_path / "ws"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795500000")  # 2026-11-24
    monkeypatch.setattr(check_module, "check_page", lambda *_: "<!doctype html>\n")
    return tmp_path


@pytest.fixture
def cli(capsys):
    """Run a command; its exit code, standard output and standard error."""

    def call(*arguments):
        code = run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def files_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_table_says_verdict_area_and_every_role(cli):
    code, out, err = cli("check", "inside.geojson")
    assert (code, err) == (0, "")
    first = out.splitlines()[0]
    assert first.startswith("⊖ 禁止  inside#1  inside地块")
    assert "公顷（" in first
    assert "亩）" in first
    assert "部分要素无法判定" in first
    text = "".join(out.split())
    assert "生态保护红线⊖禁止" in text
    assert "永久基本农田?无法判定———" in text
    assert "100.00%" in text
    assert "缺少可用的永久基本农田数据" in text
    assert "不代替主管部门的书面意见" in text


def test_the_table_of_a_scope_names_what_was_not_examined(cli):
    code, out, _ = cli("check", "far.geojson", "--scope", "red_line")
    assert code == 0
    assert out.startswith("✓ 未涉及  far#1")
    assert "未核查（不在本次审查范围内）\n  - 永久基本农田" in out


def test_the_table_in_english(cli):
    code, out, _ = cli("check", "inside.geojson", "--lang", "en")
    assert code == 0
    assert out.startswith("⊖ prohibited  inside#1")
    assert "ecological red line" in out
    assert "some matters undetermined" in out


def test_what_was_mended_and_what_was_assumed_is_said(cli, desk):
    ring = square(*PLOTS["far"])["coordinates"][0][:-1]
    plot = {"type": "Polygon", "coordinates": [ring]}
    (desk / "open.geojson").write_text(json.dumps(plot), encoding="utf-8")
    document = json.loads(cli("check", "open.geojson", "--format", "json")[1])
    [entry] = document["inputs"]
    assert len(entry["repairs"]) == 1
    assert any("GCJ-02" in warning for warning in entry["warnings"])
    for arguments in ((), ("--out", "result")):
        out = cli("check", "open.geojson", *arguments)[1]
        assert f"open.geojson：{entry['repairs'][0]}" in out
        assert "GCJ-02" in out


def test_names_from_files_cannot_steer_the_terminal(cli, desk):
    write_plot(desk, "overlapping", (106.012, 30.002))
    code, out, _ = cli("check", "overlapping.geojson")
    assert code == 0
    assert "\x1b" not in out
    assert "[bold]" in "".join(out.split())


def test_every_line_of_the_tables_fits_120_columns_when_piped(cli):
    _, out, _ = cli("check", "inside.geojson", "near.geojson", "--project-type", "chemical")
    in_table = [line for line in out.splitlines() if line.startswith(" ") and line[:4] != "  - "]
    widths = [sum(2 if ord(c) > 0x2E80 else 1 for c in line) for line in in_table]
    assert max(widths) <= 120


def test_json_alone_is_all_of_standard_output(cli):
    code, out, err = cli(
        "check", "inside.geojson", "--format", "json", "--project-type", "chemical"
    )
    assert (code, err) == (0, "")
    document = json.loads(out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    [site] = document["sites"]
    assert site["verdict"] == "prohibited"
    assert site["roles"][0]["overlap_share"] == 1.0
    assert [r["role"] for r in site["roles"] if r["verdict"] == "undetermined"] == [
        "permanent_basic_farmland"
    ]


def test_quiet_leaves_the_json_and_takes_the_table_away(cli):
    assert cli("check", "far.geojson", "--quiet") == (0, "", "")
    assert json.loads(cli("check", "far.geojson", "--quiet", "--format", "json")[1])


def test_out_writes_every_format(cli, desk):
    code, out, err = cli("check", "inside.geojson", "--out", "result")
    assert (code, err) == (0, "")
    formats = ("docx", "gpkg", "html", "json", "pdf", "xlsx")
    assert files_in(desk / "result") == [f"check.{name}" for name in formats]
    assert str(Path("result") / "check.json") in out
    assert "未输出" not in out


def test_out_with_formats_writes_just_those(cli, desk):
    code, out, _ = cli("check", "inside.geojson", "--out", "result", "--format", "json,xlsx")
    assert code == 0
    assert files_in(desk / "result") == ["check.json", "check.xlsx"]
    assert "docx" not in out


def test_the_same_check_writes_the_same_bytes(cli, desk):
    for name in ("a", "b"):
        assert cli("check", "inside.geojson", "--out", name)[0] == 0
    for path in (desk / "a").iterdir():
        assert path.read_bytes() == (desk / "b" / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("plot", "fail_on", "code"),
    [
        ("inside", "prohibited", 1),
        ("inside", "restricted", 1),
        ("inside", "advisory", 1),
        ("far", "prohibited", 0),
        ("far", "conditional", 0),  # undetermined is milder than conditional
        ("far", "undetermined", 1),
        ("inside", "undetermined", 1),  # prohibited, and not complete either
    ],
)
def test_fail_on(cli, plot, fail_on, code):
    assert cli("check", f"{plot}.geojson", "--fail-on", fail_on)[0] == code


def test_fail_on_undetermined_is_not_met_by_a_complete_site(cli):
    code, *_ = cli("check", "far.geojson", "--scope", "red_line", "--fail-on", "undetermined")
    assert code == 0


def test_a_declared_nature_reaches_the_check(cli, desk):
    (desk / "d.toml").write_text('nature = "rebuild"\n', encoding="utf-8")
    out = cli("check", "far.geojson", "--declare", "d.toml", "--format", "json")[1]
    assert json.loads(out)["nature"] == "rebuild"


def test_as_of_takes_the_rules_of_that_day(cli):
    out = cli("check", "inside.geojson", "--as-of", "2016-01-01", "--format", "json")[1]
    document = json.loads(out)
    assert (document["as_of"], document["rules"]["count"]) == ("2016-01-01", 0)
    assert document["sites"][0]["verdict"] == "undetermined"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--corridor-m", "30"], "--corridor-m: expected --project-type linear"),
        (["--dem-datum", "1985"], "--dem-datum: expected --dem FILE beside it"),
        (["--dem-accuracy-m", "5"], "--dem-accuracy-m: expected --dem FILE beside it"),
        (["--dem", "none.tif"], "none.tif: expected a GeoTIFF, got no such file"),
        (["--engine", "dask"], "--engine dask: this version"),
        (["--format", "xls", "--out", "result"], "no format 'xls'; did you mean 'xlsx'"),
        (["--format", "xlsx"], "--format xlsx: expected a folder to write to; add --out DIR"),
        (["--format", ","], "--format: expected names separated by commas, got none"),
        (["--fail-on", "worse"], "no severity 'worse' in --fail-on"),
        (["--project-type", "chemcal"], "no project type 'chemcal'; did you mean 'chemical'?"),
        (["--as-of", "2026-02-30"], "--as-of: expected a day as YYYY-MM-DD, got '2026-02-30'"),
        (["--declare", "none.toml"], "none.toml"),
        (["--datum", "mars"], "invalid value for '--datum': 'mars' is not one of"),
        (["--lang", "fr"], "invalid value for '--lang': 'fr' is not one of"),
        (["--bogus"], "no such option: --bogus"),
        (["--workspace", "nowhere"], "no workspace.toml there"),
    ],
)
def test_a_refusal_is_one_line_before_anything_is_read(cli, desk, monkeypatch, arguments, words):
    def read(*_files, **_options):
        raise AssertionError("read before the options were checked")

    monkeypatch.setattr(check_module, "read_submitted", read)
    before = files_in(desk)
    code, out, err = cli("check", "inside.geojson", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("geo-toolkit: ")
    assert err.count("\n") == 1
    assert words in err
    assert files_in(desk) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.geojson"], "missing.geojson"),
        (["inside.geojson", "--scope", "red"], "no scope 'red'"),
        (["inside.geojson", "--crs", "EPSG:99999999"], "EPSG:99999999"),
        (["inside.geojson", "empty.geojson"], "empty.geojson"),
        ([], "missing argument 'FILE"),
    ],
)
def test_a_wrong_input_writes_nothing(cli, desk, arguments, words):
    (desk / "empty.geojson").write_bytes(b"")
    before = files_in(desk)
    code, out, err = cli("check", *arguments, "--out", "result")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert words in err
    assert files_in(desk) == before


def test_a_declaration_with_a_misspelt_key_is_refused_by_name(cli, desk):
    (desk / "d.toml").write_text('nature = "new"\nheigth_m = 24.0\n', encoding="utf-8")
    code, out, err = cli("check", "inside.geojson", "--declare", "d.toml")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "heigth_m" in err


@pytest.mark.parametrize(
    "text", ['height_m = 24.0\nheight_datum = "ground"', 'industries = ["物流"]']
)
def test_a_declared_height_or_industry_is_read(cli, desk, text):
    (desk / "d.toml").write_text(f"{text}\n", encoding="utf-8")
    assert cli("check", "inside.geojson", "--declare", "d.toml")[0] == 0


def test_a_check_is_recorded_unless_told_otherwise(cli, desk):
    cli("check", "inside.geojson", "--no-record")
    assert not (desk / "ws" / ".geo_toolkit").exists()
    cli("check", "inside.geojson")
    assert len(list((desk / "ws" / ".geo_toolkit" / "checks").iterdir())) == 1


def test_a_read_only_workspace_says_that_nothing_is_recorded(cli, monkeypatch):
    monkeypatch.setattr(Workspace, "is_writable", False)
    assert "本次核查未留存记录" in cli("check", "far.geojson")[1]
    assert "未留存记录" not in cli("check", "far.geojson", "--no-record")[1]
    assert json.loads(cli("check", "far.geojson", "--format", "json")[1])


def test_many_files_show_no_bar_where_there_is_no_terminal(cli, desk):
    names = [write_plot(desk, f"p{i}", (106.1 + i / 100, 30.3)).name for i in range(6)]
    code, out, err = cli("check", *names, "--format", "json")
    assert (code, err) == (0, "")
    assert len(json.loads(out)["sites"]) == 6


def test_an_unexpected_error_is_ours(cli, monkeypatch):
    def broken(*_files, **_options):
        raise RuntimeError("on\npurpose")

    monkeypatch.setattr(check_module, "read_submitted", broken)
    code, out, err = cli("check", "inside.geojson")
    assert (code, out) == (3, "")
    assert err.startswith("geo-toolkit: internal error (RuntimeError: on purpose)")
    assert err.count("\n") == 1
    monkeypatch.setenv("GEO_TOOLKIT_DEBUG", "1")
    assert "Traceback" in cli("check", "inside.geojson")[2]


def test_ctrl_c_ends_quietly(cli, monkeypatch):
    def stop(*_files, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(check_module, "read_submitted", stop)
    assert cli("check", "inside.geojson") == (130, "", "")


def test_help_shows_examples_and_the_chinese_terms():
    result = CliRunner().invoke(app, ["check", "--help"])
    assert result.exit_code == 0
    assert "geo-toolkit check plot.txt --project-type chemical" in result.output
    assert "审查范围" in result.output
    assert "--corridor-m" in result.output
    assert "数字高程模型" in result.output


def test_a_centreline_is_checked_as_its_corridor(cli, desk):
    """A line of 0.004 degrees of longitude through the red line, 40 m wide."""
    line = {"type": "LineString", "coordinates": [[106.013, 30.005], [106.017, 30.005]]}
    (desk / "road.geojson").write_text(json.dumps(line), encoding="utf-8")
    arguments = ("check", "road.geojson", "--project-type", "linear", "--format", "json")
    code, out, err = cli(*arguments, "--corridor-m", "40")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["inputs"][0]["corridor_m"] == 40
    findings = [f for f in document["sites"][0]["findings"] if f["role"] == "ecological_red_line"]
    [crossing] = findings[0]["crossings"]
    assert crossing["from_m"] == 0
    assert crossing["length_m"] == pytest.approx(0.002 * 96_486, rel=1e-3)  # cos 30 degrees
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert "give --corridor-m" in err
    code, out, err = cli("check", "road.geojson", "--corridor-m", "40")
    assert (code, out) == (2, "")
    assert "--corridor-m: expected --project-type linear, got other" in err


def test_local_parameters_are_named_and_never_shown(cli, desk):
    (desk / "p.toml").write_text('source = "xian80"\ndx_m = 123.456\n', encoding="utf-8")
    code, out, err = cli("check", "inside.geojson", "--datum-params", "p.toml")
    assert (code, out) == (2, "")
    assert "p.toml key 'method': expected bursa_wolf or planar, got none" in err
    assert "123.456" not in err


def shell(desk, *arguments, **variables):
    """Run the command as a user does, in a process of its own."""
    environment = {**os.environ, "PYTHONUTF8": "0", **variables}
    return subprocess.run(
        [sys.executable, "-m", "geo_toolkit.cli", *arguments],
        cwd=desk,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252", "gbk"])
def test_json_is_utf8_whatever_the_console(desk, encoding):
    done = shell(desk, "check", "inside.geojson", "--format", "json", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "升钟湖" in done.stdout.decode("utf-8")
    assert json.loads(done.stdout.decode("utf-8"))


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252", "gbk"])
def test_a_table_and_a_refusal_never_fail_on_the_console(desk, encoding):
    done = shell(desk, "check", "inside.geojson", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "inside#1" in done.stdout.decode(encoding)
    done = shell(desk, "check", "无此文件.txt", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.replace(b"\r\n", b"\n").count(b"\n") == 1
    done = shell(desk, "check", "--help", PYTHONIOENCODING=encoding)
    assert done.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="Windows has no signal for a closed pipe")
def test_a_closed_pipe_is_no_error_of_ours(desk):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "geo_toolkit.cli",
                "check",
                "inside.geojson",
                "--format",
                "json",
            ],
            cwd=desk,
            stdout=closed,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 141
    assert done.stderr == b""


def test_a_verdict_does_not_wait_for_the_map_room(desk):
    code = (
        "import sys; from geo_toolkit.cli.app import run; "
        "run(['check', 'inside.geojson', '--quiet']); "
        "print(sorted({'folium', 'branca', 'matplotlib', 'fastapi', 'uvicorn'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=desk, capture_output=True, timeout=60, check=True
    )
    assert done.stdout.decode("utf-8").strip() == "[]"
