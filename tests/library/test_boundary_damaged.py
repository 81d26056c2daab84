"""Damaged files of every format: read, or refused in one line, and nothing said elsewhere."""

import random
import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from geo_toolkit.boundary import read_sites
from geo_toolkit.errors import GeoToolkitError

DATA = Path(__file__).parents[1] / "data" / "boundary"
FILES = (
    "plot.dxf", "plot_block.dxf", "plot_arcs.dxf", "plot.kml", "plot.kmz", "plot.fgb",
    "plot.parquet", "plot.mif", "plot.tab", "plot.wkt", "plot.geojsonl", "points_survey.csv",
    "points_degrees.csv", "points.xlsx", "plot.gdb.zip", "text_full_width.txt", "text_dms.txt",
)  # fmt: skip
PIECES = (b"nan", b"1e999", b",", b"\n", b"@", b"[]", b"<", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"-1")
COMPANIONS = {".tab": (".dat", ".map", ".id"), ".mif": (".mid",)}
ROUNDS = 25


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


def damage_inside(raw, chance):
    """Return an archive with one of its entries damaged."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as old, zipfile.ZipFile(stream, "w") as new:
        hit = chance.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, damage(content, chance) if name == hit else content)
    return stream.getvalue()


@pytest.mark.parametrize("name", FILES)
def test_damaged(tmp_path, name, capfd):
    chance = random.Random(name)
    path = tmp_path / name
    parts = [path.suffix, *COMPANIONS.get(path.suffix, ())]
    for suffix in parts:
        shutil.copyfile((DATA / name).with_suffix(suffix), path.with_suffix(suffix))
    refused = 0
    for _ in range(ROUNDS):
        hit = path.with_suffix(chance.choice(parts))
        sound = hit.read_bytes()
        is_archive = zipfile.is_zipfile(path) and chance.random() < 0.7
        hit.write_bytes((damage_inside if is_archive else damage)(sound, chance))
        try:
            read_sites(path, crs="EPSG:4523")
        except GeoToolkitError as error:
            said = str(error)
            assert "\n" not in said
            refused += 1
        hit.write_bytes(sound)
    assert refused > 0
    assert capfd.readouterr().err == ""
