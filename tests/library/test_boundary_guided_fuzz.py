"""A coverage-guided run over every parser of boundary files: read or refused, nothing else.

Changed files that reach lines not reached before are kept and changed further. ``make test`` does
5,000 executions; ``GEO_TOOLKIT_FUZZ`` asks for more (200,000 in ``make proof``). What once broke
stands as a test of its own below, in ``test_boundary_fuzz.py`` or in ``hostile_files.py``.
"""

import io
import json
import os
import random
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from geo_toolkit import boundary
from geo_toolkit.boundary.inspecting import inspect_file
from geo_toolkit.boundary.writing import convert
from geo_toolkit.errors import GeoToolkitError

EXAMPLES = Path(__file__).parents[2] / "examples"
OURS = str(Path(boundary.__file__).parent)
EXECUTIONS = int(os.environ.get("GEO_TOOLKIT_FUZZ", "5000"))
SHARES = {
    # suffix of the seed: executions of a thousand
    "txt": 240, "geojson": 160, "geojsonl": 60, "wkt": 100, "csv": 120, "kml": 120, "dxf": 120,
    "xlsx": 40, "zip": 30, "gpkg": 10,
}  # fmt: skip
NUMBERS = (b"nan", b"inf", b"-1", b"0", b"1e308", b"1e999", b"99999999999999999999", b"35605200",
           b"3409400.000", b"106.1", b"30.8", b"1.", b".5", b"+", b"1e-400")  # fmt: skip
TOKENS = {
    "txt": ("@", ",", "，", "\n", "[属性描述]", "[地块坐标]", "坐标系=", "1980西安坐标系", "度",
            "带号=36", "计量单位=度", "30°45′55″", "J1,1,3409400,35605200\n", "２",
            "1,1,A,甲,面,,,,@\n"),
    "geojson": ("null", "[", "]", "{", "}", '"type"', '"Point"', '"crs"', "true", '"\\ud800"', ","),
    "geojsonl": ("\n", "\x1e", "null", "[", "]", "{", "}", '"type"', '"Polygon"', ","),
    "wkt": ("POLYGON", "MULTIPOLYGON", "EMPTY", "Z", "(", ")", ",", "SRID=4490;", "CURVEPOLYGON"),
    "csv": (",", ";", "\t", '"', "\n", "X", "经度", "圈号", "地块", "面积(亩)", "30°45′",
            "EPSG:4490"),
    "kml": ("<", ">", "</", "<Point>", "<LinearRing>", "&amp;", "&#0;", "<!--", "<![CDATA[", " "),
    "dxf": ("0\n", "LINE\n", "ARC\n", "CIRCLE\n", "INSERT\n", "VERTEX\n", "SEQEND\n", "42\n1\n",
            "70\n1\n"),
    "xlsx": ("<c>", "<v>", "</row>", "t=\"s\"", "r=\"ZZZ9\"", "<f>1</f>"),
}  # fmt: skip


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    """A sound file of each format."""
    folder = tmp_path_factory.mktemp("seeds")
    plot = EXAMPLES / "chemical_plot.txt"
    made = {"txt": plot.read_bytes()}
    for suffix in ("geojson", "kml", "dxf", "xlsx", "zip", "gpkg"):
        convert(plot, folder / f"plot.{suffix}")
        made[suffix] = (folder / f"plot.{suffix}").read_bytes()
    feature = b'{"type":"Feature","properties":{"a":1},"geometry":{"type":"Polygon","coordinates":'
    ring = b"[[[106.1,30.8],[106.2,30.8],[106.2,30.9],[106.1,30.8]]]}}"
    made["geojsonl"] = feature + ring + b"\n" + feature + ring
    made["wkt"] = b"SRID=4490;POLYGON((106.1 30.8,106.2 30.8,106.2 30.9,106.1 30.8))\n" * 2
    made["csv"] = (
        "坐标系：2000国家大地坐标系,,,\n地块,点号,圈号,X坐标,Y坐标\nA,1,1,3409400,35605200\n"
        "A,2,1,3409400,35605400\nA,3,1,3409250,35605400\n".encode()
    )
    return made


@contextmanager
def lines_reached(reached):
    """Collect the lines of the boundary package that run meanwhile."""

    def trace(frame, event, _argument):
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            reached.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def changed(raw, chance, suffix, others):
    """Bytes with a few changes; of an archive, changes in one of its parts, or in the archive."""
    if suffix in ("zip", "xlsx") and chance.random() < 0.8:
        return changed_part(raw, chance, suffix)
    data = bytearray(raw)
    tokens = TOKENS.get(suffix, ())
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        at = chance.randrange(len(data) + 1)
        kind = chance.random()
        if kind < 0.2 and data:
            data[min(at, len(data) - 1)] = chance.randrange(256)
        elif kind < 0.4:
            del data[at : at + chance.choice((1, 2, 8, 40))]
        elif kind < 0.6 and tokens:
            data[at:at] = chance.choice(tokens).encode(chance.choice(("utf-8", "gbk")), "replace")
        elif kind < 0.75:
            data[at:at] = chance.choice(NUMBERS)
        elif kind < 0.9:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            data[at:at] = other[start : start + chance.choice((5, 50, 300))]
        else:
            del data[at:]
    return bytes(data[:200_000])


def changed_part(raw, chance, suffix):
    """An archive with one part changed."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return raw
    if not parts:
        return raw
    name = chance.choice(sorted(parts))
    parts[name] = changed(parts[name], chance, "xml" if suffix == "xlsx" else "", [parts[name]])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for key, content in parts.items():
            archive.writestr(key, content)
    return stream.getvalue()


def look(path):
    """Read or be refused in one line; anything else goes on to the caller."""
    options = {"crs": "EPSG:4523"} if path.suffix in (".dxf", ".xlsx", ".wkt") else {}
    try:
        found = inspect_file(path, **options)
    except GeoToolkitError as error:
        assert "\n" not in str(error)  # noqa: PT017 (what is said of it, whichever it is)
        return
    assert found.usable is not bool(found.errors)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", SHARES)
def test_changed_files_are_read_or_refused(seeds, suffix, tmp_path, capfd, record_property):
    chance = random.Random(f"{suffix} {EXECUTIONS}")
    corpus, reached = [seeds[suffix]], set()
    path = tmp_path / f"plot.{suffix}"
    for number in range(EXECUTIONS * SHARES[suffix] // 1000):
        raw = changed(chance.choice(corpus[-50:] + corpus[:10]), chance, suffix, corpus)
        path.write_bytes(raw)
        now = set()
        try:
            with lines_reached(now):
                look(path)
        except Exception as error:
            pytest.fail(f"{suffix} {number}: {type(error).__name__} {error}: {raw[:3000]!r}")
        if not now <= reached:
            reached |= now
            corpus.append(raw)
    record_property("executions", EXECUTIONS * SHARES[suffix] // 1000)
    record_property("kept because they reached new lines", len(corpus) - 1)
    assert len(corpus) > 1
    assert capfd.readouterr().err == ""


def test_a_place_beyond_all_places_with_a_repair(tmp_path):
    """Its repair was measured before its place was looked at."""
    ring = [[106.1, 30.8], [106.1, 30.8], [1e300, 30.8], [106.2, 30.9], [106.1, 30.8]]
    document = {"type": "Polygon", "coordinates": [ring], "crs": None}
    (tmp_path / "plot.geojson").write_text(json.dumps(document), encoding="utf-8")
    found = inspect_file(tmp_path / "plot.geojson", crs="EPSG:4523")
    assert "out_of_area" in [fault.code for fault in found.errors] or found.errors


def test_shares_make_a_whole():
    assert sum(SHARES.values()) == 1000
