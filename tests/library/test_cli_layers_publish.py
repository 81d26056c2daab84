"""`geo-toolkit layers` add, update, history, show, diff, export, restore, validate, doctor."""

import json

import geopandas as gpd
import pyogrio
import pytest

from geo_toolkit.cli.app import run


@pytest.fixture(autouse=True)
def desk(city, rectangle, monkeypatch, tmp_path):
    """A workspace with counties and a layer of 100 squares; commands run beside it."""
    squares = [(f"s{n:02d}", rectangle(200 * (n % 10), 200 * (n // 10), 100)) for n in range(100)]
    city.layer("counties", "county", [("c1", rectangle(-9000, -9000, 18_000), {"name": "甲县"})])
    city.layer("parks", "industrial_park", squares, evidence="published", title_zh="园区")
    city.open()
    monkeypatch.setenv("GEO_TOOLKIT_WORKSPACE", str(city.root))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")  # 2026-09-21
    monkeypatch.chdir(tmp_path)
    sender = type(city)(tmp_path / "sender")
    wider = [(k, rectangle(0, 0, 110, 100)) if k == "s00" else (k, s) for k, s in squares]
    for name, features in (("same", squares), ("wider", wider), ("cut", squares[:50])):
        sender.layer(name, "any", features)
        (tmp_path / f"{name}.geojson").write_bytes(
            (sender.root / "layers" / "test" / f"{name}.geojson").read_bytes()
        )
    return tmp_path


@pytest.fixture
def cli(capsys):
    def call(*arguments):
        code = run(("layers", *arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def ask(cli):
    """Run a command that must answer in JSON."""

    def call(*arguments):
        code, out, err = cli(*arguments, "--format", "json")
        assert (code, err) == (0, "")
        return json.loads(out)

    return call


@pytest.fixture
def refused(cli, desk):
    """Run a command that must be refused: exit code 2, one line, nothing written."""

    def call(*arguments):
        before = sorted(desk.rglob("*"))
        code, out, err = cli(*arguments, "--quiet")
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert sorted(desk.rglob("*")) == before
        return err

    return call


@pytest.mark.parametrize(
    "command", ["add", "update", "restore", "diff", "history", "export", "doctor", "validate"]
)
def test_every_command_takes_the_common_options(cli, command):
    code, out, _ = cli(command, "--help")
    assert code == 0
    for option in ("--workspace DIR", "--lang <zh|en>", "--quiet", "--format"):
        assert option in out


def test_update_and_history(ask, cli):
    done = ask(
        "update", "parks", "wider.geojson", "--note", "一个园区扩大", "--document", "川〔1〕"
    )
    assert (done["published"], done["version"], done["diff"]["reshaped"]) == (True, 1, 1)
    rows = ask("history", "parks")
    assert [row["version"] for row in rows] == [0, 1]
    wanted = {"version", "committed_at", "effective_from", "author", "note", "sha256", "features",
              "area_m2"}  # fmt: skip
    assert wanted <= set(rows[1])
    assert (rows[1]["note"], rows[1]["document"]) == ("一个园区扩大", "川〔1〕")
    assert (rows[0]["effective_from"], rows[1]["effective_from"]) == (None, "2026-09-21")
    assert rows[1]["area_m2"] - rows[0]["area_m2"] == pytest.approx(1000, rel=1e-5)
    code, out, _ = cli("history", "parks")
    assert code == 0
    assert "一直有效" in out
    assert "一个园区扩大" in out


def test_history_of_an_unpublished_layer_is_its_bundled_file(ask, cli):
    (row,) = ask("history", "parks")
    assert (row["version"], row["features"], row["committed_at"]) == (0, 100, None)
    assert "未入库" in cli("history", "parks")[1]


def test_an_equal_update_says_so_and_exits_0(cli, desk):
    code, out, err = cli("update", "parks", "same.geojson", "--note", "n")
    assert (code, err) == (0, "")
    assert "图层parks：与第0版一致，未入库" in out
    assert not (desk / "city" / ".geo_toolkit").exists()
    out = cli("update", "parks", "same.geojson", "--note", "n", "--lang", "en")[1]
    assert "nothing published" in out


def test_a_dry_run_writes_nothing_and_shows_the_same(cli, desk):
    code, out, err = cli("update", "parks", "wider.geojson", "--note", "n", "--dry-run")
    assert (code, err) == (0, "")
    assert "试运行" in out
    assert "甲县" in out
    assert not (desk / "city" / ".geo_toolkit").exists()


def test_the_gate_refuses_shows_why_and_takes_a_reason(cli, refused, ask):
    assert "features removed: 50.0%" in refused("update", "parks", "cut.geojson", "--note", "n")
    assert "50.0%" in refused("update", "parks", "cut.geojson", "--note", "n", "--dry-run")
    code, out, _ = cli("update", "parks", "cut.geojson", "--note", "n")
    assert code == 2
    assert "减少面积" in out
    ask("update", "parks", "cut.geojson", "--note", "n", "--override", "撤销一批")
    newest = ask("history", "parks")[-1]
    assert newest["override"] == "撤销一批"
    assert len(newest["exceeded"]) == 2


def test_diff_has_the_promised_keys(ask, cli, desk):
    found = ask("diff", "parks", "wider.geojson")
    assert {key: found[key] for key in ("added", "removed", "reshaped", "attributes")} == {
        "added": 0, "removed": 0, "reshaped": 1, "attributes": 0,
    }  # fmt: skip
    assert found["area_gained_m2"] == pytest.approx(1000, rel=1e-5)
    assert found["area_lost_m2"] == pytest.approx(0, abs=1e-3)
    (county,) = found["by_county"]
    assert (county["id"], county["name"]) == ("c1", "甲县")
    assert not (desk / "city" / ".geo_toolkit").exists()
    out = cli("diff", "parks", "wider.geojson", "--report", "diff.gpkg")[1]
    assert "0.1000" in out
    assert sorted(name for name, _ in pyogrio.list_layers("diff.gpkg")) == ["WHC", "WHH", "WHQ"]


def test_a_map_of_before_and_after(cli, desk, refused):
    code, out, err = cli("diff", "parks", "wider.geojson", "--map", "swipe.html", "--quiet")
    assert (code, out, err) == (0, "", "")
    page = (desk / "swipe.html").read_text(encoding="utf-8")
    for text in ("园区 变更前", "园区 变更后", "变化部分", "变更前后"):
        assert text in page
    assert "nothing changes" in refused("diff", "parks", "same.geojson", "--map", "none.html")


def test_a_report_of_nothing_is_an_empty_one(cli, desk):
    assert cli("validate", "parks", "--report", "sound.gpkg")[0] == 0
    assert len(gpd.read_file("sound.gpkg", layer="faults")) == 0
    assert cli("diff", "parks", "same.geojson", "--report", "same.gpkg")[0] == 0
    assert len(gpd.read_file("same.gpkg", layer="WHC")) == 0
    assert cli("diff", "parks", "same.geojson", "--report", "same.txt")[0] == 2
    assert sorted(p.name for p in desk.glob("*.gpkg")) == ["same.gpkg", "sound.gpkg"]


def test_add_and_show_and_list(ask, desk):
    done = ask(
        "add", "schools", "same.geojson", "--role", "school", "--evidence", "official",
        "--coverage", "all", "--accuracy-m", "0.5", "--title-zh", "学校", "--source", "教育局",
    )  # fmt: skip
    assert (done["layer"], done["version"]) == ("schools", 1)
    assert (desk / "city" / "layers" / "schools.toml").is_file()
    shown = ask("show", "schools")
    assert (shown["version"], shown["features"], shown["title_zh"]) == (1, 100, "学校")
    assert shown["bounds"][0] == pytest.approx(106.2, abs=0.01)
    assert "id" in shown["fields"]
    listed = {layer["id"]: layer for layer in ask("list")}
    assert (listed["schools"]["version"], listed["parks"]["version"]) == (1, 0)
    for key in ("title_zh", "title_en", "role", "geometry", "features", "evidence"):
        assert key in listed["schools"]
    assert "schools" not in {layer["id"] for layer in ask("list", "--as-of", "2026-09-20")}


def test_show_an_earlier_version_and_what_was_known(ask, refused, monkeypatch):
    ask("update", "parks", "wider.geojson", "--note", "n", "--effective-from", "2026-01-01")
    assert ask("show", "parks")["version"] == 1
    assert ask("show", "parks", "--as-of", "2025-12-31")["version"] == 0
    assert ask("show", "parks", "--version", "0")["version"] == 0
    assert "no version 5" in refused("show", "parks", "--version", "5")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795500000")  # 2026-11-24
    ask("update", "parks", "same.geojson", "--note", "n", "--effective-from", "2026-02-01")
    assert ask("show", "parks", "--as-of", "2026-03-01")["version"] == 2
    assert ask("show", "parks", "--as-of", "2026-03-01", "--known-on", "2026-10-01")["version"] == 1


def test_export_and_restore(ask, cli, refused):
    ask("update", "parks", "wider.geojson", "--note", "n")
    assert ask("export", "parks", "one.gpkg")["version"] == 1
    assert cli("export", "parks", "zero.geojson", "--version", "0")[0] == 0
    assert len(gpd.read_file("one.gpkg")) == len(gpd.read_file("zero.geojson")) == 100
    assert ask("restore", "parks", "0", "--note", "回退")["version"] == 2
    assert ask("history", "parks")[2]["restored_from"] == 0
    assert ask("diff", "parks", "same.geojson")["reshaped"] == 0
    assert "published (0, 1, 2), got 8" in refused("restore", "parks", "8")
    assert "expected one of .gpkg" in refused("export", "parks", "x.pdf")


def test_faults_are_all_shown_and_written(cli, desk):
    text = (desk / "same.geojson").read_text(encoding="utf-8")
    (desk / "bad.geojson").write_text(
        text.replace('"s00"', '"s01"').replace('"s02"', '""'), encoding="utf-8"
    )
    code, out, err = cli("update", "parks", "bad.geojson", "--note", "n", "--report", "f.gpkg")
    assert code == 2
    assert out.count("错误") == 2
    assert "bad.geojson" in err
    table = gpd.read_file("f.gpkg", layer="faults")
    assert sorted(table["code"]) == ["key_duplicate", "key_missing"]
    answer = json.loads(cli("update", "parks", "bad.geojson", "--note", "n", "--format", "json")[1])
    assert answer["published"] is False
    assert len(answer["faults"]) == 2


def test_validate_reports_every_fault(cli, ask, city, rectangle):
    assert all(layer["valid"] for layer in ask("validate"))
    city.layer("twice", "any", [("a", rectangle(0, 0, 9)), ("a", rectangle(50, 0, 9))])
    code, out, err = cli("validate", "--format", "json")
    assert code == 2
    found = {layer["id"]: layer for layer in json.loads(out)}
    assert [fault["code"] for fault in found["twice"]["faults"]] == ["key_duplicate"]
    assert "1 of 3 layers are faulty; twice" in err


def test_doctor_verifies_and_removes_only_orphans(ask, cli, desk):
    ask("update", "parks", "wider.geojson", "--note", "n")
    folder = desk / "city" / ".geo_toolkit" / "versions" / "parks"
    (folder / "parks.v2.gpkg").write_bytes(b"a killed publication")
    (folder / ".new-999999999-00aa11bb.gpkg").write_bytes(b"half")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    states = {item["file"]: item["state"] for item in ask("doctor")}
    assert states == {
        "catalogue.sqlite": "sound",
        "parks/parks.v0.gpkg": "sound",
        "parks/parks.v1.gpkg": "sound",
        "parks/.new-999999999-00aa11bb.gpkg": "removed",
        "parks/parks.v2.gpkg": "removed",
    }
    assert (folder / "notes.txt").is_file()
    with (folder / "parks.v1.gpkg").open("ab") as stream:
        stream.write(b"x")
    (folder / "parks.v0.gpkg").unlink()
    code, out, err = cli("doctor")
    assert code == 2
    assert "已损坏" in out
    assert "缺失" in out
    assert "2 of 3 files are not as published" in err


def test_doctor_of_a_workspace_without_versions_is_quiet(ask, desk):
    assert ask("doctor") == []
    assert not (desk / "city" / ".geo_toolkit").exists()


def test_verdict_only_layers_give_counts_only(ask, refused, cli):
    ask("update", "parks", "wider.geojson", "--note", "n", "--secrecy", "verdict_only")
    shown = ask("show", "parks")
    assert (shown["features"], shown["bounds"], shown["fields"]) == (100, None, [])
    assert [row["area_m2"] for row in ask("history", "parks")] == [None, None]
    found = ask("diff", "parks", "same.geojson")
    assert (found["reshaped"], found["area_gained_m2"], found["by_county"]) == (1, None, [])
    assert "verdict_only" in refused("export", "parks", "x.gpkg")
    out = cli("update", "parks", "same.geojson", "--note", "n")[1]
    assert "公顷" not in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("update", "parks", "wider.geojson"), "--note"),
        (("update", "park", "wider.geojson", "--note", "n"), "did you mean 'parks'"),
        (("update", "parks", "nothing.gpkg", "--note", "n"), "nothing.gpkg"),
        (("update", "parks", "same.geojson", "--note", "n", "--evidence", "sure"), "--evidence"),
        (("update", "parks", "same.geojson", "--note", "n", "--datum-params", "x.toml"), "x.toml"),
        (("add", "new", "same.geojson"), "--role"),
        (("add", "parks", "same.geojson", "--role", "any"), "layers update parks"),
        (("add", "new", "same.geojson", "--role", "any"), "--accuracy-m"),
        (("diff", "parks", "same.geojson", "--layer", "other"), "other"),
    ],
)
def test_wrong_use_is_one_line(refused, arguments, says):
    assert says in refused(*arguments)
