"""Ground elevation and slope of sites, on surfaces whose slope and height are known exactly."""

from __future__ import annotations

import math

import numpy as np
import pytest
import rasterio
import shapely
from rasterio import Affine

from geo_toolkit.boundary.elevation import ElevationModel
from geo_toolkit.geodesy import from_geographic, topology_crs
from geo_toolkit.rules import Declaration
from geo_toolkit.siting.elevation import horn_slope_percent

BOUNDS = (106.0, 30.5, 106.4, 30.9)
CRS = topology_crs(BOUNDS)
ORIGIN = shapely.get_coordinates(from_geographic(np.array([shapely.Point(106.2, 30.7)]), CRS))[0]
RUNWAY = shapely.LineString([(-1400, 0), (1400, 0)])
WIDE = shapely.box(-60000, -60000, 60000, 60000)


@pytest.fixture
def model(tmp_path):
    """Return a function from a surface to an opened model of it, in cells of 10 m or degrees."""

    def make(surface, *, degrees=False, hole=None, accuracy_m=1.0, cell_m=10.0, half=60, at=(0, 0)):
        steps = np.arange(-half, half) + 0.5
        column, row = np.meshgrid(steps, -steps)
        if degrees:
            cell, crs = 0.0001, "EPSG:4490"
            lonlat = shapely.points(106.2 + column * cell, 30.7 + row * cell)
            xy = shapely.get_coordinates(from_geographic(np.asarray(lonlat), CRS)) - ORIGIN
            x, y = xy[:, 0].reshape(column.shape), xy[:, 1].reshape(column.shape)
            place = Affine(cell, 0, 106.2 - half * cell, 0, -cell, 30.7 + half * cell)
        else:
            cell, crs = cell_m, CRS.to_wkt()
            x, y = column * cell + at[0], row * cell + at[1]
            west, north = ORIGIN[0] + at[0] - half * cell, ORIGIN[1] + at[1] + half * cell
            place = Affine(cell, 0, west, 0, -cell, north)
        heights = np.broadcast_to(np.asarray(surface(x, y), "float64"), x.shape).copy()
        if hole is not None:
            heights[hole(x, y)] = -9999
        path = tmp_path / "dem.tif"
        with rasterio.open(
            path, "w", driver="GTiff", height=2 * half, width=2 * half, count=1,
            dtype="float64", crs=crs, transform=place, nodata=-9999,
        ) as target:  # fmt: skip
            target.write(heights, 1)
        return ElevationModel.open(path, datum="1985", accuracy_m=accuracy_m)

    return make


@pytest.fixture
def slopes(city):
    """Return a workspace with one advisory rule: natural slope below 15 %."""
    return city.rule("S", "terrain", "slope_below", slope_percent=15, severity="advisory").open()


def east_of_60(x, _):
    return x > 60


def slope_of(workspace, plots, polygon, dem, **options):
    result = workspace.check(plots(polygon), dem=dem, record=False, **options)
    (finding,) = result.document["sites"][0]["findings"]
    return result.document, finding


def plane(slope_percent, bearing_deg=0.0):
    """Return a plane that rises along a bearing."""
    turn = math.radians(bearing_deg)
    east, north = math.sin(turn) * slope_percent / 100, math.cos(turn) * slope_percent / 100
    return lambda x, y: 300 + east * x + north * y


@pytest.mark.parametrize("degrees", [False, True])
@pytest.mark.parametrize("bearing", [0, 30, 45, 90, 137, 270])
@pytest.mark.parametrize("percent", [0.0, 8.0, 14.99, 15.0, 15.01, 60.0, 400.0])
def test_a_plane_has_its_slope_whatever_way_it_faces(
    slopes, plots, rectangle, model, percent, bearing, degrees
):
    dem = model(plane(percent, bearing), degrees=degrees)
    _, finding = slope_of(slopes, plots, rectangle(3, 7, 211, 167), dem)
    assert finding["slope"]["mean_percent"] == pytest.approx(percent, abs=1e-4)
    assert finding["slope"]["max_percent"] == pytest.approx(percent, abs=1e-4)
    assert finding["outcome"] == ("hit" if percent >= 15 else "clear")
    assert finding["overlap_share"] == (1.0 if percent >= 15 else None)


def test_horn_by_hand():
    """The weighted sums of the standard formula, written out for one window of nine numbers."""
    a, b, c, d, e, f, g, h, i = values = [101.0, 103, 108, 99, 250, 111, 95, 104, 106]
    along_x = ((c + 2 * f + i) - (a + 2 * d + g)) / (8 * 30)
    along_y = ((g + 2 * h + i) - (a + 2 * b + c)) / (8 * 30)
    x, y = np.meshgrid([0.0, 30, 60], [60.0, 30, 0])
    slope = horn_slope_percent(np.reshape(values, (3, 3)), np.dstack([x, y]))
    assert slope[1, 1] == pytest.approx(100 * math.hypot(along_x, along_y), rel=1e-12)
    assert e == 250  # the middle one has no weight
    assert np.isnan(slope).sum() == 8


def test_steep_and_flat_ground_are_told_apart_by_area(slopes, plots, rectangle, model):
    """West of x = 100 it is level, east of it 30 %: cells astride the edge are half as steep."""
    dem = model(lambda x, y: 300 + 0.3 * np.maximum(0, x - 100) + 0 * y)
    _, finding = slope_of(slopes, plots, rectangle(0, 0, 200, 100), dem)
    slope = finding["slope"]
    # centres at 95 and 105: (0.3 * 5) / 20 = 7.5 % and (0.3 * 15) / 20 = 22.5 %
    assert slope["max_percent"] == pytest.approx(30)
    assert slope["steep_share"] == pytest.approx(0.5)
    assert slope["mean_percent"] == pytest.approx((9 * 0 + 7.5 + 22.5 + 9 * 30) / 20)
    assert finding["overlap_m2"] == pytest.approx(0.5 * 20_000, rel=1e-3)
    assert finding["outcome"] == "hit"
    assert finding["severity"] == "advisory"


def test_a_cell_counts_with_the_part_of_it_inside(slopes, plots, rectangle, model):
    """The site ends 4 m into the first steep column: 4 of 104 m."""
    dem = model(lambda x, y: 300 + 0.3 * np.maximum(0, x - 95) + 0 * y)
    # the column from 100 to 110: (0.3 * 20 - 0) / 20 = 30 %; that from 90 to 100: 15 %
    _, finding = slope_of(slopes, plots, rectangle(0, 0, 104, 50), dem)
    assert finding["slope"]["steep_share"] == pytest.approx((10 + 4) / 104, abs=1e-6)


def test_an_advisory_slope_does_not_touch_the_site(city, plots, rectangle, model):
    city.layer("line", "ecological_red_line", [], coverage="all")
    ws = city.rule("R", "ecological_red_line").rule(
        "S", "terrain", "slope_below", slope_percent=15, severity="advisory"
    )
    ws = ws.open()
    result = ws.check(plots(rectangle(0, 0, 100)), dem=model(plane(40)), record=False)
    site = result.document["sites"][0]
    assert (site["verdict"], site["complete"]) == ("clear", True)
    role = next(r for r in site["roles"] if r["role"] == "terrain")
    assert (role["verdict"], role["advisory_hit"]) == ("clear", True)


def test_without_a_model_it_lacks_an_input_and_nothing_waits_for_it(slopes, plots, rectangle):
    _, finding = slope_of(slopes, plots, rectangle(0, 0, 100), None)
    assert (finding["outcome"], finding["reason_code"]) == ("undetermined", "input_missing")
    assert "未提供数字高程模型" in finding["reason"]
    assert finding["slope"] is None


def test_missing_data_leave_it_open_with_their_share(slopes, plots, rectangle, model):
    """Without the cells east of x = 60 those from 50 on have no slope: half of the site."""
    dem = model(plane(5), hole=east_of_60)
    _, finding = slope_of(slopes, plots, rectangle(0, 0, 100), dem)
    assert (finding["outcome"], finding["reason_code"]) == ("undetermined", "input_missing")
    assert finding["slope"]["missing_share"] == pytest.approx(0.5)
    assert "50.00%的用地没有高程数据" in finding["reason"]
    dem = model(plane(20), hole=east_of_60)  # what is known to be steep stands
    _, finding = slope_of(slopes, plots, rectangle(0, 0, 100), dem)
    assert (finding["outcome"], finding["overlap_share"]) == ("hit", pytest.approx(0.5))


def test_a_site_beyond_the_model_has_no_slope(slopes, plots, rectangle, model):
    dem = model(plane(5), at=(5000, 5000))
    _, finding = slope_of(slopes, plots, rectangle(0, 0, 100), dem)
    assert (finding["outcome"], finding["reason_code"]) == ("undetermined", "input_missing")
    assert finding["slope"]["missing_share"] == 1.0


def test_the_model_is_traced_in_the_document(slopes, plots, rectangle, model):
    dem = model(plane(5))
    document, _ = slope_of(slopes, plots, rectangle(0, 0, 100), dem)
    row = document["inputs"][-1]
    assert (row["kind"], row["file"], row["sha256"]) == ("elevation_model", "dem.tif", dem.sha256)
    assert (row["vertical_datum"], row["accuracy_m"]) == ("1985", 1.0)
    other = slope_of(slopes, plots, rectangle(0, 0, 100), None)[0]
    assert document["check_id"] != other["check_id"]


def test_a_recorded_check_is_not_made_again_without_its_model(slopes, plots, rectangle, model):
    dem = model(plane(5))
    document = slopes.check(plots(rectangle(0, 0, 100)), dem=dem).document
    with pytest.raises(ValueError, match=r"it used the elevation model dem\.tif"):
        slopes.made_again(document["check_id"])
    again = slopes.made_again(document["check_id"], dem=dem)
    assert again.document["sites"] == document["sites"]


# Heights above ground, against the surfaces of the runway of test_siting_heights: the inner
# horizontal surface over these sites is at 345 m.


@pytest.fixture
def airport(city):
    (city.root / "rules").mkdir(exist_ok=True)
    source = (
        "[[surface_set]]\nid = 'flat'\ntitle_zh = '平面'\ntitle_en = 'flat'\n"
        "strip_half_width_m = 140\nstrip_beyond_end_m = 60\n"
        "[[surface_set.surface]]\nkind = 'inner_horizontal'\ntitle_zh = '内水平面'\n"
        "title_en = 'inner horizontal'\nconfidence = 'confirmed'\nheight_m = 45\nradius_m = 4000\n"
    )
    (city.root / "rules" / "obstacle_surfaces.toml").write_text(source, encoding="utf-8")
    columns = {"elevation_m": 300.0}
    city.layer("runways", "runway", [("r", RUNWAY, columns)], geometry="line", coverage=WIDE)
    return city.rule("H", "runway", "below_height").open()


def above_ground(height_m):
    return Declaration(height_m=float(height_m), height_datum="ground")


SITE = shapely.box(0, 0, 100, 100)


@pytest.mark.parametrize(
    ("height_m", "outcome", "reason"),
    [
        (30.0, "clear", None),
        (34.0, "clear", None),  # 310 + 34 + 1: up to the surface, and not above it
        (34.01, "borderline", "within_accuracy"),
        (36.0, "borderline", "within_accuracy"),  # 310 + 36 - 1
        (36.01, "hit", None),
        (60.0, "hit", None),
    ],
)
def test_the_ground_turns_a_height_into_a_top(airport, plots, model, height_m, outcome, reason):
    dem = model(lambda x, _: 310 + 0 * x)
    result = airport.check(plots(SITE), dem=dem, declaration=above_ground(height_m), record=False)
    (finding,) = result.document["sites"][0]["findings"]
    assert (finding["outcome"], finding["reason_code"]) == (outcome, reason)
    assert finding["permitted_top_m"] == 345.0
    assert finding["permitted_height_m"] == 34.0
    assert finding["ground"]["lowest_m"] == finding["ground"]["highest_m"] == 310.0
    assert "地面高程310.00至310.00米" in finding["reason"]


def test_on_a_slope_the_highest_ground_permits_least(airport, plots, model):
    """Centres of the cells lie at 310.5 to 319.5 m; with 30 m some tops pass 345 m, some do not."""
    dem = model(lambda x, _: 310 + 0.1 * x)
    result = airport.check(plots(SITE), dem=dem, declaration=above_ground(30), record=False)
    (finding,) = result.document["sites"][0]["findings"]
    assert finding["permitted_height_m"] == pytest.approx(345 - 319.5 - 1)
    assert finding["outcome"] == "hit"  # 316.5 + 30 - 1 is above 345
    # 314.5 + 30 + 1 is above it too: the five and a half upper bands of ten, less the doubt
    assert finding["overlap_share"] == pytest.approx(0.6)
    low = airport.check(plots(SITE), dem=dem, declaration=above_ground(26), record=False)
    assert low.document["sites"][0]["verdict"] == "undetermined"  # 319.5 + 26 - 1 is not


def test_without_a_declared_height_it_says_what_is_permitted(airport, plots, model):
    dem = model(lambda x, _: 310 + 0 * x)
    (finding,) = airport.check(plots(SITE), dem=dem, record=False).document["sites"][0]["findings"]
    assert (finding["outcome"], finding["severity"]) == ("undetermined", "advisory")
    assert "地面以上允许高度34.00米" in finding["reason"]


def test_ground_above_the_surface_is_said(airport, plots, model):
    dem = model(lambda x, _: 350 + 0 * x)
    result = airport.check(plots(SITE), dem=dem, declaration=above_ground(0.5), record=False)
    (finding,) = result.document["sites"][0]["findings"]
    assert (finding["outcome"], finding["permitted_height_m"]) == ("hit", -6.0)
    assert "地面最高处按误差从严计高出限制面6.00米" in finding["reason"]


def test_missing_ground_leaves_the_height_open_unless_it_is_hit(airport, plots, model):
    dem = model(lambda x, _: 310 + 0 * x, hole=east_of_60)
    result = airport.check(plots(SITE), dem=dem, declaration=above_ground(30), record=False)
    (finding,) = result.document["sites"][0]["findings"]
    assert (finding["outcome"], finding["reason_code"]) == ("undetermined", "input_missing")
    assert "40.00%的用地没有高程数据" in finding["reason"]
    assert finding["permitted_height_m"] is None
    result = airport.check(plots(SITE), dem=dem, declaration=above_ground(60), record=False)
    assert result.document["sites"][0]["verdict"] == "prohibited"


def test_another_height_datum_widens_the_doubt(airport, plots, model, tmp_path):
    model(lambda x, _: 310 + 0 * x)
    dem = ElevationModel.open(tmp_path / "dem.tif", datum="egm96", accuracy_m=1.0)
    result = airport.check(plots(SITE), dem=dem, declaration=above_ground(37), record=False)
    (finding,) = result.document["sites"][0]["findings"]
    assert (finding["outcome"], finding["permitted_height_m"]) == ("borderline", 32.0)


def test_an_elevation_becomes_a_height_above_ground_for_rules_of_distance(city, plots, model):
    """At 300 m from the mast 30 m are permitted at one in ten; the ground is at 310 ± 1 m."""
    point = [("m", shapely.Point(400, 50))]
    city.layer("mast", "weather_station", point, geometry="point", coverage=WIDE)
    ws = city.rule("M", "weather_station", "below_height", distance_m=1000, height_ratio=10).open()
    dem = model(lambda x, _: 310 + 0 * x)
    found = {}
    for top_m in (338.9, 340.5, 341.2):
        said = Declaration(height_m=top_m, height_datum="1985")
        document = ws.check(plots(SITE), dem=dem, declaration=said, record=False).document
        found[top_m] = document["sites"][0]["findings"][0]["outcome"]
    assert found == {338.9: "clear", 340.5: "borderline", 341.2: "hit"}
