"""Areas, distances and datums against geographiclib and against values worked out on paper."""

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from geo_toolkit.errors import CRSMismatch, OptionError
from geo_toolkit.geodesy import (
    Datum,
    area_m2,
    central_meridian_deg,
    datum_of,
    from_geographic,
    ground_distance_m,
    nearest_lines,
    parse_crs,
    to_geographic,
    topology_crs,
    web_to_wgs84,
    wgs84_to_web,
)

TM = topology_crs((105.43, 30.45, 106.97, 31.86))
ELLIPSOID = Geodesic(6378137.0, 1 / 298.257222101)


def geodesic_area_m2(polygon):
    """Area by geographiclib of a polygon whose edges are straight in TM, densified there."""
    back = Transformer.from_crs(TM, TM.geodetic_crs, always_xy=True)
    dense = shapely.segmentize(polygon, 20.0)

    def ring(coords):
        path = ELLIPSOID.Polygon()
        for x, y in list(coords)[:-1]:
            lon, lat = back.transform(x, y)
            path.AddPoint(lat, lon)
        return abs(path.Compute()[2])

    return ring(dense.exterior.coords) - sum(ring(hole.coords) for hole in dense.interiors)


@settings(deadline=None)  # the oracle is a slow library, and machines are shared
@given(
    x=st.floats(430_000, 570_000),
    y=st.floats(3_370_000, 3_525_000),
    width=st.floats(20, 3000),
    turn=st.floats(0, 6.28),
)
def test_area_agrees_with_geodesic_polygons(x, y, width, turn):
    corner = np.array([[0, 0], [1, 0.1], [0.9, 0.8], [0.2, 1.1]]) * width
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    polygon = shapely.Polygon(corner @ rotation.T + [x, y])
    ours = area_m2(np.array([polygon]), TM)[0]
    assert ours == pytest.approx(geodesic_area_m2(polygon), rel=2e-6, abs=1e-3)


def test_area_of_the_survey_example_is_27592_454():
    """FORMATS §3.2: computed there independently, ring with a hole in zone 35."""
    shell = [(35605200, 3409400), (35605400, 3409400), (35605400, 3409250), (35605200, 3409250)]
    hole = [(35605260, 3409350), (35605260, 3409310), (35605320, 3409310), (35605320, 3409350)]
    plot = np.array([shapely.Polygon(shell, [hole])])
    moved = from_geographic(to_geographic(plot, CRS.from_epsg(4523)), TM)
    assert area_m2(moved, TM)[0] == pytest.approx(27_592.454, abs=0.03)


def test_area_of_the_kilometre_square():
    east, north = Transformer.from_crs(4490, 4544, always_xy=True).transform(106.08, 30.80)
    square = np.array([shapely.box(east, north, east + 1000, north + 1000)])
    moved = from_geographic(to_geographic(square, CRS.from_epsg(4544)), TM)
    assert area_m2(moved, TM)[0] == pytest.approx(999_734.023, abs=1.0)


@pytest.mark.parametrize("epsg", [4523, 4524, 4544, 4545, 4490, 3857, 32648])
def test_one_plot_in_any_system_has_one_area(epsg):
    lonlat = np.array([shapely.Polygon([(106.4, 30.9), (106.41, 30.9), (106.412, 30.91)])])
    forward = Transformer.from_crs(4326, epsg, always_xy=True)
    if epsg in (4490, 4523, 4524, 4544, 4545):  # the same numbers, on the datum's own terms
        forward = Transformer.from_crs(4490, epsg, always_xy=True)
    decimals = 9 if epsg == 4490 else 3
    written = shapely.transform(
        lonlat, lambda xy: np.round(np.column_stack(forward.transform(*xy.T)), decimals)
    )
    back = from_geographic(to_geographic(written, CRS.from_epsg(epsg)), TM)
    expected = area_m2(from_geographic(lonlat, TM), TM)[0]
    assert area_m2(back, TM)[0] == pytest.approx(expected, rel=5e-6)


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("+proj=longlat +ellps=WGS84 +type=crs", None),
        ("+proj=tmerc +lon_0=105 +x_0=500000 +ellps=WGS84 +type=crs", None),
        ("+proj=tmerc +lon_0=105 +ellps=GRS80 +type=crs", None),
        ("+proj=longlat +datum=WGS84 +type=crs", Datum.WGS84),
        ("EPSG:4490", Datum.CGCS2000),
        ("EPSG:2359", Datum.XIAN80),
        ("EPSG:21458", Datum.BEIJING54),
        ("EPSG:4269", None),
    ],
)
def test_an_ellipsoid_is_no_datum(text, datum):
    assert datum_of(CRS.from_user_input(text)) is datum
    assert datum_of(TM) is Datum.CGCS2000


def test_lines_points_and_nothing_have_no_area():
    shapes = np.array([shapely.Point(500000, 3400000), shapely.Polygon()], dtype=object)
    assert area_m2(shapes, TM).tolist() == [0.0, 0.0]
    assert area_m2(np.array([], dtype=object), TM).tolist() == []


def test_area_needs_a_metric_crs():
    with pytest.raises(CRSMismatch, match="metric"):
        area_m2(np.array([shapely.box(0, 0, 1, 1)]), CRS.from_epsg(4490))


@given(
    lon=st.floats(105.5, 106.9), lat=st.floats(30.5, 31.8), east=st.floats(-0.5, 0.5),
    north=st.floats(-0.5, 0.5),
)  # fmt: skip
def test_distance_is_on_the_ground(lon, lat, east, north):
    points = np.array([shapely.Point(lon, lat), shapely.Point(lon + east, lat + north)])
    a, b = from_geographic(points, TM)
    distance = ground_distance_m(nearest_lines(np.array([a]), np.array([b])), TM)[0]
    expected = ELLIPSOID.Inverse(lat, lon, lat + north, lon + east)["s12"]
    assert distance == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_distance_to_nothing_is_nan():
    lines = nearest_lines(np.array([shapely.Point(0, 0)]), np.array([shapely.Polygon()]))
    assert np.isnan(ground_distance_m(lines, TM)[0])


def test_gcj02_offset_at_a_known_place():
    """GAZETTEER: +0.00402, -0.00230 degrees, 430-460 m towards the east-south-east."""
    lon, lat = wgs84_to_web(np.array([106.1]), np.array([30.8]), Datum.GCJ02)
    shift = ELLIPSOID.Inverse(30.8, 106.1, lat[0], lon[0])
    assert 430 < shift["s12"] < 465
    assert 120 < shift["azi1"] < 127


def test_bd09_offset_at_a_known_place():
    lon, lat = wgs84_to_web(np.array([106.1]), np.array([30.8]), Datum.BD09)
    shift = ELLIPSOID.Inverse(30.8, 106.1, lat[0], lon[0])
    assert 1050 < shift["s12"] < 1100
    assert 63 < shift["azi1"] < 69


@given(lon=st.floats(74, 134), lat=st.floats(19, 52), datum=st.sampled_from(["gcj02", "bd09"]))
def test_web_datums_come_back(lon, lat, datum):
    there = wgs84_to_web(np.array([lon]), np.array([lat]), Datum(datum))
    back = web_to_wgs84(*there, Datum(datum))
    assert back[0][0] == pytest.approx(lon, abs=2e-7)
    assert back[1][0] == pytest.approx(lat, abs=2e-7)


def test_only_web_datums_are_shifted():
    with pytest.raises(OptionError, match="gcj02 or bd09"):
        wgs84_to_web(np.array([106.0]), np.array([30.0]), Datum.XIAN80)


@pytest.mark.parametrize(
    ("epsg", "datum"),
    [(4490, "cgcs2000"), (4523, "cgcs2000"), (4545, "cgcs2000"), (4326, "wgs84"), (3857, "wgs84"),
     (32648, "wgs84"), (4610, "xian80"), (2359, "xian80"), (4214, "beijing54"),
     (2412, "beijing54")],
)  # fmt: skip
def test_the_datum_of_a_system(epsg, datum):
    assert datum_of(CRS.from_epsg(epsg)) == Datum(datum)


def test_an_unknown_datum_and_an_unknown_system():
    assert datum_of(CRS.from_epsg(4269)) is None
    with pytest.raises(OptionError, match="EPSG:999999"):
        parse_crs("EPSG:999999")


def test_central_meridian():
    assert central_meridian_deg(TM) == 106.2
    with pytest.raises(CRSMismatch):
        central_meridian_deg(CRS.from_epsg(4490))


def test_a_needle_thin_spike_does_not_swallow_the_polygon():
    """GEOS's own densifier gives an empty polygon here: valid, but with spikes of no width."""
    ring = [
        (501681.14945811575, 3397483.8516380084), (501902.74453519983, 3397544.841355433),
        (501860.300622685, 3397318.9594435636), (502023.91680588655, 3397157.5473361663),
        (501807.0753756943, 3397081.3638867065), (501749.0964818116, 3396858.962061885),
        (501574.69896413514, 3397008.6605242947), (501627.9242111255, 3396962.973304986),
        (501627.9242111256, 3397529.5388573096), (501506.7519404389, 3397633.5501004173),
    ]  # fmt: skip
    polygon = shapely.Polygon(ring)
    assert area_m2(np.array([polygon]), TM)[0] == pytest.approx(polygon.area, rel=1e-4)


def test_holes_and_parts_are_counted_once():
    hole = [(40, 40), (40, 60), (60, 60), (60, 40)]
    with_hole = shapely.Polygon([(0, 0), (100, 0), (100, 100), (0, 100)], [hole])
    both = shapely.MultiPolygon([with_hole, shapely.box(200, 0, 300, 100)])
    moved = shapely.transform(both, lambda xy: xy + np.array([500000, 3400000]))
    assert area_m2(np.array([moved]), TM)[0] == pytest.approx(9600 + 10000, rel=1e-4)
