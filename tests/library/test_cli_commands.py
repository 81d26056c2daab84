"""`geo-toolkit rules`, `layers`, `map`, `serve` and `init` on a small workspace."""

from __future__ import annotations

import json
import os
import shutil
import socket
from pathlib import Path

import pytest

from geo_toolkit import __version__
from geo_toolkit.cli import lazy
from geo_toolkit.cli import maps as maps_module
from geo_toolkit.cli.app import run
from geo_toolkit.errors import NotAvailable


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """A folder with the workspace, from which commands are run."""
    shutil.copytree(Path(__file__).with_name("cli_workspace"), tmp_path / "ws")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GEO_TOOLKIT_WORKSPACE", str(tmp_path / "ws"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795500000")  # 2026-11-24
    return tmp_path


@pytest.fixture
def cli(capsys):
    """Run a command; its exit code, standard output and standard error."""

    def call(*arguments):
        code = run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def refused(cli, desk):
    """Run a command that must be refused: exit code 2, one line, nothing written."""

    def call(*arguments):
        before = sorted(desk.rglob("*"))
        code, out, err = cli(*arguments)
        assert (code, out) == (2, "")
        assert err.startswith("geo-toolkit: ")
        assert err.count("\n") == 1
        assert sorted(desk.rglob("*")) == before
        return err

    return call


def test_version(cli):
    assert cli("--version") == (0, f"geo-toolkit {__version__}\n", "")


@pytest.mark.parametrize(
    "command",
    ["check", "map", "serve", "init", "layers list", "layers show", "layers validate",
     "rules list", "rules show", "rules validate", "rules confirm"],
)  # fmt: skip
def test_every_command_takes_workspace_lang_and_quiet(cli, command):
    code, out, err = cli(*command.split(), "--help")
    assert (code, err) == (0, "")
    for option in ("--workspace DIR", "--lang <zh|en>", "--quiet"):
        assert option in out


@pytest.mark.parametrize("arguments", [[], ["rules"], ["layers"]])
def test_a_missing_command_is_one_line(refused, arguments):
    assert "missing command" in refused(*arguments)


def test_an_unknown_command_names_the_nearest(refused):
    assert "did you mean 'check'" in refused("chek").lower()


def test_rules_list_as_json_and_as_table(cli):
    code, out, _ = cli("rules", "list", "--format", "json")
    assert code == 0
    assert [(rule["id"], rule["settled"]) for rule in json.loads(out)] == [
        ("CH-1", False), ("ERL-1", True), ("PBF-1", True),
    ]  # fmt: skip
    code, out, _ = cli("rules", "list")
    assert code == 0
    assert "限制" in out
    assert "据新闻报道" in out
    assert "1000" in out


def test_rules_list_for_one_project_type_and_day(cli):
    out = cli("rules", "list", "--project-type", "tourism", "--format", "json")[1]
    assert [rule["id"] for rule in json.loads(out)] == ["ERL-1", "PBF-1"]
    assert json.loads(cli("rules", "list", "--as-of", "2016-01-01", "--format", "json")[1]) == []


def test_rules_list_refuses_an_unknown_project_type(refused):
    assert "did you mean 'tourism'" in refused("rules", "list", "--project-type", "turism")


def test_rules_show(cli, refused):
    rule = json.loads(cli("rules", "show", "CH-1", "--format", "json")[1])
    assert (rule["distance_m"], rule["citation"]["title"]) == (1000.0, "某办法")
    assert "某办法" in cli("rules", "show", "CH-1", "--lang", "en")[1]
    assert "did you mean 'CH-1'" in refused("rules", "show", "CH-2")
    assert "2016-01-01" in refused("rules", "show", "CH-1", "--as-of", "2016-01-01")


def test_rules_validate_says_all_faults_and_exits_2(cli, desk):
    assert cli("rules", "validate") == (0, "全部 3 项有效\n", "")
    path = desk / "ws" / "rules" / "siting" / "test.toml"
    text = path.read_text(encoding="utf-8").replace("ecological_red_line", "ecological_redline")
    path.write_text(text, encoding="utf-8")
    code, out, err = cli("rules", "validate", "--format", "json")
    assert code == 2
    answer = json.loads(out)
    assert answer["valid"] is False
    assert len(answer["faults"]) == 3  # two rules, and a scope that no rule asks about
    assert err.startswith("geo-toolkit: rules/: 3 faults, the first: ")
    assert err.count("\n") == 1


def test_rules_confirm_writes_who_and_settles_the_rule(cli):
    arguments = ("--by", "王五", "--source", "公报第3号", "--date", "2026-05-01")
    assert cli("rules", "confirm", "CH-1", *arguments) == (
        0, "CH-1  已核实（王五，2026-05-01）\n", "",
    )  # fmt: skip
    rule = json.loads(cli("rules", "show", "CH-1", "--format", "json")[1])
    assert rule["settled"] is True
    assert rule["confirmation"]["source"] == "公报第3号"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["CH-9", "--by", "a", "--source", "b", "--date", "2026-05-01"], "no rule 'CH-9'"),
        (["ERL-1", "--by", "a", "--source", "b", "--date", "2026-05-01"], "nothing to confirm"),
        (["CH-1", "--by", " ", "--source", "b", "--date", "2026-05-01"], "--by"),
        (["CH-1", "--by", "a", "--source", "b", "--date", "1 May"], "--date: expected a day"),
        (["CH-1", "--by", "a", "--source", "b"], "missing option '--date'"),
    ],
)
def test_rules_confirm_refuses(refused, arguments, words):
    assert words in refused("rules", "confirm", *arguments)


def test_layers_list_and_show(cli, refused):
    [layer] = json.loads(cli("layers", "list", "--format", "json")[1])
    assert {key: layer[key] for key in ("id", "role", "geometry", "version", "features")} == {
        "id": "red", "role": "ecological_red_line", "geometry": "polygon",
        "version": 0, "features": 2,
    }  # fmt: skip
    assert (layer["title_zh"], layer["title_en"]) == ("生态保护红线", "Red line")
    assert layer["evidence"] == "official"
    text = "".join(cli("layers", "list")[1].split())
    assert "red生态保护红线生态保护红线02法定数据0全域" in text
    shown = json.loads(cli("layers", "show", "red", "--format", "json")[1])
    assert shown["bounds"] == [106.0, 30.0, 106.015, 30.01]
    assert "accuracy_m" in cli("layers", "show", "red")[1]
    assert "did you mean 'red'" in refused("layers", "show", "reds")


def test_layers_validate_names_the_faulty_one(cli, desk, refused):
    assert cli("layers", "validate") == (0, "全部 1 项有效\n", "")
    assert cli("layers", "validate", "red", "--quiet") == (0, "", "")
    (desk / "ws" / "layers" / "eco" / "red.geojson").unlink()
    code, out, err = cli("layers", "validate", "--format", "json")
    assert code == 2
    assert json.loads(out)[0]["valid"] is False
    assert "1 of 1 layers are faulty; red: " in err
    assert "did you mean 'red'" in refused("layers", "validate", "rad")


def test_an_internal_layer_is_shown_with_its_secrecy(cli, desk):
    path = desk / "ws" / "layers" / "eco" / "red.toml"
    with path.open("a", encoding="utf-8") as file:
        file.write('secrecy = "internal"\n')
    code, out, err = cli("layers", "show", "red", "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["secrecy"] == "internal"


def test_a_wrong_definition_is_one_line(desk, refused):
    path = desk / "ws" / "layers" / "eco" / "red.toml"
    text = path.read_text(encoding="utf-8").replace('"official"', '"sure"')
    path.write_text(text, encoding="utf-8")
    assert "red.toml" in refused("layers", "list")


def test_map_lists_the_maps(cli):
    [entry] = json.loads(cli("map", "--format", "json")[1])
    assert (entry["id"], entry["layers"]) == ("overview", ["red"])
    assert "总图" in cli("map")[1]


def test_map_draws_one_page(cli, desk):
    code, out, err = cli("map", "overview")
    assert (code, out, err) == (0, "overview.html\n", "")
    page = (desk / "overview.html").read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "升钟湖" in page
    assert cli("map", "overview", "--out", "again.html", "--quiet") == (0, "", "")
    assert (desk / "again.html").read_bytes() == (desk / "overview.html").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["overviw"], "no map 'overviw' in maps/; did you mean 'overview'?"),
        (["overview", "--audience", "public"], "invalid value for '--audience'"),
        (["--out", "x.html"], "--out: expected the map to draw"),
    ],
)
def test_map_refuses(refused, arguments, words):
    assert words in refused("map", *arguments)


def test_map_for_the_service_asks_its_host_for_scripts(cli, desk):
    assert cli("map", "overview", "--served", "--audience", "applicant")[0] == 0
    assert '<script src="/static/' in (desk / "overview.html").read_text(encoding="utf-8")


def test_map_into_a_folder_that_is_not_there(refused, monkeypatch):
    monkeypatch.setattr(maps_module, "map_page", lambda *_, **__: "<!doctype html>")
    assert "cannot be written" in refused("map", "overview", "--out", "no/folder/x.html")


class Runner:
    """Stands in for the server: keeps what it was asked to run."""

    def __init__(self):
        self.calls = []

    def run(self, target, **options):
        self.calls.append((target, options))


@pytest.fixture
def runner(monkeypatch):
    stand_in = Runner()
    monkeypatch.setattr(lazy, "service_runner", lambda: stand_in)
    return stand_in


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_serve_hands_the_workspace_to_the_service(cli, runner, desk):
    port = free_port()
    assert cli("serve", "--port", str(port)) == (0, f"http://127.0.0.1:{port}/\n", "")
    [(target, options)] = runner.calls
    assert target == "geo_toolkit_api:create_app"
    assert (options["factory"], options["host"], options["port"]) == (True, "127.0.0.1", port)
    assert Path(os.environ["GEO_TOOLKIT_WORKSPACE"]) == (desk / "ws").resolve()


def test_serve_refuses_a_port_in_use(refused, runner):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"127.0.0.1 port {port}: cannot be listened on" in refused(
            "serve", "--port", str(port)
        )
    assert runner.calls == []


def test_serve_refuses_what_is_no_port(refused):
    assert "invalid value for '--port'" in refused("serve", "--port", "70000")


def test_serve_without_its_extra_says_what_to_install(refused, monkeypatch):
    def missing():
        raise NotAvailable("serve: install the service with: pip install 'geo-toolkit[api]'")

    monkeypatch.setattr(lazy, "service_runner", missing)
    assert "pip install 'geo-toolkit[api]'" in refused("serve")


def test_the_extra_is_named_when_a_package_is_missing(monkeypatch):
    def import_nothing(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(lazy, "import_module", import_nothing)
    with pytest.raises(NotAvailable, match=r"pip install 'geo-toolkit\[api\]'"):
        lazy.service_runner()


def test_init_copies_a_workspace_that_works(cli, desk):
    (desk / "ws" / ".geo_toolkit").mkdir()
    code, out, _ = cli("init", "new/place")
    assert code == 0
    assert "geo-toolkit check FILE --workspace" in out
    assert sorted(path.name for path in (desk / "new" / "place").iterdir()) == [
        "layers", "maps", "rules", "workspace.toml",
    ]  # fmt: skip
    assert json.loads(cli("layers", "list", "--workspace", "new/place", "--format", "json")[1])


def test_init_takes_an_empty_folder_and_refuses_any_other(cli, desk, refused):
    (desk / "empty").mkdir()
    assert cli("init", "empty", "--quiet") == (0, "", "")
    assert "expected a new or an empty folder" in refused("init", "empty")
    (desk / "file").write_text("", encoding="utf-8")
    assert "expected a new or an empty folder" in refused("init", "file")
    assert "lies inside what is copied (layers)" in refused("init", "ws/layers/copy")
