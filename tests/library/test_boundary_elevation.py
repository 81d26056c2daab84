"""Elevation models: systems known or refused, windows where they lie, missing data as missing."""

import hashlib

import numpy as np
import pytest
import rasterio
import shapely
from rasterio import Affine

from geo_toolkit.boundary.elevation import DEFAULT_ACCURACY_M, ElevationModel
from geo_toolkit.errors import BoundaryError, OptionError, UnknownName
from geo_toolkit.geodesy import topology_crs

CRS = topology_crs((106.0, 30.5, 106.4, 30.9))
SITE = shapely.box(106.20005, 30.70005, 106.20095, 30.70095)


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a grid of 40 by 40 cells of 0.0002 degrees."""

    def make(
        name="dem.tif",
        *,
        values=None,
        crs="EPSG:4490+5737",
        tags=None,
        unit=None,
        scale=None,
        **profile,
    ):
        grid = np.full((40, 40), 300.0, "float32") if values is None else values
        path = tmp_path / name
        settings = {
            "driver": "GTiff", "height": grid.shape[0], "width": grid.shape[1], "count": 1,
            "dtype": grid.dtype, "transform": Affine(0.0002, 0, 106.198, 0, -0.0002, 30.704),
            "nodata": -9999, **profile,
        }  # fmt: skip
        if crs:
            settings["crs"] = crs
        with rasterio.open(path, "w", **settings) as target:
            for band in range(1, settings["count"] + 1):
                target.write(grid, band)
            target.update_tags(**(tags or {}))
            if scale:
                target.scales, target.offsets = (scale[0],), (scale[1],)
            if unit:
                target.units = (unit,)
        return path

    return make


def test_a_model_says_where_it_is_and_what_its_heights_are(write):
    path = write()
    model = ElevationModel.open(path)
    assert (model.crs_name, model.datum.value) == ("EPSG:4490", "cgcs2000")
    assert (model.vertical_datum, model.vertical_basis) == ("1985", "declared")
    assert (model.accuracy_m, model.accuracy_basis) == (DEFAULT_ACCURACY_M, "default")
    assert model.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("crs", "datum", "more_m"),
    [
        ("EPSG:4326+3855", "egm2008", 1),
        ("EPSG:4326+5773", "egm96", 2),
        ("EPSG:4490+5737", "1985", 0),
    ],
)
def test_another_height_datum_adds_to_the_error(write, crs, datum, more_m):
    model = ElevationModel.open(write(crs=crs), accuracy_m=4)
    assert (model.vertical_datum, model.error_m) == (datum, 4 + more_m)


def test_tags_state_datum_and_accuracy_too(write):
    tags = {"VERTICAL_DATUM": "EGM2008", "VERTICAL_ACCURACY_M": "3.5"}
    model = ElevationModel.open(write(crs="EPSG:4326", tags=tags))
    assert (model.vertical_datum, model.vertical_basis) == ("egm2008", "declared")
    assert (model.accuracy_m, model.accuracy_basis, model.error_m) == (3.5, "declared", 4.5)
    assert ElevationModel.open(write(crs="EPSG:4326", tags=tags), accuracy_m=2).accuracy_m == 2


def test_a_datum_that_is_not_stated_has_to_be_said(write):
    path = write(crs="EPSG:4490")
    with pytest.raises(BoundaryError, match=r"a vertical datum, got none; say it with --dem-datum"):
        ElevationModel.open(path)
    assert ElevationModel.open(path, datum="1985").vertical_basis == "assumed by option"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"crs": None}, "expected a coordinate system, got none"),
        ({"crs": "EPSG:4610"}, "expected CGCS2000 or WGS 84, got Xian 1980"),
        ({"crs": "EPSG:4979"}, "got ellipsoidal heights"),
        ({"crs": "EPSG:4326", "tags": {"VERTICAL_DATUM": "NAVD88"}}, "got NAVD88; convert"),
        ({"count": 2}, "expected one band of elevations, got 2"),
        ({"unit": "ft"}, "expected elevations in metres, got ft"),
        ({"values": np.zeros((40, 40), "complex64")}, "expected numbers, got complex64"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(write, keys, message):
    with pytest.raises(BoundaryError) as refused:
        ElevationModel.open(write(**keys))
    said = str(refused.value)
    assert said.startswith("dem.tif")
    assert message in said
    assert "\n" not in said


def test_what_is_no_geotiff_is_refused(tmp_path):
    text = tmp_path / "dem.tif"
    text.write_text("ncols 3\n", encoding="utf-8")
    with pytest.raises(BoundaryError, match="something that cannot be read as one"):
        ElevationModel.open(text)
    with pytest.raises(BoundaryError, match="no such file"):
        ElevationModel.open(tmp_path / "none.tif")
    vrt = tmp_path / "other.tif"
    vrt.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"/>', encoding="utf-8")
    with pytest.raises(BoundaryError, match="something that cannot be read as one"):
        ElevationModel.open(vrt)


def test_options_that_make_no_sense_are_refused(write):
    path = write()
    with pytest.raises(OptionError, match="itself says 1985"):
        ElevationModel.open(path, datum="egm96")
    with pytest.raises(UnknownName, match="vertical datum"):
        ElevationModel.open(path, datum="1956")
    for accuracy in (-1.0, float("nan"), float("inf")):
        with pytest.raises(OptionError, match="expected metres from 0"):
            ElevationModel.open(path, accuracy_m=accuracy)


def test_only_the_window_round_the_site_is_read(write):
    window = ElevationModel.open(write()).around(SITE, CRS)
    assert window.values_m.shape == (9, 9)  # five cells and two on each side
    assert window.corner.shape == (10, 10, 2)
    assert (window.values_m == 300).all()


def test_missing_cells_are_missing_and_scaled_ones_are_scaled(write):
    grid = np.arange(1600, dtype="int16").reshape(40, 40)
    grid[20, :] = -9999
    path = write(values=grid, scale=(0.5, 100.0), crs="EPSG:4490")
    values = ElevationModel.open(path, datum="1985").around(SITE, CRS).values_m
    assert np.isnan(values).any(axis=1).tolist() == [i == 7 for i in range(9)]
    assert values[0, 0] == 100 + 0.5 * (13 * 40 + 8)


def test_a_site_apart_from_the_model_has_no_window(write):
    model = ElevationModel.open(write())
    assert model.around(shapely.box(106.3, 30.7, 106.301, 30.701), CRS) is None


def test_too_many_cells_round_a_site_are_refused(write, monkeypatch):
    monkeypatch.setattr("geo_toolkit.boundary.elevation.MOST_CELLS", 80)
    with pytest.raises(OptionError, match="81 cells around one site; expected at most 80"):
        ElevationModel.open(write()).around(SITE, CRS)
