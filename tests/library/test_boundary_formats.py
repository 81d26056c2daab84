"""Every format and variant by its example file: one plot with a hole, told the same by each."""

import runpy
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo_toolkit.boundary import read_sites
from geo_toolkit.errors import BoundaryError, GeoToolkitError, NotAvailable, OptionError
from geo_toolkit.geodesy import area_m2, from_geographic, topology_crs

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "boundary"
PAGE = runpy.run_path(str(ROOT / "tools" / "formats_page.py"))
TM = topology_crs((105.43, 30.45, 106.97, 31.86))
CORNERS = {(35605200.0, 3409400.0), (35605400.0, 3409400.0), (35605400.0, 3409250.0),
           (35605200.0, 3409250.0), (35605260.0, 3409350.0), (35605260.0, 3409310.0),
           (35605320.0, 3409310.0), (35605320.0, 3409350.0)}  # fmt: skip
AREA_M2 = 27_592.454  # FORMATS §3.2, computed independently
# what differs from that plot, on paper: an ellipsoidal area is 273 ppm less than a planar one
OTHER_AREAS = {
    "text_second_part.txt": 60_000, "text_island_in_hole.txt": 27_600 + 20 * 20 / 2,
    "text_several_plots.txt": 27_600 + 30_000, "text_line.txt": 350 * 20 - (1 - np.pi / 4) * 100,
    "road.geojson": 350 * 20 - (1 - np.pi / 4) * 100, "road.dxf": 350 * 20 - (1 - np.pi / 4) * 100,
    "plot_arcs.dxf": np.pi * 100**2,
}  # fmt: skip
NOT_READ = ("plot.dwg", "plot.mdb", "plot.ovobj", "plot.wp", "plot.gml", "points.xls", "plot.rar",
            "plot.7z")  # fmt: skip
ELSEWHERE = ("points_ddd_mmss.csv",)
READ = [v for v in PAGE["VARIANTS"] if "**refused**" not in PAGE["row"](*v)]
REFUSED = [v for v in PAGE["VARIANTS"] if v not in READ]


def total_area_m2(sites):
    return float(area_m2(from_geographic(sites.frame.geometry.to_numpy(), TM), TM).sum())


def test_every_example_has_a_row():
    listed = {file for file, _, _ in PAGE["VARIANTS"]}
    parts = {"plot.dat", "plot.map", "plot.id", "plot.mid", "xian80.toml"}
    assert {path.name for path in DATA.iterdir()} == listed | parts
    assert {row[5] for row in PAGE["FORMATS"]} <= listed


def test_the_page_is_what_the_library_does():
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert page == PAGE["text"](), "run tools/formats_page.py"


def test_the_script_writes_these_texts(tmp_path):
    script = runpy.run_path(str(ROOT / "tools" / "examples" / "make_boundary_data.py"))
    script["main"](tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (DATA / path.name).read_bytes(), path.name


@pytest.mark.parametrize(("file", "variant", "options"), READ)
def test_read(file, variant, options):
    sites = read_sites(DATA / file, **options)
    assert variant
    if file in ELSEWHERE:
        return
    expected = OTHER_AREAS.get(file)
    if "datum" in options or "datum_params" in options:  # moved by some 500 or 100 m
        assert total_area_m2(sites) == pytest.approx(AREA_M2, rel=1e-3)
    elif expected is not None:
        assert total_area_m2(sites) == pytest.approx(expected, rel=4e-4)
    else:
        assert total_area_m2(sites) == pytest.approx(AREA_M2, abs=0.06)
        corners = sites.frame.geometry.to_crs(4523).iloc[0]
        found = {(round(x, 2), round(y, 2)) for x, y in shapely.get_coordinates(corners)}
        assert found == CORNERS
    for source in sites.inputs:
        grounds = (source.encoding_basis, source.crs_basis)
        assert all(g.startswith(("declared", "detected", "assumed by option")) for g in grounds)
        encoding = source.basis_texts("zh")[0]
        assert encoding.startswith(("文件声明", "标准规定", "自动识别", "按选项"))


@pytest.mark.parametrize(("file", "variant", "options"), REFUSED)
def test_refused(file, variant, options):
    assert variant
    with pytest.raises((BoundaryError, NotAvailable, OptionError)) as caught:
        read_sites(DATA / file, **options)
    said = str(caught.value)
    assert said.startswith(file)
    assert "; " in said
    assert "\n" not in said


def test_refused_are_those_that_would_be_a_guess():
    assert [(file, tuple(options)) for file, _, options in REFUSED] == [
        ("text_rings_overlap.txt", ()),
        ("texts.zip", ()),
        ("text_zone_contradicts.txt", ()),
        ("text_ddd_mmss.txt", ()),
        ("text_utf16.txt", ()),
        ("text_points.txt", ()),
        ("text_beijing54.txt", ()),
        ("text_xian80.txt", ()),
        ("plot_two_layers.gdb.zip", ()),
        ("road.geojson", ()),
        ("plot.ovkml", ()),
        ("plot.ovkmz", ()),
        ("plot_ovital.kml", ()),
        ("plot.dxf", ()),
        ("plot_two_layers.dxf", ("crs",)),
        ("plot_open.dxf", ("crs",)),
        ("points_survey.csv", ()),
        ("points_ddd_mmss_unsaid.csv", ("crs",)),
        *((name, ()) for name in NOT_READ),
    ]


def test_packed_degrees_said_in_the_heading():
    """30.4555 is 30°45′55″, 106.0510 is 106°05′10″."""
    sites = read_sites(DATA / "points_ddd_mmss.csv", crs="EPSG:4490")
    corner = shapely.get_coordinates(sites.frame.geometry.iloc[0])[0]
    assert corner == pytest.approx((106 + 5 / 60 + 10 / 3600, 30 + 45 / 60 + 55 / 3600), abs=1e-9)


@pytest.mark.parametrize("file", ["plot.ovkml", "plot.ovkmz", "plot_ovital.kml"])
def test_ovital_is_moved_by_some_hundred_metres(file):
    """FORMATS §1.4: GCJ-02 lies 430-460 m from WGS 84 near Nanchong."""
    moved = read_sites(DATA / file, datum="gcj02").frame.geometry.to_crs(4544).iloc[0].centroid
    plain = read_sites(DATA / "plot.kml").frame.geometry.to_crs(4544).iloc[0].centroid
    assert 430 < moved.distance(plain) < 470
    with pytest.raises(BoundaryError, match="GCJ-02"):
        read_sites(DATA / file, crs="EPSG:4490")


def test_names_and_attributes_come_along():
    for file in ("plot.kml", "plot.fgb", "plot.tab", "plot.mif", "plot.gdb.zip", "plot.parquet",
                 "plot.geojsonl", "points.xlsx"):  # fmt: skip
        assert read_sites(DATA / file).frame["name"].tolist() == ["示例物流地块"], file
    attributes = read_sites(DATA / "plot.kml").frame.attributes.iloc[0]
    assert attributes == {"name": "示例物流地块", "地块编号": "DK01"}
    assert (
        read_sites(DATA / "points_survey.csv", crs="EPSG:4523").frame.stated_area_ha.iloc[0] == 2.76
    )


def test_a_geodatabase_as_a_folder(tmp_path):
    with zipfile.ZipFile(DATA / "plot.gdb.zip") as archive:
        archive.extractall(tmp_path)
    sites = read_sites(tmp_path / "plot.gdb")
    assert total_area_m2(sites) == pytest.approx(AREA_M2, abs=0.06)
    assert sites.inputs[0].format == "file geodatabase"
    with pytest.raises(GeoToolkitError, match="expected one line layer"):
        read_sites(tmp_path / "plot.gdb", corridor_m=20)
