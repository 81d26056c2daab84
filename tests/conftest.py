"""A tiny synthetic city: a workspace written in the words of DESIGN §4, and plots in metres.

Positions are metres east and north of a point (0, 0) in the middle of the workspace's bounds, in
its own topology CRS, so that every expected number can be worked out on paper.
"""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_toolkit.boundary import InputFile, Sites
from geo_toolkit.geodesy import CGCS2000, Datum, from_geographic, to_geographic, topology_crs
from geo_toolkit.workspace import Workspace

BOUNDS = (106.0, 30.5, 106.4, 30.9)
CRS = topology_crs(BOUNDS)
ORIGIN = shapely.get_coordinates(from_geographic(np.array([shapely.Point(106.2, 30.7)]), CRS))[0]


def metres(geometry):
    """Return a geometry given in metres from the origin as CGCS2000 degrees."""
    moved = shapely.transform(geometry, lambda xy: xy + ORIGIN)
    return to_geographic(np.array([moved], dtype=object), CRS)[0]


def box(x, y, width, height=None):
    """Return a rectangle by its south-west corner and size, in metres from the origin."""
    return shapely.box(x, y, x + width, y + (height or width))


@dataclass
class City:
    """A workspace in the making: add layers and rules, then open it."""

    root: Path
    rules: list[str] = field(default_factory=list)

    def layer(self, layer_id, role, features, *, geometry="polygon", **keys):
        """Write a layer; features are (id, geometry in metres) or (id, geometry, columns)."""
        folder = self.root / "layers" / "test"
        folder.mkdir(parents=True, exist_ok=True)
        values = {
            "crs": "EPSG:4490",
            "datum": "cgcs2000",
            "evidence": "official",
            "accuracy_m": 0,
            "coverage": "none",
            "source": "invented for a test",
            **keys,
        }
        coverage = values["coverage"]
        if not isinstance(coverage, str):
            (folder / f"{layer_id}_coverage.geojson").write_text(_collection([("c", coverage)]))
            values["coverage"] = f"{layer_id}_coverage.geojson"
        text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
        (folder / f"{layer_id}.toml").write_text(
            f'id = "{layer_id}"\nrole = "{role}"\ngeometry = "{geometry}"\n'
            f'data = "{layer_id}.geojson"\nkey = "id"\n{text}',
            encoding="utf-8",
        )
        (folder / f"{layer_id}.geojson").write_text(_collection(features), encoding="utf-8")
        return self

    def rule(self, rule_id, role, relation="overlaps", **keys):
        """Write a rule; whatever is not said is a confirmed prohibition for every project."""
        values = {
            "title_zh": f"规则{rule_id}",
            "title_en": f"rule {rule_id}",
            "subjects": ["*"],
            "severity": "prohibited",
            "confidence": "confirmed",
            **keys,
        }
        valid_from = values.pop("valid_from", "2020-01-01")
        valid_to = values.pop("valid_to", None)
        lines = [f"{key} = {_toml(value)}" for key, value in values.items()]
        lines.append(f"valid_from = {valid_from}")
        if valid_to:
            lines.append(f"valid_to = {valid_to}")
        self.rules.append(
            f'[[rule]]\nid = "{rule_id}"\nrole = "{role}"\nrelation = "{relation}"\n'
            + "\n".join(lines)
            + '\n[rule.citation]\ntitle = "测试法"\narticle = "第一条"\nyear = 2020\n'
        )
        return self

    def scope(self, scope_id, *roles):
        """Write a review scope."""
        path = self.root / "rules" / "scopes.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(
            f'{old}[[scope]]\nid = "{scope_id}"\ntitle_zh = "{scope_id}"\n'
            f'title_en = "{scope_id}"\nroles = {json.dumps(roles)}\n',
            encoding="utf-8",
        )
        return self

    def open(self):
        """Write the rules and open the workspace."""
        folder = self.root / "rules" / "siting"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rules.toml").write_text("\n".join(self.rules), encoding="utf-8")
        return Workspace.open(self.root)


def _toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def _collection(features):
    rows = []
    for key, geometry, *columns in features:
        rows.append(
            {
                "type": "Feature",
                "properties": {"id": key, **(columns[0] if columns else {})},
                "geometry": json.loads(shapely.to_geojson(metres(geometry))),
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": rows}, ensure_ascii=False)


@pytest.fixture
def city(tmp_path):
    """Return an empty synthetic workspace, 38 by 44 km."""
    root = tmp_path / "city"
    root.mkdir()
    west, south, east, north = BOUNDS
    (root / "workspace.toml").write_text(
        'name = "testcity"\ntitle_zh = "测试市"\ntitle_en = "Test City"\nlanguage = "zh"\n'
        f"bounds = [{west}, {south}, {east}, {north}]\n",
        encoding="utf-8",
    )
    return City(root)


@pytest.fixture
def plots(tmp_path):
    """Return a function from polygons in metres to submitted sites."""

    def make(*polygons, datum=Datum.CGCS2000):
        path = tmp_path / "plot.geojson"
        text = _collection([(str(n), polygon) for n, polygon in enumerate(polygons)])
        path.write_text(text, encoding="utf-8")
        frame = gpd.GeoDataFrame(
            {
                "name": [f"地块{n}" for n in range(1, len(polygons) + 1)],
                "attributes": [{} for _ in polygons],
                "stated_area_ha": [float("nan")] * len(polygons),
            },
            geometry=[metres(polygon) for polygon in polygons],
            index=[f"plot#{n}" for n in range(1, len(polygons) + 1)],
            crs=CGCS2000,
        )
        source = InputFile(
            path=path,
            format="GeoJSON",
            encoding="UTF-8",
            encoding_basis="declared",
            crs="EPSG:4490",
            crs_basis="declared",
            datum=datum,
            features=len(polygons),
            sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
        return Sites(frame, (source,), (0,) * len(polygons))

    return make


@pytest.fixture
def rectangle():
    """Return ``box``: a rectangle by south-west corner and size, in metres from the origin."""
    return box


BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser():
    """Return a real browser without a network of its own; the tests that use it are slow ones."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no browser; install the package chromium")
        pytest.skip("no browser; install the package chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(BROWSER_ARGUMENTS))
        yield started
        started.close()
