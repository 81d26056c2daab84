"""Opening a workspace, finding it, recording checks, and same input same bytes."""

import json
import logging
import os
import stat

import pytest

from geo_toolkit.errors import (
    DefinitionError,
    OptionError,
    UnknownName,
    WorkspaceNotFound,
)
from geo_toolkit.workspace import Workspace
from geo_toolkit.workspace_file import find_workspace


@pytest.fixture
def simple(city, rectangle):
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all")
    return city.rule("R", "ecological_red_line")


def test_found_by_argument_variable_folder_and_parents(city, monkeypatch, tmp_path):
    monkeypatch.delenv("GEO_TOOLKIT_WORKSPACE", raising=False)
    inner = city.root / "layers" / "deep"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert find_workspace() == city.root
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GEO_TOOLKIT_WORKSPACE", str(city.root))
    assert find_workspace() == city.root
    assert find_workspace(city.root) == city.root


def test_a_folder_that_is_no_workspace_is_refused_by_name(tmp_path):
    with pytest.raises(WorkspaceNotFound, match=r"workspace\.toml"):
        Workspace.open(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "not valid TOML"),
        ('name = "x"\ntitle_zh = "x"\ntitle_en = "x"\nbounds = [1, 2, 3]', "bounds"),
        ('name = "x"\ntitle_zh = "x"\ntitle_en = "x"\nbounds = [1,2,3,4]\nlanguage = "fr"',
         "language"),
        ('name = "x"\ntitle_zh = "x"\ntitle_en = "x"\nbounds = [1,2,3,4]\nboundz = 1', "boundz"),
        ('name = "x"\ntitle_zh = "x"\ntitle_en = "x"\nbounds = [3,2,1,4]', "bounds"),
    ],
)  # fmt: skip
def test_a_wrong_workspace_file_names_the_key(tmp_path, text, message):
    (tmp_path / "workspace.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=message):
        Workspace.open(tmp_path)


def test_unknown_names_are_refused_with_the_nearest(simple, plots, rectangle):
    ws = simple.open()
    sites = plots(rectangle(0, 0, 100))
    with pytest.raises(UnknownName, match="chemical"):
        ws.check(sites, project_type="chemicals")
    with pytest.raises(UnknownName, match="full"):
        ws.check(sites, scope="ful")
    with pytest.raises(OptionError, match="zh or en"):
        ws.check(sites, lang="fr")
    with pytest.raises(UnknownName, match="did you mean 'line'"):
        ws.layers["lime"]
    assert not (ws.root / ".geo_toolkit").exists()


def test_checks_are_recorded_with_their_boundary(simple, plots, rectangle):
    ws = simple.open()
    result = ws.check(plots(rectangle(100, 100, 100)))
    check_id = result.document["check_id"]
    assert ws.recorded_check(check_id)["sites"] == result.document["sites"]
    folder = ws.root / ".geo_toolkit" / "checks" / check_id
    stored = json.loads((folder / "sites.geojson").read_text(encoding="utf-8"))
    assert [f["id"] for f in stored["features"]] == ["plot#1"]
    (submitted,) = (folder / "submitted").iterdir()
    assert submitted.name == "1-plot.geojson"
    with pytest.raises(UnknownName):
        ws.recorded_check("../../etc")


def test_a_read_only_workspace_checks_and_says_that_nothing_is_recorded(
    simple, plots, rectangle, monkeypatch, caplog
):
    ws = simple.open()

    def refuse(*_args, **_kwargs):
        raise PermissionError("read-only")

    monkeypatch.setattr("geo_toolkit.catalogue.records.Path.mkdir", refuse)
    with caplog.at_level(logging.WARNING):
        result = ws.check(plots(rectangle(100, 100, 100)))
    assert result.document["sites"][0]["verdict"] == "prohibited"
    assert "not recorded" in caplog.text


def test_same_input_same_bytes(simple, plots, rectangle, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    ws = simple.open()
    sites = plots(rectangle(100, 100, 100), rectangle(5000, 0, 100))
    texts = {
        json.dumps(Workspace.open(ws.root).check(sites, record=False).document) for _ in range(2)
    }
    assert len(texts) == 1


def test_the_check_id_follows_inputs_options_and_layers(simple, plots, rectangle):
    ws = simple.open()
    a, b = plots(rectangle(100, 100, 100)), None
    ids = {ws.check(a, record=False).document["check_id"] for _ in range(2)}
    assert len(ids) == 1
    ids.add(ws.check(a, project_type="chemical", record=False).document["check_id"])
    ids.add(ws.check(a, lang="en", record=False).document["check_id"])
    b = plots(rectangle(100, 100, 101))
    ids.add(ws.check(b, record=False).document["check_id"])
    simple.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 999))], coverage="all")
    ids.add(simple.open().check(b, record=False).document["check_id"])
    assert len(ids) == 5


def test_a_changed_data_file_is_seen_at_once(simple, plots, rectangle):
    ws = simple.open()
    sites = plots(rectangle(100, 100, 100))
    assert ws.check(sites, record=False).worst_verdict() == "prohibited"
    simple.layer("line", "ecological_red_line", [("a", rectangle(5000, 0, 999))], coverage="all")
    assert ws.check(sites, record=False).worst_verdict() == "clear"


def test_rules_are_read_again_when_they_change(simple, plots, rectangle):
    ws = simple.open()
    sites = plots(rectangle(100, 100, 100))
    assert ws.check(sites, record=False).worst_verdict() == "prohibited"
    simple.rules.clear()
    simple.rule("R", "ecological_red_line", severity="restricted").open()
    assert ws.check(sites, record=False).worst_verdict() == "restricted"


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="not on Windows, not as root: file modes"
)
def test_is_writable_follows_the_folder(simple):
    ws = simple.open()
    assert ws.is_writable
    ws.root.chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert not ws.is_writable
