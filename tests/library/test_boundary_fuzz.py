"""Damaged files: read or refused in one line, never another error; what once broke is kept."""

import random
import sqlite3
import struct
import zipfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo_toolkit.boundary import read_sites
from geo_toolkit.errors import BoundaryError, GeoToolkitError

EXAMPLES = Path(__file__).parents[2] / "examples"
PIECES = (b"nan", b"1e999", b",", b"\n", b"@", b"[]", b"{", b"\xff\xff\xff\x7f", b"\0\0\0\0")


def damage(raw, chance):
    """Return bytes with up to six changes: one byte, a piece cut out, put in, or the end lost."""
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed)) if changed else 0
        kind = chance.random()
        if kind < 0.5 and changed:
            changed[at] = chance.randrange(256)
        elif kind < 0.7:
            del changed[at : at + chance.randint(1, 30)]
        elif kind < 0.9:
            changed[at:at] = chance.choice(PIECES)
        else:
            del changed[at:]
    return bytes(changed)


def pack(parts):
    """Return a zip archive of named bytes."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def parts_of(path):
    """Return the entries of a zip archive."""
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


@pytest.fixture(scope="module")
def geopackage(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "plot.gpkg"
    gpd.GeoDataFrame(
        {"名称": ["甲"]}, geometry=[shapely.box(106.1, 30.8, 106.11, 30.81)], crs=4490
    ).to_file(path)
    return path


@pytest.mark.parametrize(
    "name", ["chemical_plot.txt", "tourism_plot.geojson", "logistics_plot.zip"]
)
def test_damaged_examples(tmp_path, name, capfd):
    chance = random.Random(name)
    raw = (EXAMPLES / name).read_bytes()
    refused = 0
    for _ in range(150):
        path = tmp_path / name
        path.write_bytes(damage(raw, chance))
        try:
            read_sites(path)
        except GeoToolkitError as error:
            refused += "\n" not in str(error)
    assert refused > 0
    assert capfd.readouterr().err == ""


def test_damaged_parts_of_a_shapefile(tmp_path, capfd):
    chance = random.Random("parts")
    parts = parts_of(EXAMPLES / "logistics_plot.zip")
    refused = 0
    for _ in range(150):
        part = chance.choice(list(parts))
        path = tmp_path / "plot.zip"
        path.write_bytes(pack({**parts, part: damage(parts[part], chance)}))
        try:
            read_sites(path)
        except GeoToolkitError as error:
            refused += "\n" not in str(error)
    assert refused > 0
    assert capfd.readouterr().err == ""


def test_damaged_geopackages(tmp_path, geopackage, capfd):
    chance = random.Random("gpkg")
    raw = geopackage.read_bytes()
    refused = 0
    for _ in range(60):
        path = tmp_path / "plot.gpkg"
        path.write_bytes(damage(raw, chance))
        try:
            read_sites(path)
        except GeoToolkitError as error:
            refused += "\n" not in str(error)
    assert refused > 0
    assert capfd.readouterr().err == ""


def test_names_that_differ_within_an_archive(tmp_path):
    """The name before an entry and in the list at the end differ: one is no valid UTF-8."""
    raw = bytearray((EXAMPLES / "logistics_plot.zip").read_bytes())
    raw[30] = 0xFF  # first byte of the first entry's own name
    path = tmp_path / "plot.zip"
    path.write_bytes(raw)
    with pytest.raises(BoundaryError, match="expected a whole zip archive"):
        read_sites(path)


def test_an_archive_of_a_later_version(tmp_path):
    raw = bytearray((EXAMPLES / "logistics_plot.zip").read_bytes())
    raw[raw.find(b"PK\x01\x02") + 6] = 200  # version needed, in the list at the end
    path = tmp_path / "plot.zip"
    path.write_bytes(raw)
    with pytest.raises(BoundaryError, match="expected a whole zip archive"):
        read_sites(path)


def test_a_projection_that_cannot_be_computed(tmp_path):
    parts = parts_of(EXAMPLES / "logistics_plot.zip")
    prj = next(name for name in parts if name.endswith(".prj"))
    broken = parts[prj].replace(b'"Scale_Factor",1.0', b'"Scale_Factor",-1.0')
    assert broken != parts[prj]
    path = tmp_path / "plot.zip"
    path.write_bytes(pack({**parts, prj: broken}))
    with pytest.raises(BoundaryError, match=r"plot.zip"):
        read_sites(path)


def test_a_system_that_gdal_cannot_export(tmp_path, geopackage):
    path = tmp_path / "plot.gpkg"
    path.write_bytes(geopackage.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "update gpkg_spatial_ref_sys set organization = 'X', definition = 'PROJCS[\"x\"]'"
        )
        connection.commit()
    with pytest.raises(BoundaryError, match=r"plot.gpkg"):
        read_sites(path)


def test_names_of_tables_that_are_no_text(tmp_path, geopackage):
    raw = geopackage.read_bytes()
    path = tmp_path / "plot.gpkg"
    path.write_bytes(raw.replace(b"CREATE VIRTUAL TABLE", b"CREATE VIRTUAL \xff\xffBLE", 1))
    with pytest.raises(BoundaryError, match=r"plot.gpkg"):
        read_sites(path)


def test_counts_that_promise_too_much(tmp_path):
    parts = parts_of(EXAMPLES / "logistics_plot.zip")
    shp = next(name for name in parts if name.endswith(".shp"))
    content = bytearray(parts[shp])
    struct.pack_into("<I", content, 100 + 8 + 40, 2_000_000_000)  # number of points
    path = tmp_path / "plot.zip"
    path.write_bytes(pack({**parts, shp: bytes(content)}))
    with pytest.raises(BoundaryError, match=r"plot.zip"):
        read_sites(path)


def test_mixed_geometries_of_a_layer(tmp_path):
    path = tmp_path / "plot.gpkg"
    gpd.GeoDataFrame(
        geometry=[shapely.box(106.1, 30.8, 106.11, 30.81), shapely.Point(106.1, 30.8)], crs=4490
    ).to_file(path)
    with pytest.raises(BoundaryError, match="feature 2: expected a polygon, got a point"):
        read_sites(path)
