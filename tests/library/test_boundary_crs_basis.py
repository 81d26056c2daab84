"""Which system, which datum, and on what ground."""

import pytest
from pyproj import CRS

from geo_toolkit.boundary.crs_basis import (
    decide_system,
    gauss_kruger,
    horizontal,
    is_same_system,
    label_of,
)
from geo_toolkit.boundary.options import ReadOptions
from geo_toolkit.errors import BoundaryError, NotAvailable, OptionError
from geo_toolkit.geodesy import Datum


@pytest.mark.parametrize("width", [3, 6])
@pytest.mark.parametrize("prefixed", [True, False])
@pytest.mark.parametrize(
    ("datum", "name"),
    [(Datum.CGCS2000, "CGCS2000"), (Datum.XIAN80, "Xian 1980"), (Datum.BEIJING54, "Beijing 1954")],
)
def test_every_zone_of_the_registry(width, prefixed, datum, name):
    """The registry's own parameters: central meridian and false easting of every zone."""
    for zone in range(25, 46) if width == 3 else range(13, 24):
        crs = gauss_kruger(datum, width, zone, prefixed=prefixed)
        parameters = {p.name: p.value for p in crs.coordinate_operation.params}
        central = zone * 3 if width == 3 else zone * 6 - 3
        assert parameters["Longitude of natural origin"] == central
        assert parameters["False easting"] == 500_000 + (zone * 1_000_000 if prefixed else 0)
        assert name in crs.name
    assert gauss_kruger(datum, width, 50, prefixed=prefixed) is None


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("EPSG:4523", "EPSG:4544", True),
        ("EPSG:4523", "EPSG:4496", True),
        ("EPSG:4544", "EPSG:4545", False),
        ("EPSG:4490", "EPSG:4480", True),
        ("EPSG:4490", "EPSG:4326", False),
        ("EPSG:4326", "OGC:CRS84", True),
        ("EPSG:3857", "ESRI:102100", True),
        ("EPSG:4544", "EPSG:2380", False),
        ("EPSG:4490", "EPSG:4523", False),
    ],
)
def test_same_system(a, b, same):
    assert is_same_system(CRS.from_user_input(a), CRS.from_user_input(b)) is same


def test_horizontal_part_of_a_compound_system():
    assert label_of(horizontal(CRS.from_user_input("EPSG:4490+5737"), "a", "")) == "EPSG:4490"


@pytest.mark.parametrize(
    "text",
    [
        "EPSG:4978",
        "EPSG:5737",
        "EPSG:2225",
        "+proj=longlat +ellps=GRS80 +pm=paris +type=crs",
        "+proj=tmerc +lon_0=105 +ellps=WGS84 +type=crs",
        "EPSG:4555",
        "EPSG:4269",
    ],
)
def test_systems_that_are_refused(text):
    with pytest.raises(BoundaryError) as caught:
        decide_system("plot.zip", ReadOptions(), declared=CRS.from_user_input(text), source=".prj")
    assert str(caught.value).startswith("plot.zip .prj: expected")


def test_an_ellipsoid_is_no_datum():
    """A system that states WGS 84's ellipsoid only is not taken for WGS 84."""
    crs = CRS.from_proj4("+proj=tmerc +lon_0=105 +x_0=500000 +ellps=WGS84 +type=crs")
    with pytest.raises(BoundaryError, match="of another datum"):
        decide_system("a", ReadOptions(crs=crs))


def test_web_datum_with_a_system():
    system = decide_system("a", ReadOptions.of("EPSG:3857", "gcj02"))
    assert (system.datum, system.label) == (Datum.GCJ02, "EPSG:3857")
    assert system.basis == "assumed by option --crs EPSG:3857 --datum gcj02"


def test_options_that_contradict_each_other():
    with pytest.raises(OptionError, match="expected --datum cgcs2000 with --crs EPSG:4490"):
        decide_system("a", ReadOptions.of("EPSG:4490", "wgs84"))
    with pytest.raises(NotAvailable, match="--datum-params"):
        decide_system("a", ReadOptions.of("EPSG:4490", "beijing54"))


def test_nothing_told():
    with pytest.raises(BoundaryError, match=r"a: expected a coordinate system, got none; name"):
        decide_system("a", ReadOptions())


def test_a_file_without_datum_takes_that_of_the_option():
    """MapInfo and some CAD programs state an ellipsoid only; the projection must be the same."""
    bare = CRS.from_proj4("+proj=tmerc +lon_0=105 +x_0=35500000 +ellps=GRS80 +type=crs")
    system = decide_system("a", ReadOptions.of("EPSG:4523"), declared=bare, source="its header")
    assert (system.label, system.basis) == ("EPSG:4523", "assumed by option --crs EPSG:4523")
    with pytest.raises(OptionError, match="got --crs EPSG:4524"):
        decide_system("a", ReadOptions.of("EPSG:4524"), declared=bare, source="its header")
    with pytest.raises(BoundaryError, match="of another datum"):
        decide_system("a", ReadOptions(), declared=bare, source="its header")
