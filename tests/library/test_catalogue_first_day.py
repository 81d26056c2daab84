"""The first day of a bureau, typed at the command line on a copy of the bundled workspace."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from geo_toolkit.cli.app import run
from geo_toolkit.workspace import Workspace

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
RED = "ecological_red_line"
PLOT = shapely.box(106.1000, 30.8000, 106.1030, 30.8030)
OUTSIDE = shapely.box(106.3000, 30.7000, 106.3030, 30.7030)
DOCUMENT = "川自然资函〔2026〕1号"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")  # 2026-09-21


@pytest.fixture
def root(tmp_path):
    """A copy of the bundled workspace, made as a bureau makes it."""
    folder = tmp_path / "南充"
    assert run(("init", str(folder), "--workspace", str(ROOT), "--quiet")) == 0
    return folder


@pytest.fixture
def call(root, capsys):
    def type_in(*words):
        code = run((*map(str, words), "--workspace", str(root)))
        out, err = capsys.readouterr()
        assert (code, err) == (0, ""), err
        return out

    return type_in


@pytest.fixture
def plot(tmp_path):
    path = tmp_path / "plot.geojson"
    gpd.GeoDataFrame({"name": ["甲", "乙"]}, geometry=[PLOT, OUTSIDE], crs=4490).to_file(
        path, driver="GeoJSON"
    )
    return path


def line():
    """Two patches in the dialect of the national databases: the first plot lies in one of them."""
    return gpd.GeoDataFrame(
        {
            "BSM": ["511302203000000001", "511302203000000002"],
            "YSDM": ["2090020510"] * 2,
            "XZQDM": ["511302", "511303"],
            "HXMC": ["嘉陵江干流水源涵养红线", "凤垭山水土保持红线"],
            "MJ": [3.5, 2.25],
        },
        geometry=[
            shapely.box(106.08, 30.79, 106.11, 30.81),
            shapely.box(106.2, 30.9, 106.22, 30.92),
        ],
        crs=4490,
    )


@pytest.fixture
def shapefile(tmp_path):
    """A shapefile in GBK that does not say so (no .cpg), in zone 35 with prefix."""
    folder = tmp_path / "来件"
    folder.mkdir()
    line().to_crs(4523).to_file(folder / "STBHHX.shp", encoding="GBK")
    (folder / "STBHHX.cpg").unlink(missing_ok=True)
    return folder / "STBHHX.shp"


@pytest.fixture
def geodatabase(tmp_path):
    """A whole .gdb with the line, farmland and a survey under their names in those databases."""
    path = tmp_path / "511300成果.gdb"
    farm = gpd.GeoDataFrame(
        {"BSM": ["1"], "DLBM": ["0101"], "DLMC": ["水田"], "YJJBNTMJ": [1.0]},
        geometry=[shapely.box(106.3, 30.6, 106.31, 30.61)], crs=4490,
    )  # fmt: skip
    survey = farm.assign(BSM=["2"], DLMC=["乔木林地"])
    for name, frame in (("STBHHX", line()), ("YJJBNTBHTB", farm), ("DLTB", survey)):
        pyogrio.write_dataframe(frame.to_crs(4523), path, layer=name, driver="OpenFileGDB")
    return path


def answers(call, plot, *more):
    document = json.loads(
        call("check", plot, "--scope", "red_line", "--format", "json", "--no-record", *more)
    )
    return [
        (site["verdict"], sorted({f["layer_id"] for f in site["findings"] if f["layer_id"]}))
        for site in document["sites"]
    ]


def names_of_parks(call):
    return {row["id"]: row["features"] for row in json.loads(call("layers", "list", "--format",
                                                                  "json"))}["parks"]  # fmt: skip


def check_the_day(call, plot, layer, publish):
    """Undetermined before, decided after by the official layer, as before on the day before."""
    parks = names_of_parks(call)
    before = answers(call, plot)
    assert [verdict for verdict, _ in before] == ["undetermined", "undetermined"]
    publish()
    after = answers(call, plot)
    assert after == [("prohibited", [layer]), ("clear", [layer])]
    assert answers(call, plot, "--as-of", date(2026, 9, 20)) == before
    assert names_of_parks(call) == parks == 20


def test_an_official_line_arrives_as_a_shapefile(call, root, plot, shapefile):
    said = ("--role", RED, "--evidence", "official", "--coverage", "all", "--accuracy-m", "0.5",
            "--document", DOCUMENT, "--secrecy", "internal", "--note", "2026年批复")  # fmt: skip
    check_the_day(call, plot, "red_line_official",
                  lambda: call("layers", "add", "red_line_official", shapefile, *said))  # fmt: skip
    (row,) = json.loads(call("layers", "history", "red_line_official", "--format", "json"))
    assert (row["document"], row["secrecy"], row["key_column"]) == (DOCUMENT, "internal", "BSM")
    assert (row["crs"], row["note"]) == ("EPSG:4523", "2026年批复")
    content = Workspace.open(root).layers["red_line_official"].content()
    assert content["HXMC"].tolist() == line()["HXMC"].tolist()
    assert Workspace.open(root).layers[RED].definition.evidence == "schematic"  # still there


def test_or_the_whole_geodatabase_is_adopted(call, plot, geodatabase):
    said = ("--coverage", "all", "--accuracy-m", "0.5", "--document", DOCUMENT,
            "--secrecy", "internal", "--yes", "--quiet")  # fmt: skip
    check_the_day(call, plot, f"{RED}_official",
                  lambda: call("layers", "adopt", geodatabase, *said))  # fmt: skip
    layers = {row["id"]: row for row in json.loads(call("layers", "list", "--format", "json"))}
    for role in (RED, "permanent_basic_farmland", "land_survey"):
        assert layers[f"{role}_official"]["evidence"] == "official"


def test_ogrinfo_opens_every_version_file(call, root, shapefile):
    program = shutil.which("ogrinfo")
    if program is None:
        pytest.skip("not installed: ogrinfo; install the package gdal-bin")
    said = ("--role", RED, "--evidence", "official", "--accuracy-m", "0", "--secrecy", "public",
            "--note", "n")  # fmt: skip
    call("layers", "add", "line", shapefile, *said)
    moved = line()
    moved.loc[1, "geometry"] = shapely.box(106.2, 30.9, 106.221, 30.92)
    moved.to_crs(4523).to_file(shapefile, encoding="GBK")
    call("layers", "update", "line", shapefile, "--note", "n", "--override", "批复")
    files = sorted((root / ".geo_toolkit" / "versions").rglob("*.gpkg"))
    assert [path.name for path in files] == ["line.v1.gpkg", "line.v2.gpkg"]
    for path in files:
        done = subprocess.run([program, "-al", path, "line"], capture_output=True, check=True,
                              encoding="utf-8")  # fmt: skip
        assert "Feature Count: 2" in done.stdout
        assert 'ID["EPSG",4490]' in done.stdout
        assert "HXMC (String) = 嘉陵江干流水源涵养红线" in done.stdout
        assert "Geometry Column = geom" in done.stdout
        assert "warning" not in done.stderr.lower()


@pytest.mark.skipif(os.name != "posix", reason="needs permission bits")
def test_a_read_only_folder_is_checked_and_mapped_and_an_update_is_refused(root, plot, tmp_path,
                                                                           shapefile):  # fmt: skip
    bound = []
    if os.geteuid() == 0:  # bound by the permission bits like anybody else
        program = shutil.which("setpriv")
        if program is None:
            pytest.skip("not installed: setpriv; install the package util-linux")
        bound = [program, "--bounding-set=-dac_override"]
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)

    def call(*words):
        command = [*bound, sys.executable, "-m", "geo_toolkit.cli", *map(str, words)]
        return subprocess.run(
            [*command, "--workspace", str(root)], capture_output=True, encoding="utf-8", cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}, check=False,
        )  # fmt: skip

    try:
        checked = call("check", plot, "--scope", "red_line", "--format", "json")
        assert checked.returncode == 0, checked.stderr
        assert json.loads(checked.stdout)["sites"][0]["verdict"] == "undetermined"
        page = tmp_path / "map.html"
        mapped = call("map", "overview", "--out", page)
        assert mapped.returncode == 0, mapped.stderr
        assert page.stat().st_size > 10_000
        refused = call("layers", "add", "line", shapefile, "--role", RED, "--evidence", "official",
                       "--secrecy", "public")  # fmt: skip
        assert refused.returncode == 2
        last = refused.stderr.strip().splitlines()[-1]
        assert "read-only" in last
        assert "geo-toolkit init DIR" in last
        assert not (root / ".geo_toolkit").exists()
    finally:
        for folder in folders:
            folder.chmod(0o755)
