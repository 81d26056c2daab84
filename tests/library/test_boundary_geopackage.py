"""GeoPackages: one polygon layer, read from a copy, the file itself left alone."""

import sqlite3
import struct
from contextlib import closing
from hashlib import sha256

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_toolkit.boundary import read_sites
from geo_toolkit.errors import BoundaryError, NotAvailable, OptionError

BOX = shapely.box(35605200, 3409250, 35605400, 3409400)


def frame(*geometry, crs=4523, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(geometry) or [BOX], crs=crs)


@pytest.fixture
def write(tmp_path):
    def write_layers(name="plot.gpkg", **layers):
        path = tmp_path / name
        for layer, plots in layers.items():
            plots.to_file(path, layer=layer, driver="GPKG")
        return path

    return write_layers


def rewrite(path, sql, *values):
    """Change a GeoPackage as no ordinary program would."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("select name from sqlite_master where type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f'drop trigger "{name}"')
        connection.execute(sql, values)
        connection.commit()


def blob(*points, srs_id=4523):
    """Return a GeoPackage geometry of one ring, closed or not, whatever its numbers."""
    head = b"GP\0\1" + struct.pack("<i", srs_id)
    wkb = b"\x01" + struct.pack("<III", 3, 1, len(points))
    return head + wkb + b"".join(struct.pack("<dd", *point) for point in points)


CORNERS = [(35605200.0, 3409250.0), (35605400.0, 3409250.0), (35605400.0, 3409400.0)]


def test_one_layer(write):
    path = write(
        a=frame(
            名称=["地块"],
            面积=[1.5],
            空=[np.nan],
            日期=[pd.Timestamp("2026-11-20")],
            编号=[7],
        )
    )
    sites = read_sites(path)
    row = sites.frame.loc["plot#1"]
    assert row["name"] == "地块"
    assert row.attributes["日期"].startswith("2026-11-20")
    assert (row.attributes["面积"], row.attributes["空"], row.attributes["编号"]) == (1.5, None, 7)
    source = sites.inputs[0]
    assert (source.crs, source.crs_basis) == ("EPSG:4523", "declared (layer 'a')")
    assert source.encoding_basis == "declared (the GeoPackage standard)"
    assert source.sha256 == sha256(path.read_bytes()).hexdigest()
    assert [p.name for p in path.parent.iterdir()] == ["plot.gpkg"]


def test_several_layers_need_a_name(write):
    points = frame(shapely.Point(35605200, 3409250))
    path = write(红线=frame(), 用地=frame(), 桩点=points)
    with pytest.raises(BoundaryError) as caught:
        read_sites(path)
    said = str(caught.value)
    assert "expected one polygon layer, got" in said
    assert "红线" in said
    assert "用地" in said
    assert "桩点" not in said
    assert "choose one of them with --layer" in said
    assert len(read_sites(path, layer="用地")) == 1
    with pytest.raises(BoundaryError, match="expected a polygon layer '桩点'"):
        read_sites(path, layer="桩点")


def test_a_point_layer_beside_is_no_question(write):
    path = write(用地=frame(), 桩点=frame(shapely.Point(35605200, 3409250)))
    assert len(read_sites(path)) == 1


def test_unwritten_changes_are_read_and_left_alone(write):
    path = write(a=frame(名称=["旧"]))
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode = wal")
    for (name,) in connection.execute(
        "select name from sqlite_master where type = 'trigger'"
    ).fetchall():
        connection.execute(f'drop trigger "{name}"')
    connection.execute("update a set 名称 = '新'")
    connection.commit()
    pending = path.with_name("plot.gpkg-wal")
    before = pending.read_bytes()
    sites = read_sites(path)
    assert sites.frame["name"].tolist() == ["新"]
    assert "changes not yet written" in sites.inputs[0].warnings[0]
    assert pending.read_bytes() == before
    connection.close()


def test_open_ring_is_closed_and_listed(write):
    path = write(a=frame())
    rewrite(path, "update a set geom = ?", blob(*CORNERS))
    sites = read_sites(path)
    assert [str(r) for r in sites.inputs[0].repairs] == ["feature 1: open ring closed (+0.000 m²)"]
    assert sites.frame.geometry.to_crs(4523).iloc[0].area == pytest.approx(15_000)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_none_are_refused(write, number, capfd):
    path = write(a=frame())
    rewrite(path, "update a set geom = ?", blob(CORNERS[0], (number, 3409250.0), *CORNERS[2:]))
    with pytest.raises(BoundaryError, match=r"feature 1 point 2: expected finite coordinates"):
        read_sites(path)
    assert capfd.readouterr().err == ""


def test_heights_are_dropped_and_said(write):
    path = write(a=frame(shapely.force_3d(BOX, 300.0)))
    sites = read_sites(path)
    assert not sites.frame.has_z.any()
    assert "heights or measures of the points dropped" in sites.inputs[0].warnings


def test_binary_attributes_are_left_out_and_said(write):
    path = write(a=frame(名称=["甲"]))
    rewrite(path, "alter table a add column 照片 blob")
    rewrite(path, "update a set 照片 = x'FFD8'")
    sites = read_sites(path)
    assert sites.frame.loc["plot#1", "attributes"] == {"名称": "甲"}
    assert sites.inputs[0].warnings == ("attribute '照片' left out: binary values",)


def test_null_and_empty_geometry(write):
    path = write(a=frame(BOX, BOX))
    rewrite(path, "update a set geom = null where rowid = 2")
    with pytest.raises(BoundaryError, match="feature 2: expected a polygon, got no geometry"):
        read_sites(path)


@pytest.mark.parametrize(
    ("plots", "message"),
    [
        (frame().iloc[:0], "plot.gpkg: expected at least one polygon, got no features"),
        (frame(shapely.Point(1, 1)), "expected one polygon layer, got a (Point); submit the outl"),
        (frame(crs=26910), "layer 'a': expected a system on CGCS2000 or WGS 84, got NAD83"),
        (frame(crs=4544), "feature 1 point 1: expected a place within the area of EPSG:4544"),
    ],
)
def test_refusals(write, plots, message):
    with pytest.raises(BoundaryError) as caught:
        read_sites(write(a=plots))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_local_datum(write):
    with pytest.raises(NotAvailable, match=r"Xian 1980 \(layer 'a': .*--datum-params"):
        read_sites(write(a=frame(crs=2359)))


def test_undefined_system_needs_crs(write):
    path = write(a=frame())
    rewrite(path, "update gpkg_geometry_columns set srs_id = -1")
    with pytest.raises(BoundaryError, match=r"layer 'a': expected a coordinate system, got none"):
        read_sites(path)
    assert read_sites(path, crs="EPSG:4523").inputs[0].crs_basis.startswith("assumed by option")


def test_contradicting_options(write):
    path = write(a=frame())
    with pytest.raises(OptionError, match=r"EPSG:4523 .*layer 'a' says, got --crs EPSG:4490"):
        read_sites(path, crs="EPSG:4490")
    with pytest.raises(OptionError, match="expected UTF-8"):
        read_sites(path, encoding="gbk")
    assert len(read_sites(path, encoding="utf-8")) == 1


def test_other_and_cut_databases(write, tmp_path):
    other = tmp_path / "other.gpkg"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("create table a (b)")
        connection.commit()
    with pytest.raises(BoundaryError, match="got another SQLite database"):
        read_sites(other)
    raw = write(a=frame()).read_bytes()
    for keep in (20, 100, 4096, len(raw) // 2, len(raw) - 4096):
        other.write_bytes(raw[:keep])
        with pytest.raises(BoundaryError, match=r"other.gpkg"):
            read_sites(other)


def test_windows_to_other_files_are_refused(write):
    path = write(a=frame())
    rewrite(path, "pragma writable_schema = on")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma writable_schema = on")
        connection.execute(
            "insert into sqlite_master values ('table', 'x', 'x', 0, "
            "'CREATE VIRTUAL TABLE x USING VirtualOGR(''/etc/passwd'')')"
        )
        connection.commit()
    with pytest.raises(BoundaryError, match=r"table 'x': expected plain tables"):
        read_sites(path)
