"""Tiles of one's own: folders and PMTiles files, whole and damaged, inside a page."""

import base64
import gzip

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from geo_toolkit.errors import DefinitionError
from geo_toolkit.webmap.backgrounds import (
    covering_tiles,
    inline_tiles,
    open_background,
    tile_number,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
BOUNDS = (106.0, 30.0, 107.0, 31.0)


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def directory(entries):
    """Return a PMTiles directory of (tile number, run, length, offset)."""
    numbers = [len(entries)]
    numbers += [b[0] - a[0] for a, b in zip([(0,), *entries], entries, strict=False)]
    numbers += [entry[1] for entry in entries]
    numbers += [entry[2] for entry in entries]
    numbers += [entry[3] + 1 for entry in entries]
    return b"".join(varint(number) for number in numbers)


def package(path, tiles, *, kind=2, leaf=False):
    """Write a PMTiles file by the letter of its specification."""
    data = b"".join(tiles.values())
    offsets = np.cumsum([0, *(len(tile) for tile in tiles.values())])
    entries = sorted(
        (tile_number(*key), 1, len(tile), int(at))
        for (key, tile), at in zip(tiles.items(), offsets, strict=False)
    )
    body = directory(entries)
    leaves = body if leaf else b""
    root = directory([(0, 0, len(body), 0)]) if leaf else body
    head = bytearray(127)
    head[:8] = b"PMTiles\x03"
    for at, value in (
        (8, 127), (16, len(root)), (40, 127 + len(root)), (48, len(leaves)),
        (56, 127 + len(root) + len(leaves)), (64, len(data)),
    ):  # fmt: skip
        head[at : at + 8] = value.to_bytes(8, "little")
    head[97:102] = bytes([1, 1, kind, 8, 9])
    path.write_bytes(bytes(head) + root + leaves + data)


@pytest.fixture
def folder(tmp_path):
    for z in (8, 9):
        for x, y in covering_tiles(BOUNDS, z):
            (tmp_path / "base" / str(z) / str(x)).mkdir(parents=True, exist_ok=True)
            (tmp_path / "base" / str(z) / str(x) / f"{y}.png").write_bytes(PNG)
    return tmp_path / "base"


def test_a_folder_of_tiles(folder):
    found = open_background(folder, "base")
    assert (found.kind, found.zooms) == ("png", (8, 9))
    assert found.tile(8, 203, 104) == PNG
    assert found.tile(8, 0, 0) is None


def test_tiles_go_into_a_page_from_the_smallest_zoom_as_far_as_there_is_room(folder):
    found = open_background(folder, "base")
    tiles, largest = inline_tiles(found, BOUNDS, most_bytes=10_000)
    assert largest == 9
    assert tiles["8/203/104"] == "data:image/png;base64," + base64.b64encode(PNG).decode()
    assert len(tiles) == len(list(covering_tiles(BOUNDS, 8))) + len(list(covering_tiles(BOUNDS, 9)))
    few, largest = inline_tiles(found, BOUNDS, most_bytes=300)
    assert (largest, len(few)) == (8, 4)
    assert inline_tiles(found, BOUNDS, most_bytes=10) == ({}, -1)


def test_numbers_run_along_the_curve_of_the_specification():
    assert [tile_number(1, *at) for at in ((0, 0), (0, 1), (1, 1), (1, 0))] == [1, 2, 3, 4]
    everywhere = {tile_number(5, x, y) for x in range(32) for y in range(32)}
    assert everywhere == set(range(341, 341 + 1024))


@pytest.mark.parametrize("leaf", [False, True])
def test_a_package_of_pictures(tmp_path, leaf):
    tiles = {(8, 203, 104): b"one", (8, 204, 104): b"two!", (9, 407, 208): PNG}
    package(tmp_path / "b.pmtiles", tiles, leaf=leaf)
    found = open_background(tmp_path / "b.pmtiles", "b.pmtiles")
    assert (found.kind, found.zooms) == ("png", (8, 9))
    assert {key: found.tile(*key) for key in tiles} == tiles
    assert found.tile(8, 205, 104) is None
    assert found.tile(0, 0, 0) is None


def test_a_package_written_by_gdal(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["水"]}, geometry=[shapely.box(106, 30, 107, 31)], crs=4326)
    pyogrio.write_dataframe(
        frame, tmp_path / "v.pmtiles", driver="PMTiles", layer="water", MINZOOM=6, MAXZOOM=8
    )
    found = open_background(tmp_path / "v.pmtiles", "v.pmtiles")
    assert (found.kind, found.zooms) == ("mvt", (6, 8))
    for z in (6, 7, 8):
        for x, y in covering_tiles((106.1, 30.1, 106.9, 30.9), z):
            assert b"water" in found.tile(z, x, y)


def test_a_packed_tile_comes_out_plain(tmp_path):
    package(tmp_path / "z.pmtiles", {(8, 203, 104): gzip.compress(b"tile")}, kind=1)
    assert open_background(tmp_path / "z.pmtiles", "z").tile(8, 203, 104) == b"tile"


def test_what_is_no_background_is_refused(tmp_path):
    with pytest.raises(DefinitionError, match=r"basemap 'none/': expected a folder of tiles"):
        open_background(tmp_path / "none", "none/")
    (tmp_path / "old.pmtiles").write_bytes(b"PM\x02" + bytes(200))
    with pytest.raises(DefinitionError, match="expected a PMTiles file of version 3"):
        open_background(tmp_path / "old.pmtiles", "old.pmtiles")
    package(tmp_path / "avif.pmtiles", {(8, 0, 0): b"x"}, kind=5)
    with pytest.raises(DefinitionError, match="got kind 5"):
        open_background(tmp_path / "avif.pmtiles", "avif.pmtiles")


def test_a_damaged_package_names_the_tile(tmp_path):
    package(tmp_path / "cut.pmtiles", {(8, 203, 104): b"tile"})
    whole = (tmp_path / "cut.pmtiles").read_bytes()
    (tmp_path / "cut.pmtiles").write_bytes(whole[:129])
    with pytest.raises(DefinitionError, match=r"cut\.pmtiles: tile 8/203/104 cannot be read"):
        open_background(tmp_path / "cut.pmtiles", "cut").tile(8, 203, 104)
