"""Every rule that comes with the workspace, decided on layers invented for it.

Each version of each rule is asked eight questions: a hit, a near miss, exactly at the threshold,
inside the accuracy band, without a layer, outside the coverage, the day before and the day after
its validity. All numbers are worked out on paper, in metres from the middle of the workspace.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod, Transformer

from geo_toolkit.boundary import InputFile, Sites
from geo_toolkit.boundary.elevation import ElevationWindow
from geo_toolkit.catalogue import Layer
from geo_toolkit.catalogue.definition import LayerDefinition
from geo_toolkit.geodesy import CGCS2000, Datum, from_geographic, to_geographic, topology_crs
from geo_toolkit.rules import (
    PROJECT_TYPES,
    ClassDistances,
    Confirmation,
    Declaration,
    Relation,
    load_rules,
)
from geo_toolkit.siting import Constraints, Terrain, check, site_arrays

BOUNDS = (104.2, 29.2, 108.2, 32.2)
CRS = topology_crs(BOUNDS)
ORIGIN = shapely.get_coordinates(from_geographic(np.array([shapely.Point(106.2, 30.7)]), CRS))[0]
GEOD = Geod(ellps="GRS80")
TO_DEGREES = Transformer.from_crs(CRS, CGCS2000, always_xy=True)
BOOK = load_rules(Path(__file__).parents[2] / "rules")
WIDE = shapely.box(-200_000, -200_000, 200_000, 200_000)
NOTHING_SAID = Declaration()
ACCURACY_M = 20.0
ELEVATION_M = 300.0

VERSIONS = {f"{rule.id}@{rule.valid_from}": rule for rule in BOOK.rules}
every_rule = pytest.mark.parametrize("name", VERSIONS)
banded = [name for name, rule in VERSIONS.items() if rule.relation is not Relation.SLOPE_BELOW]


def box(x, y, width, height=None):
    return shapely.box(x, y, x + width, y + (height or width))


def metres(shapes):
    """Return shapes given in metres from the middle as CGCS2000 degrees."""
    moved = [shapely.transform(shape, lambda xy: xy + ORIGIN) for shape in shapes]
    made = np.empty(len(moved), dtype=object)
    made[:] = moved
    return to_geographic(made, CRS)


def eastward(distance_m):
    """Return x such that (0, 0) and (x, 0) are so far apart on the ground."""

    def ground(x):
        ends = np.array([[0.0, 0.0], [x, 0.0]]) + ORIGIN
        lon, lat = TO_DEGREES.transform(ends[:, 0], ends[:, 1])
        return GEOD.inv(lon[0], lat[0], lon[1], lat[1])[2]

    low, high = 0.0, distance_m * 1.001 + 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if ground(middle) < distance_m else (low, middle)
    return low


@dataclass(frozen=True)
class Case:
    """One question: the rule, what lies where, what is built, what is declared."""

    rule: object
    feature: object
    site: object
    lines: object = None
    declared: Declaration = NOTHING_SAID
    accuracy_m: float = 0.0
    coverage: object = WIDE
    slope_percent: float | None = None

    def columns(self):
        """Return attributes of the feature with which the rule asks of it."""
        rule, columns = self.rule, {"elevation_m": ELEVATION_M}
        if isinstance(rule.distance_m, ClassDistances):
            columns[rule.distance_m.by] = class_of(rule)
        if rule.where is not None and rule.where.column not in columns:
            columns[rule.where.column] = rule.where.values[0]
        if rule.same is not None:
            columns[rule.same] = "锂电材料、汽车零部件"
        return columns


def class_of(rule):
    """Return a class that has a distance, and that the rule asks of."""
    classes = list(rule.distance_m.distances_m)
    asked = rule.where.values if rule.where and rule.where.column == rule.distance_m.by else classes
    return next(name for name in classes if name in asked)


def distance_of(rule):
    distance = rule.distance_m
    return (
        distance.distances_m[class_of(rule)] if isinstance(distance, ClassDistances) else distance
    )


def layer(role, shapes, columns, accuracy_m, coverage):
    definition = LayerDefinition(
        id="invented", role=role, geometry="polygon", data="x.geojson", key="id", crs="EPSG:4490",
        datum="cgcs2000", evidence="official", accuracy_m=accuracy_m, coverage="none", source="x",
    )  # fmt: skip
    rows = {
        **{key: [value] * len(shapes) for key, value in columns.items()},
        "feature_name": [""] * len(shapes),
        "feature_accuracy_m": [accuracy_m] * len(shapes),
        "feature_evidence": ["official"] * len(shapes),
    }
    index = [f"f{n}" for n in range(len(shapes))]
    frame = gpd.GeoDataFrame(rows, geometry=metres(shapes), index=index, crs=CGCS2000)
    return Layer(definition, 1, None, "", frame, metres([coverage])[0])


def submitted(polygon):
    frame = gpd.GeoDataFrame(
        {"name": ["地块"], "attributes": [{}], "stated_area_ha": [float("nan")]},
        geometry=metres([polygon]),
        index=["plot#1"],
        crs=CGCS2000,
    )
    source = InputFile(
        path=Path("plot.geojson"), format="GeoJSON", encoding=None, encoding_basis=None,
        crs="EPSG:4490", crs_basis="declared", datum=Datum.CGCS2000, features=1, sha256="",
    )  # fmt: skip
    return Sites(frame, (source,), (0,))


def plane(slope_percent):
    """Return the terrain of a plane that rises to the east-north-east, in cells of 10 m."""
    x, y = np.meshgrid(np.arange(-100, 400, 10.0), np.arange(400, -100, -10.0))
    rise = slope_percent / 100
    heights = 300 + rise * (np.cos(np.pi / 6) * (x + 5) + np.sin(np.pi / 6) * (y - 5))
    centre = np.dstack([x + 5, y - 5]) + ORIGIN
    edge = np.append(x[0], 400.0), np.append(y[:, 0], -100.0)
    corner = np.dstack(np.meshgrid(*edge)) + ORIGIN
    return Terrain("plane.tif", 1.0, {"plot#1": ElevationWindow(heights, centre, corner)})


def decide(case, *, with_layer=True):
    """Return the site's row and the findings of the rule."""
    rule, known = case.rule, {}
    if with_layer and case.slope_percent is None:
        made = layer(rule.role, [case.feature], case.columns(), case.accuracy_m, case.coverage)
        known[rule.role] = Constraints.build(rule.role, [made], CRS)
    if case.lines is not None:
        lines = layer(rule.line_role, [case.lines], {"elevation_m": ELEVATION_M}, 0.0, WIDE)
        known[rule.line_role] = Constraints.build(rule.line_role, [lines], CRS)
    sites = submitted(case.site)
    arrays = site_arrays(sites, CRS, BOUNDS)
    if with_layer and case.slope_percent is not None:
        arrays = replace(arrays, terrain=plane(case.slope_percent))
    decision = check(
        sites, arrays, [rule], known, unruled=[], crs=CRS, lang="zh", declaration=case.declared
    )
    return decision.rows[0], decision.rows[0]["findings"]


def project_of(rule):
    """Return a project type and a nature that the rule asks of."""
    for project_type in rule.subjects if rule.subjects != ("*",) else PROJECT_TYPES:
        if rule.is_for(project_type, rule.natures[0]):
            return project_type, rule.natures[0]
    raise AssertionError(rule.id)


# One layout a relation: the feature, and the sites of the hit, the miss, the threshold, the band.


def overlap_cases(rule):
    feature = box(0, 0, 1000)
    return {
        "hit": Case(rule, feature, box(900, 0, 200)),
        "miss": Case(rule, feature, box(1001, 0, 200)),
        "threshold": Case(rule, feature, box(1000, 0, 200)),  # touching is no overlap
        "band": Case(rule, feature, box(1010, 0, 200), accuracy_m=ACCURACY_M),
    }


def total_cases(rule):
    """The feature is 2 km square; the site takes a strip 1 km wide out of it."""
    feature, high = box(0, 0, 2000), rule.above_ha * 10
    exact = box(100, 100, 1000, high)
    area_ha = float(site_arrays(submitted(exact), CRS, BOUNDS).area_m2[0]) / 10_000
    at_limit = rule.model_copy(update={"above_ha": area_ha})
    return {
        "hit": Case(rule, feature, box(100, 100, 1000, high + 0.1)),
        "miss": Case(rule, feature, box(100, 100, 1000, high - 0.1)),
        "threshold": Case(at_limit, feature, exact),  # exactly so much is not more
        "band": Case(rule, feature, box(1000, 0, 2000, high), accuracy_m=ACCURACY_M),
    }


def not_within_cases(rule):
    feature = box(0, 0, 1000)
    return {
        "hit": Case(rule, feature, box(801, 0, 200)),
        "miss": Case(rule, feature, box(799, 0, 200)),
        "threshold": Case(rule, feature, box(800, 0, 200)),  # inside, up to the boundary
        "band": Case(rule, feature, box(810, 100, 200), accuracy_m=ACCURACY_M),
    }


def distance_cases(rule):
    feature, limit = box(-1000, -1000, 1000, 2000), distance_of(rule)
    doubt = min(ACCURACY_M, 0.4 * limit)
    said = Declaration(industries=("汽车零部件",)) if rule.same else NOTHING_SAID
    if rule.relation is Relation.BELOW_HEIGHT:
        said = Declaration(height_m=900.0, height_datum="1985")

    def at(distance_m, accuracy_m=0.0):
        site = box(eastward(distance_m), 0, 100)
        return Case(rule, feature, site, declared=said, accuracy_m=accuracy_m)

    return {
        "hit": at(limit - 0.1),
        "miss": at(limit + 0.1),
        "threshold": at(limit),  # exactly so far counts as within
        "band": at(limit + doubt / 2, doubt),
    }


def along_line_cases(rule):
    river = shapely.LineString([(-5000, 0), (5000, 0)])
    bridge = shapely.LineString([(0, -100), (0, 100)])

    def at(distance_m, accuracy_m=0.0):
        site = box(distance_m, -200, 400)
        return Case(rule, bridge, site, lines=river, accuracy_m=accuracy_m)

    return {
        "hit": at(rule.downstream_m - 1),
        "miss": at(rule.downstream_m + 1),
        "threshold": at(rule.downstream_m + 0.001),  # the stretch ends where the site begins
        "band": at(rule.downstream_m + 10, ACCURACY_M),
    }


def surface_cases(rule):
    """Inner horizontal surface: 45 m above the aerodrome, 4 km around; conical beyond, 1 in 20."""
    runway = shapely.LineString([(-1400, 0), (1400, 0)])

    def at(height_m, y=3000, accuracy_m=0.0):
        said = Declaration(height_m=ELEVATION_M + height_m, height_datum="1985")
        return Case(rule, runway, box(0, y, 100), declared=said, accuracy_m=accuracy_m)

    return {
        "hit": at(45.01),
        "miss": at(44.99),
        "threshold": at(45.0),  # as high as the surface is not above it
        "band": at(46.0, 4030, ACCURACY_M),  # 46 m is above the cone up to 4,020 m
    }


def slope_cases(rule):
    """A plane, as steep as the limit or a hundredth of a percent off it."""

    def at(slope_percent):
        return Case(rule, None, box(3, 7, 211, 167), slope_percent=slope_percent)

    limit = rule.slope_percent
    return {"hit": at(limit + 0.01), "miss": at(limit - 0.01), "threshold": at(limit)}


def ratio_cases(rule):
    """A building of 30 m needs 300 m at one in ten, 240 m at one in eight; equal is enough."""
    limit = 30 * rule.height_ratio
    said = Declaration(height_m=30.0, height_datum="ground")

    def at(distance_m, accuracy_m=0.0):
        site = box(distance_m, -50, 100)
        return Case(rule, shapely.Point(0, 0), site, declared=said, accuracy_m=accuracy_m)

    return {
        "hit": at(limit - 0.1),
        "miss": at(limit + 0.1),
        "threshold": at(limit + 0.0001),
        "band": at(limit + 10, ACCURACY_M),
    }


def cases(name):
    """Return the layouts of a rule."""
    rule = VERSIONS[name]
    if rule.above_ha is not None:
        return total_cases(rule)
    if rule.height_ratio is not None:
        return ratio_cases(rule)
    if rule.distance_m is not None:
        return distance_cases(rule)
    make = {
        Relation.OVERLAPS: overlap_cases,
        Relation.LISTED: overlap_cases,
        Relation.NOT_WITHIN: not_within_cases,
        Relation.ALONG_LINE: along_line_cases,
        Relation.BELOW_HEIGHT: surface_cases,
        Relation.SLOPE_BELOW: slope_cases,
    }
    return make[rule.relation](rule)


AT_THRESHOLD = {Relation.WITHIN_DISTANCE: "hit", Relation.SLOPE_BELOW: "hit"}
"""Distances include their threshold, and a slope has to be below it; all else is clear at it."""


def at_threshold(rule):
    if rule.distance_m is not None and rule.height_ratio is None:
        return "hit"
    return AT_THRESHOLD.get(rule.relation, "clear")


@every_rule
def test_hit(name):
    rule = VERSIONS[name]
    site, findings = decide(cases(name)["hit"])
    assert [finding["outcome"] for finding in findings] == ["hit"]
    reason = None if rule.is_settled else "law_unconfirmed"
    assert findings[0]["reason_code"] == reason
    assert findings[0]["severity"] == rule.severity
    assert findings[0]["citation"]["title"] == rule.citation.title
    if rule.is_required and rule.is_settled:
        assert site["verdict"] == rule.severity


@every_rule
def test_just_misses(name):
    site, findings = decide(cases(name)["miss"])
    assert [(f["outcome"], f["reason_code"]) for f in findings] == [("clear", None)]
    assert site["roles"][0]["verdict"] == "clear"
    assert site["verdict"] == ("clear" if VERSIONS[name].is_required else "undetermined")


@every_rule
def test_exactly_at_the_threshold(name):
    _, findings = decide(cases(name)["threshold"])
    assert [finding["outcome"] for finding in findings] == [at_threshold(VERSIONS[name])]


@pytest.mark.parametrize("name", banded)
def test_inside_the_accuracy_band(name):
    rule = VERSIONS[name]
    site, findings = decide(cases(name)["band"])
    assert [finding["outcome"] for finding in findings] == ["borderline"]
    reason = "within_accuracy" if rule.is_settled else "law_unconfirmed"
    assert findings[0]["reason_code"] == reason
    assert site["verdict"] == "undetermined"


@every_rule
def test_without_a_layer(name):
    site, findings = decide(cases(name)["hit"], with_layer=False)
    reason = "no_layer" if name in banded else "input_missing"  # slopes lack their model
    assert [(f["outcome"], f["reason_code"]) for f in findings] == [("undetermined", reason)]
    assert site["verdict"] == "undetermined"


@every_rule
def test_outside_the_coverage(name):
    case = cases(name)["miss"]
    if VERSIONS[name].relation is Relation.BELOW_HEIGHT or case.lines is not None:
        coverage = box(70_000, 70_000, 1000)
    else:
        coverage = box(-80_000, -80_000, 1000)
    reason = "outside_coverage"
    if name not in banded:
        case, reason = replace(case, site=box(350, 7, 100)), "input_missing"
    _, findings = decide(replace(case, coverage=coverage))
    assert [(f["outcome"], f["reason_code"]) for f in findings] == [("undetermined", reason)]


@every_rule
def test_the_day_before_it_comes_into_force(name):
    rule = VERSIONS[name]
    before = rule.valid_from - timedelta(days=1)
    assert rule not in BOOK.select(*project_of(rule), "full", before)
    assert rule in BOOK.select(*project_of(rule), "full", rule.valid_from)


@every_rule
def test_the_day_after_it_ceases(name):
    rule = VERSIONS[name]
    last = rule.valid_to or date(2099, 12, 31)
    assert rule in BOOK.select(*project_of(rule), "full", last)
    if rule.valid_to is not None:
        after = BOOK.select(*project_of(rule), "full", last + timedelta(days=1))
        assert rule not in after


@pytest.mark.parametrize("name", [name for name, rule in VERSIONS.items() if not rule.is_settled])
def test_once_confirmed_a_hit_decides(name):
    """Before, it is open; after, it has the severity of the rule."""
    case = cases(name)["hit"]
    rule = case.rule
    site, _ = decide(case)
    assert (site["verdict"], site["complete"]) == ("undetermined", False)
    confirmed = Confirmation(
        rule_id=rule.id,
        valid_from=rule.valid_from,
        by="张三",
        source="公报",
        date=date(2026, 11, 1),
    )
    settled = rule.model_copy(update={"confirmation": confirmed})
    site, findings = decide(replace(case, rule=settled))
    if rule.is_required:
        assert site["verdict"] == rule.severity
    assert findings[0]["reason_code"] is None
    assert findings[0]["confirmation"]["by"] == "张三"
