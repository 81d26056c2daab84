"""Map assets: every name answers with the installed file, and nothing points to another host."""

import base64
import hashlib
import json
import re

import pytest

from geo_toolkit.errors import NotAvailable, UnknownName
from geo_toolkit.webmap import assets
from geo_toolkit.webmap.assets import STATIC, asset, asset_names, data_url, inline_css


@pytest.fixture
def forgetful():
    """The manifest is read again before and after the test."""
    assets._manifest.cache_clear()
    yield
    assets._manifest.cache_clear()


@pytest.mark.parametrize("name", ["leaflet", "leaflet_css"])
def test_asset_is_the_file_that_was_installed(name):
    found = asset(name)
    assert found.path.is_file()
    assert hashlib.sha256(found.path.read_bytes()).hexdigest() == found.sha256


def test_leaflet_is_the_locked_version():
    assert "Leaflet 1.9.4" in asset("leaflet").text()[:200]


def test_scripts_and_styles_are_told_apart():
    assert asset("leaflet_css").is_style
    assert not asset("leaflet").is_style


def test_every_file_of_the_manifest_is_there_and_no_other():
    written = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))
    on_disk = {p.relative_to(STATIC).as_posix() for p in STATIC.rglob("*") if p.is_file()}
    assert on_disk == {*written["files"], "manifest.json"}
    assert "leaflet/LICENSE" in on_disk  # its licence asks to travel with it
    assert set(written["assets"]) == set(asset_names())


def test_unknown_name_offers_the_nearest():
    with pytest.raises(UnknownName, match=r"no map asset 'leaflett' .*did you mean 'leaflet'"):
        asset("leaflett")


@pytest.mark.usefixtures("forgetful")
def test_folder_copied_without_install_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    with pytest.raises(NotAvailable, match=r"manifest\.json.*pip install -e \.") as refusal:
        asset("leaflet")
    assert "\n" not in str(refusal.value)


def test_data_url_decodes_to_the_same_bytes(tmp_path):
    picture = tmp_path / "dot.png"
    picture.write_bytes(b"\x89PNG dot")
    head, _, body = data_url(picture).partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == b"\x89PNG dot"


def test_inlined_style_sheet_asks_for_no_file():
    addresses = re.findall(r"url\(([^)]*)\)", inline_css("leaflet_css"))
    assert addresses
    assert all(a.strip("\"'").startswith(("data:", "#")) for a in addresses)


@pytest.mark.usefixtures("forgetful")
def test_foreign_and_escaping_references_are_emptied(monkeypatch, tmp_path):
    static = tmp_path / "static"
    static.mkdir()
    (tmp_path / "secret.png").write_bytes(b"not ours to show")
    (static / "a.css").write_text(
        "a{b:url('//elsewhere.invalid/x.woff?v=1')} c{d:url(../secret.png)} e{f:url(#g)}",
        encoding="utf-8",
    )
    manifest = {"assets": {"a_css": "a.css"}, "files": {"a.css": "0" * 64}}
    (static / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    monkeypatch.setattr(assets, "STATIC", static)
    assert inline_css("a_css") == 'a{b:url("data:,")} c{d:url("data:,")} e{f:url(#g)}'
