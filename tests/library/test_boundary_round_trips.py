"""The round-trip tests of FORMATS §10 that read: 3 to 12, by those names (1 and 2 also write)."""

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_toolkit.boundary import read_sites
from geo_toolkit.errors import BoundaryError, NotAvailable
from geo_toolkit.geodesy import Datum, area_m2, from_geographic, topology_crs

DATA = Path(__file__).parents[1] / "data" / "boundary"
TM = topology_crs((105.43, 30.45, 106.97, 31.86))
PLANAR_TO_ELLIPSOID = 1 - 273e-6  # FORMATS §3.2


def area(sites):
    return float(area_m2(from_geographic(sites.frame.geometry.to_numpy(), TM), TM).sum())


def test_3_swapped_columns():
    sites = read_sites(DATA / "text_swapped.txt")
    assert area(sites) == pytest.approx(27_592.454, abs=0.03)
    assert "columns are swapped" in sites.inputs[0].warnings[0]


def test_4_unclosed_hole():
    sites = read_sites(DATA / "text_open_rings.txt")
    assert area(sites) == pytest.approx(27_592.454, abs=0.03)
    assert len(sites.frame.geometry.iloc[0].interiors) == 1
    assert [r.place for r in sites.inputs[0].repairs] == [
        "plot DK01 ring 1 (line 14)", "plot DK01 ring 2 (line 18)"
    ]  # fmt: skip


def test_5_multipart_with_ring_number_2_outside():
    sites = read_sites(DATA / "text_second_part.txt")
    assert len(sites) == 1
    assert shapely.get_num_geometries(sites.frame.geometry.iloc[0]) == 2
    assert area(sites) == pytest.approx(60_000 * PLANAR_TO_ELLIPSOID, rel=5e-6)


def test_6_gbk_shapefile_without_cpg():
    sites = read_sites(DATA / "plot_gbk_no_cpg.zip")
    assert sites.frame["name"].tolist() == ["示例物流地块"]
    assert list(sites.frame.attributes.iloc[0]) == ["地块名称", "编号"]
    assert sites.inputs[0].encoding_basis.startswith("detected (no .cpg")


def test_7_zone_35_prj(tmp_path):
    """The .prj as ArcGIS names the zone, which PROJ knows as EPSG:4523."""
    with zipfile.ZipFile(DATA / "plot_gbk.zip") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["plot.prj"] = (
        b'PROJCS["CGCS2000_3_Degree_GK_Zone_35",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
        b'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],'
        b'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        b'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",35500000.0],'
        b'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",105.0],'
        b'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    path = tmp_path / "plot.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read_sites(path).inputs[0].crs == "EPSG:4523"


def test_8_xian80_without_parameters_is_refused():
    with pytest.raises(NotAvailable, match="Xian 1980"):
        read_sites(DATA / "text_xian80.txt")


def test_9_ovkml_asks_for_the_datum():
    with pytest.raises(BoundaryError, match="GCJ-02"):
        read_sites(DATA / "plot.ovkml")
    assert read_sites(DATA / "plot.ovkml", datum="gcj02").inputs[0].datum is Datum.GCJ02


def test_10_area_test_vector(tmp_path):
    """FORMATS §6: a kilometre square at 106.08 E 30.80 N in EPSG:4544 has 999,734.023 m²."""
    corner = gpd.GeoSeries([shapely.Point(106.08, 30.80)], crs=4490).to_crs(4544).iloc[0]
    square = shapely.box(corner.x, corner.y, corner.x + 1000, corner.y + 1000)
    path = tmp_path / "square.gpkg"
    gpd.GeoDataFrame(geometry=[square], crs=4544).to_file(path)
    # a side of 1 km, straight in one plane or the other, moves the area by some 1e-6
    assert area(read_sites(path)) == pytest.approx(999_734.023, abs=1.0)


def test_11_parcel_crossing_106_5_east(tmp_path):
    """The same parcel in zone 35 and in zone 36 has one area and one place."""
    parcel = gpd.GeoSeries([shapely.box(106.498, 30.80, 106.502, 30.804)], crs=4490)
    areas, shapes = [], []
    for code in (4523, 4524):
        path = tmp_path / f"zone_{code}.gpkg"
        gpd.GeoDataFrame(geometry=parcel.to_crs(code), crs=code).to_file(path)
        sites = read_sites(path)
        areas.append(area(sites))
        shapes.append(shapely.get_coordinates(sites.frame.geometry.iloc[0]))
    assert areas[0] == pytest.approx(areas[1], rel=1e-9)
    assert np.abs(shapes[0] - shapes[1]).max() < 1e-9


def test_12_geodatabase_with_two_polygon_layers_asks():
    with pytest.raises(BoundaryError, match="got plot, envelope; choose one of them with --layer"):
        read_sites(DATA / "plot_two_layers.gdb.zip")
    assert len(read_sites(DATA / "plot_two_layers.gdb.zip", layer="envelope")) == 1
