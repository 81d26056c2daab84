"""A service over a small workspace of fixed answers, and boundary files to send to it."""

import copy
import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app

from geo_toolkit.catalogue import Layer, LayerDefinition
from geo_toolkit.errors import NotAvailable, UnknownName
from geo_toolkit.rules import NATURES, PROJECT_TYPES, RuleBook

collect_ignore = ["qgis_reader.py"]  # run by the system's own Python, which has QGIS

DEFINITION = {
    "id": "parks",
    "title_zh": "产业园区",
    "title_en": "Industrial parks",
    "role": "industrial_park",
    "geometry": "polygon",
    "data": "parks.geojson",
    "key": "id",
    "crs": "EPSG:4490",
    "datum": "cgcs2000",
    "evidence": "schematic",
    "accuracy_m": 500.0,
    "coverage": "none",
    "source": "测试",
    "licence": "CC0-1.0",
}
FINDING = {
    "rule_id": "YZ-1",
    "role": "river_shoreline",
    "outcome": "hit",
    "reason_code": None,
    "reason": "距河湖岸线 612.3 米，小于 1000 米",
    "severity": "prohibited",
    "layer_id": "river_shoreline",
    "layer_version": 0,
    "feature_id": "jialing-1",
    "feature_name": "嘉陵江",
    "relation": "within_distance",
    "overlap_m2": 0.0,
    "overlap_ha": 0.0,
    "overlap_share": 0.0,
    "distance_m": 612.3,
    "threshold_m": 1000.0,
    "suspected_boundary_error": False,
    "citation": {"title": "长江保护法", "article": "第二十六条", "year": 2020},
}
NO_FARMLAND = FINDING | {
    "rule_id": "PBF-1",
    "role": "permanent_basic_farmland",
    "outcome": "undetermined",
    "reason_code": "no_layer",
    "reason": "缺少可用的永久基本农田数据，本次不作该项结论",
    "layer_id": None,
    "feature_id": None,
    "overlap_m2": None,
    "distance_m": None,
    "citation": {"title": "基本农田保护条例", "article": "", "year": 2011},
}


def _role(role, verdict, **values):
    return {
        "role": role,
        "verdict": verdict,
        "complete": verdict != "undetermined",
        "reason_code": None,
        "branch": None,
        "overlap_m2": None,
        "overlap_share": None,
        "nearest_m": None,
        "features": None,
        "ask": None,
    } | values


class FakeEntry:
    """One layer as ``LayerEntry`` gives it: a definition that no version changes."""

    def __init__(self, definition, read, *, starts=date.min):
        self.definition = self.newest_definition = definition
        self.id = definition.id
        self.read = read
        self.versions = ()
        self.starts = starts

    def is_in_force(self, day):
        return day >= self.starts

    def definition_on(self, _day):
        return self.definition


class FakeWorkspace:
    """Answers as ``Workspace`` does, from fixed values; remembers what it was asked."""

    def __init__(self, root):
        self.root = root
        self.settings = SimpleNamespace(
            name="test",
            title_zh="测试城",
            title_en="Testville",
            language="zh",
            bounds=(105.0, 30.0, 107.0, 32.0),
            scope="full",
        )
        square = gpd.GeoDataFrame(
            {"feature_name": ["甲园区"], "feature_accuracy_m": [500.0]},
            geometry=gpd.GeoSeries.from_wkt(["POLYGON ((106 31, 106.1 31, 106.1 31.1, 106 31))"]),
            index=["p1"],
            crs="EPSG:4490",
        ).assign(feature_evidence="schematic", name_zh="甲园区")
        definition = LayerDefinition.model_validate(DEFINITION)
        layer = Layer(definition, 0, date(2026, 1, 1), "ab" * 32, square, None)
        secret = definition.model_copy(update={"id": "red_line", "secrecy": "internal"})
        self.layers = {
            "parks": FakeEntry(definition, lambda _as_of=None: layer, starts=date(2026, 1, 1)),
            "red_line": FakeEntry(secret, self._refuse),
        }
        self.rules = RuleBook()
        self.asked = []
        self.recorded = {}
        self.is_recording = True
        self.is_writable = False
        self.fails_with = None

    def _refuse(self, _as_of=None):
        raise NotAvailable("layer red_line: secrecy 'internal' is not in this version")

    def check(self, sites, *, project_type="other", scope=None, nature="new", as_of=None,
              lang=None, audience="internal", is_trusted=True, caller="",
              record=True, **_options):  # fmt: skip
        assert (audience, is_trusted) == ("applicant", False)  # nobody has a key yet
        assert caller
        if self.fails_with:
            raise self.fails_with
        if project_type not in PROJECT_TYPES:
            raise UnknownName("project type", project_type, PROJECT_TYPES)
        assert nature in NATURES
        scope = self.rules.scope(scope or "full").id
        assert sites.inputs[0].path.is_file()  # recording copies it
        self.asked.append({"sites": sites, "nature": nature, "as_of": as_of, "lang": lang})
        document = self._document(sites, project_type, scope, nature, as_of)
        result = SimpleNamespace(document=document)
        if record:
            self.keep(result, sites)
        return result

    def keep(self, result, _sites, _land_take=None):
        if self.is_recording:
            self.recorded[result.document["check_id"]] = result.document
        return self.is_recording

    def recorded_check(self, check_id):
        if check_id not in self.recorded:
            raise UnknownName("recorded check", check_id, self.recorded)
        return self.recorded[check_id]

    def _document(self, sites, project_type, scope, nature, as_of):
        only = sites.inputs[0]
        rows = [self._site(i, row["name"], project_type) for i, row in sites.frame.iterrows()]
        return {
            "schema": "geo-toolkit/check/1",
            "check_id": f"check-{only.sha256[:20]}",
            "as_of": (as_of or date(2026, 3, 1)).isoformat(),
            "language": "zh",
            "audience": "applicant",
            "layers": [],
            "project_type": project_type,
            "nature": nature,
            "scope": {"id": scope, "roles": None, "not_examined": []},
            "warnings": [],
            "site_overlaps": [],
            "inputs": [
                {"file": only.file, "repairs": ["feature 1: 闭合了环 (+0.000 m²)"],
                 "warnings": [], "sha256": only.sha256}
            ],
            "sites": rows,
        }  # fmt: skip

    def _site(self, site_id, name, project_type):
        roles = [
            _role(
                "permanent_basic_farmland",
                "undetermined",
                reason_code="no_layer",
                ask="县级自然资源主管部门",
            )
        ]
        findings = [copy.deepcopy(NO_FARMLAND)]
        if project_type == "chemical":
            shore = {"overlap_m2": 0.0, "overlap_share": 0.0, "nearest_m": 612.3, "features": 1}
            roles.insert(0, _role("river_shoreline", "prohibited", **shore))
            findings.insert(0, copy.deepcopy(FINDING))
        return {
            "id": site_id,
            "name": name,
            "attributes": {},
            "area_m2": 27592.454,
            "area_ha": 2.7592454,
            "area_mu": 41.388681,
            "stated_area_ha": None,
            "lon": 106.0,
            "lat": 31.0,
            "verdict": "prohibited" if project_type == "chemical" else "undetermined",
            "complete": False,
            "reason_code": "no_layer",
            "roles": roles,
            "findings": findings,
        }


@pytest.fixture
def fake_entry():
    """Return ``FakeEntry``, to add layers of a test's own."""
    return FakeEntry


@pytest.fixture
def workspace(tmp_path):
    root = tmp_path / "workspace"
    (root / "maps").mkdir(parents=True)
    (root / "maps" / "overview.toml").write_text(
        'title_zh = "总图"\ntitle_en = "Overview"\nlayers = ["parks"]\n', encoding="utf-8"
    )
    return FakeWorkspace(root)


@pytest.fixture
def settings():
    return Settings(allowed_hosts=("testserver",), max_upload_mb=0.25, max_sites=3)


@pytest.fixture
def client(workspace, settings):
    with TestClient(create_app(workspace, settings)) as client:
        yield client


@pytest.fixture
def plot():
    """Return the bytes of a GeoJSON file of n square sites."""

    def make(sites=1, *, name="化工地块"):
        ring = [[106.0, 31.0], [106.001, 31.0], [106.001, 31.001], [106.0, 31.001], [106.0, 31.0]]
        features = [
            {
                "type": "Feature",
                "properties": {"name": name},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[x + 0.01 * n, y] for x, y in ring]],
                },
            }
            for n in range(sites)
        ]
        document = {"type": "FeatureCollection", "features": features}
        return json.dumps(document, ensure_ascii=False).encode()

    return make


@pytest.fixture
def upload_folder(tmp_path, monkeypatch):
    """Return the folder in which uploads are stored, so that a test can see what is left there."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return Path(folder)
