"""`geo-toolkit convert`: one file in, one out, and what there is to say of it."""

import shutil
from pathlib import Path

import pytest

from geo_toolkit.boundary import read_sites
from geo_toolkit.cli.app import run

PLOT = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
带号=35
[地块坐标]
4,3.0000,DK01,甲地块,面,,工业用地,0601,@
J1,1,3409400.000,35605200.000
J2,1,3409400.000,35605400.000
J3,1,3409250.000,35605400.000
J4,1,3409250.000,35605200.000
"""


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """A folder with a workspace and the plot, from which commands are run."""
    shutil.copytree(Path(__file__).with_name("cli_workspace"), tmp_path / "ws")
    (tmp_path / "plot.txt").write_bytes(PLOT.encode("gbk"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GEO_TOOLKIT_WORKSPACE", str(tmp_path / "ws"))
    return tmp_path


@pytest.fixture
def cli(capsys):
    """Run a command; its exit code, standard output and standard error."""

    def call(*arguments):
        code = run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_text_to_shapefile_and_back(cli, desk):
    code, out, err = cli("convert", "plot.txt", "--to", "plot.zip")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:3] == ["plot.zip", "  1个地块，坐标系EPSG:4523", "说明"]
    assert any("open ring closed" in line or "未闭合的环已闭合" in line for line in lines)
    assert cli("convert", "plot.zip", "--to", "back.txt", "--quiet") == (0, "", "")
    back = (desk / "back.txt").read_bytes().decode("gbk")
    assert "5,3.0000,DK01,甲地块,面,,工业用地,0601,@\r\nJ1,1,3409400.000,35605200.000\r\n" in back


def test_options_of_the_text(cli, desk):
    code, _, _ = cli(
        "convert", "plot.txt", "--to", "other.txt", "--no-prefix", "--fields", "8",
        "--no-closing-point", "--precision", "0.01", "--to-encoding", "utf-8", "--lang", "en",
    )  # fmt: skip
    assert code == 0
    text = (desk / "other.txt").read_bytes().decode("utf-8")
    assert "4,3.0000,DK01,甲地块,面,,工业用地,@\r\nJ1,1,3409400.00,605200.00\r\n" in text


def test_systems_in_and_out(cli, desk):
    (desk / "bare.txt").write_bytes(PLOT.replace("坐标系=2000国家大地坐标系\n", "").encode("gbk"))
    code, _, err = cli("convert", "bare.txt", "--to", "a.geojson", "--crs", "EPSG:4490")
    assert (code, err.count("\n")) == (2, 1)
    assert "bare.txt head: expected 坐标系" in err
    code, out, _ = cli(
        "convert", "bare.txt", "--to", "a.geojson", "--crs", "EPSG:4490", "--from-crs", "EPSG:4523"
    )
    assert code == 0
    assert "EPSG:4490" in out
    assert read_sites(desk / "a.geojson").inputs[0].crs == "EPSG:4490"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("convert", "gone.txt", "--to", "a.shp"), "gone.txt: expected a file, got none"),
        (("convert", "plot.txt", "--to", "a.doc"), "no format '.doc' in what is written"),
        (("convert", "plot.txt", "--to", "plot.txt"), "expected another file than the one read"),
        (("convert", "plot.txt", "--to", "a.kml", "--fields", "8"), "--fields: expected a format"),
        (("convert", "plot.txt"), "--to"),
    ],
)
def test_wrong_use_is_one_line_and_writes_nothing(cli, desk, arguments, message):
    code, out, err = cli(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert sorted(p.name for p in desk.iterdir()) == ["plot.txt", "ws"]
