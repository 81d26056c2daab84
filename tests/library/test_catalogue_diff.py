"""Differences: what is the same feature, what changed, how many square metres, in which county."""

import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_toolkit.catalogue.diff import compare
from geo_toolkit.geodesy import CGCS2000, from_geographic, to_geographic, topology_crs

BOUNDS = (106.0, 30.5, 106.4, 30.9)
CRS = topology_crs(BOUNDS)
ORIGIN = shapely.get_coordinates(from_geographic(np.array([shapely.Point(106.2, 30.7)]), CRS))[0]


def frame(rows, **columns):
    """Features (key, geometry in metres from the origin) as stored, in degrees."""
    shapes = np.array([shape for _, shape in rows], dtype=object)
    moved = shapely.transform(shapes, lambda xy: xy + ORIGIN)
    lonlat = to_geographic(moved, CRS)
    table = {"id": [key for key, _ in rows], **columns}
    return gpd.GeoDataFrame(table, geometry=lonlat, crs=CGCS2000)


def diff(before, after, **keys):
    return compare(before, after, key="id", crs=CRS, **keys)


def box(x, y, width, height=None):
    return shapely.box(x, y, x + width, y + (height or width))


def test_nothing_changed():
    rows = [("a", box(0, 0, 100)), ("b", box(200, 0, 100))]
    found = diff(frame(rows), frame(rows[::-1]))
    assert found.is_empty
    assert found.area_gained_m2 == found.area_lost_m2 == 0.0


def test_each_kind_of_change_is_counted_and_measured():
    before = frame(
        [("gone", box(0, 0, 100)), ("grown", box(1000, 0, 100)), ("moved", box(2000, 0, 100)),
         ("named", box(3000, 0, 100)), ("same", box(4000, 0, 100))],
        name=["1", "2", "3", "4", "5"],
    )  # fmt: skip
    after = frame(
        [("grown", box(1000, 0, 150, 100)), ("moved", box(2050, 0, 100)),
         ("named", box(3000, 0, 100)), ("same", box(4000, 0, 100)), ("new", box(5000, 0, 200))],
        name=["2", "3", "四", "5", "6"],
    )  # fmt: skip
    found = diff(before, after)
    assert found.counts == {"added": 1, "removed": 1, "reshaped": 2, "attributes": 1, "rekeyed": 0}
    # gained: 50x100 + 50x100 + 200x200; lost: 100x100 + 50x100
    assert found.area_gained_m2 == pytest.approx(50_000, rel=1e-6)
    assert found.area_lost_m2 == pytest.approx(15_000, rel=1e-6)
    rows = found.rows.set_index(found.rows["key_after"].fillna(found.rows["key_before"]))
    assert rows["change"].to_dict() == {
        "grown": "reshaped", "moved": "reshaped", "named": "attributes", "new": "added",
        "gone": "removed",
    }  # fmt: skip
    assert rows.loc["named", "columns"] == "name"
    assert rows.loc["grown", "gained_m2"] == pytest.approx(5000, rel=1e-6)
    assert rows.loc["grown", "lost_m2"] == pytest.approx(0, abs=1e-6)
    assert rows.loc["moved", "lost_m2"] == pytest.approx(5000, rel=1e-6)


def test_the_balance_closes():
    rng = np.random.default_rng(7)
    rows = [(f"k{n}", box(300 * (n % 40), 300 * (n // 40), 100 + 10 * (n % 9))) for n in range(800)]
    changed = [
        (key, shapely.affinity.rotate(shape, rng.uniform(0, 40)) if n % 3 == 0 else shape)
        for n, (key, shape) in enumerate(rows)
        if n % 11
    ] + [("new", box(-5000, 0, 500))]
    found = diff(frame(rows), frame(changed))
    after = found.area_before_m2 - found.area_lost_m2 + found.area_gained_m2
    assert after == pytest.approx(found.area_after_m2, rel=1e-9)
    assert found.counts["removed"] == sum(1 for n in range(800) if n % 11 == 0)


def test_overlapping_features_count_twice():
    rows = [("a", box(0, 0, 100)), ("b", box(0, 0, 100))]
    found = diff(frame(rows[:1]), frame(rows))
    assert found.area_after_m2 == pytest.approx(20_000, rel=1e-6)
    assert found.area_gained_m2 == pytest.approx(10_000, rel=1e-6)


def test_other_keys_on_the_same_outlines_are_matched_by_outline():
    shapes = [box(300 * n, 0, 100) for n in range(4)]
    before = frame([(f"a{n}", shape) for n, shape in enumerate(shapes)], name=list("wxyz"))
    after = frame([(f"b{n}", shape) for n, shape in enumerate(shapes)], name=list("wxyZ"))
    found = diff(before, after)
    assert found.counts == {"added": 0, "removed": 0, "reshaped": 0, "attributes": 1, "rekeyed": 4}
    assert not found.is_empty
    assert (found.area_gained_m2, found.area_lost_m2) == (0.0, 0.0)


def test_other_keys_and_a_moved_outline_are_matched_by_overlap():
    before = frame([("a1", box(0, 0, 100)), ("a2", box(300, 0, 100)), ("a3", box(600, 0, 100))])
    after = frame([("b1", box(0, 0, 100)), ("b2", box(310, 0, 100)), ("b3", box(650, 0, 400))])
    found = diff(before, after)
    # b2 shares 90x100 of 110x100 with a2; b3 only 50x100 of 160000 with a3.
    assert found.counts == {"added": 1, "removed": 1, "reshaped": 1, "attributes": 0, "rekeyed": 2}
    assert found.area_gained_m2 == pytest.approx(1000 + 160_000, rel=1e-6)


def test_a_new_feature_over_an_old_one_stays_new_where_keys_hold():
    keep = [(f"k{n}", box(300 * n, 5000, 100)) for n in range(9)]
    before = frame([("old", box(0, 0, 100)), *keep])
    after = frame([("new", box(10, 0, 100)), *keep])
    assert diff(before, after).counts["added"] == 1
    assert diff(before, after).counts["reshaped"] == 0


def test_repeated_keys_do_not_multiply():
    rows = [("a", box(0, 0, 100)), ("a", box(300, 0, 100))]
    found = diff(frame(rows), frame(rows))
    assert found.is_empty
    assert diff(frame(rows), frame(rows[:1])).counts["removed"] == 1


def test_a_column_without_values_is_no_change():
    rows = [("a", box(0, 0, 100))]
    assert diff(frame(rows), frame(rows, note=[None])).is_empty
    assert diff(frame(rows), frame(rows, note=["x"])).counts["attributes"] == 1
    assert diff(frame(rows, n=[1]), frame(rows, n=["1"])).is_empty
    assert diff(frame(rows, n=[1.0]), frame(rows, n=[2.0])).counts["attributes"] == 1
    assert diff(frame(rows, n=[np.nan]), frame(rows, n=[np.nan])).is_empty
    days = pd.to_datetime(pd.Series(["2026-01-02"]))
    assert diff(frame(rows, day=days), frame(rows, day=["2026-01-02"])).is_empty


def test_a_vertex_on_an_edge_is_a_change_without_area():
    straight = shapely.Polygon([(0, 0), (100, 0), (100, 100), (0, 100)])
    more = shapely.Polygon([(0, 0), (50, 0), (100, 0), (100, 100), (0, 100)])
    found = diff(frame([("a", straight)]), frame([("a", more)]))
    assert found.counts["reshaped"] == 1
    assert found.area_gained_m2 + found.area_lost_m2 == pytest.approx(0, abs=1e-3)


def test_coordinates_are_equal_to_a_tenth_of_a_millimetre():
    before, after = frame([("a", box(0, 0, 100))]), frame([("a", box(0, 0, 100))])
    nudge = shapely.transform(after.geometry.to_numpy(), lambda xy: xy + 2e-10)
    assert diff(before, after.set_geometry(nudge)).is_empty


def test_an_invalid_outline_is_measured_as_it_is_mended():
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    found = diff(frame([("a", bow)]), frame([("a", box(0, 0, 100))]))
    assert found.area_before_m2 == pytest.approx(5000, rel=1e-6)
    assert found.area_gained_m2 == pytest.approx(5000, rel=1e-6)


def test_lines_and_points_change_without_area():
    line = shapely.LineString([(0, 0), (100, 0)])
    longer = shapely.LineString([(0, 0), (200, 0)])
    found = diff(frame([("a", line), ("b", line)]), frame([("a", longer), ("c", longer)]))
    assert (found.counts["reshaped"], found.counts["removed"], found.counts["added"]) == (1, 1, 1)
    assert found.area_gained_m2 == 0.0
    assert diff(frame([("a", shapely.Point(0, 0))]), frame([("a", shapely.Point(1, 0))])).counts[
        "reshaped"
    ]


def test_from_nothing_and_to_nothing():
    rows = [("a", box(0, 0, 100))]
    assert diff(frame([]), frame(rows)).counts["added"] == 1
    assert diff(frame(rows), frame([])).counts["removed"] == 1
    assert diff(frame([]), frame([])).is_empty


def test_areas_are_split_by_county():
    counties = frame([("w", box(-5000, -5000, 5000, 10_000)), ("e", box(0, -5000, 5000, 10_000))])
    counties = counties.assign(feature_name=["西县", "东县"]).set_index("id")
    before = frame([("a", box(-100, 0, 100))])
    after = frame([("a", box(-100, 0, 300, 100)), ("far", box(4900, 0, 200, 100))])
    found = diff(before, after, counties=counties)
    by = {row["id"]: (row["area_gained_m2"], row["area_lost_m2"]) for row in found.by_county}
    assert set(by) == {"e", None}
    assert by["e"] == pytest.approx((20_000 + 10_000, 0), rel=1e-6)
    assert by[None] == pytest.approx((10_000, 0), rel=1e-6)
    assert found.by_county[0]["name"] == "东县"
    total = sum(row["area_gained_m2"] for row in found.by_county)
    assert total == pytest.approx(found.area_gained_m2, rel=1e-6)
    assert diff(before, after).by_county == []


def test_areas_are_split_by_class():
    before = frame([("a", box(0, 0, 100)), ("b", box(300, 0, 100))], DLBM=["0101", "0103"])
    after = frame([("a", box(0, 0, 200, 100)), ("b", box(300, 0, 100))], DLBM=["0101", "0201"])
    by = {
        r["class"]: (r["area_gained_m2"], r["area_lost_m2"]) for r in diff(before, after).by_class
    }
    assert by["0101"] == pytest.approx((10_000, 0), rel=1e-6)
    assert by["0103"] == pytest.approx((0, 10_000), rel=1e-6)
    assert by["0201"] == pytest.approx((10_000, 0), rel=1e-6)


def test_the_answer_has_the_promised_keys_and_counts_only_hides_areas():
    found = diff(frame([("a", box(0, 0, 100))]), frame([("a", box(0, 0, 200))]))
    answer = found.as_json()
    assert {"added", "removed", "reshaped", "attributes", "area_gained_m2", "area_lost_m2",
            "by_county"} <= set(answer)  # fmt: skip
    hidden = found.as_json(counts_only=True)
    assert (hidden["reshaped"], hidden["area_gained_m2"], hidden["by_county"]) == (1, None, [])
    assert "area_before_m2" not in hidden


def test_the_tables_before_after_and_change():
    before = frame([("gone", box(0, 0, 100)), ("grown", box(1000, 0, 100))])
    after = frame([("grown", box(1000, 0, 150, 100)), ("new", box(5000, 0, 200))])
    tables = diff(before, after).as_tables()
    assert {name: len(table) for name, table in tables.items()} == {"WHQ": 2, "WHH": 2, "WHC": 3}
    changed = tables["WHC"].set_index("key_after").to_crs(CRS)
    assert changed.loc["grown"].geometry.area == pytest.approx(5000, rel=1e-6)


@pytest.mark.slow
def test_two_hundred_thousand_features_in_seconds(record_property):
    n = 200_000
    x, y = (np.arange(n) % 500) * 60.0 - 15_000, (np.arange(n) // 500) * 60.0 - 12_000
    keys = np.array([f"k{i:06d}" for i in range(n)])
    before = frame(list(zip(keys, shapely.box(x, y, x + 50, y + 50), strict=True)),
                   name=keys, DLBM=np.where(np.arange(n) % 2, "0101", "0201"))  # fmt: skip
    wide = np.where(np.arange(n) % 100 == 0, 55.0, 50.0)
    after = frame(list(zip(keys, shapely.box(x, y, x + wide, y + 50), strict=True)),
                  name=keys, DLBM=np.where(np.arange(n) % 2, "0101", "0201"))  # fmt: skip
    start = time.perf_counter()
    found = diff(before, after)
    seconds = time.perf_counter() - start
    record_property("seconds", round(seconds, 1))
    assert seconds < 30
    assert found.counts["reshaped"] == n // 100
    assert found.area_gained_m2 == pytest.approx(n // 100 * 250, rel=1e-5)
    balance = found.area_before_m2 - found.area_lost_m2 + found.area_gained_m2
    record_property("balance", abs(balance / found.area_after_m2 - 1))
    assert balance == pytest.approx(found.area_after_m2, rel=1e-9)
