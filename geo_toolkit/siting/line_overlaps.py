"""Where two of the three control lines overlap each other: a fault of the data, not of a site.

Permanent basic farmland, the ecological red line and the urban development boundary are drawn not
to overlap. Where loaded layers of two of them do, in or near a submitted site and whatever their
inaccuracy, the check says so, and decides the site as if it had not seen it.

Source
------
《关于在国土空间规划中统筹划定落实三条控制线的指导意见》 (2019).
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.geodesy import area_m2
from geo_toolkit.rules import role_title
from geo_toolkit.siting.clipping import clipped_near
from geo_toolkit.siting.secrecy import coarse_area_m2, is_small
from geo_toolkit.siting.shapes import is_sliver, polygons_of
from geo_toolkit.siting.wording import area_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import SiteArrays
    from geo_toolkit.siting.secrecy import Withheld

__all__ = ["CONTROL_LINES", "NEAR_M", "line_overlap_texts", "line_overlaps"]

CONTROL_LINES = (
    "permanent_basic_farmland",
    "ecological_red_line",
    "urban_development_boundary",
)

NEAR_M = 100.0
"""How far around a site overlaps are looked for, of layers that are not withheld."""

Row = dict[str, Any]  # JSON values


def line_overlaps(
    sites: SiteArrays, constraints: Mapping[str, Constraints | None], withheld: Withheld
) -> list[Row]:
    """Return where two control lines overlap, one row a site and pair of roles.

    ``overlap_m2`` is in and near the site; of withheld layers in it alone and to 0.01 ha, and
    None for a reader who may get no more than outcomes.
    """
    held = {role: known for role in CONTROL_LINES if (known := constraints.get(role)) is not None}
    rows: list[Row] = []
    for first, second in combinations(held, 2):
        rows += _of_pair(sites, held[first], held[second], withheld)
    order = {site_id: place for place, site_id in enumerate(sites.ids)}
    return sorted(rows, key=lambda row: order[row["site"]])


def line_overlap_texts(rows: Sequence[Row], lang: str) -> list[str]:
    """Return the rows as warnings: layers, area, and what to do."""
    return [_text(row, lang) for row in rows]


def _of_pair(sites: SiteArrays, a: Constraints, b: Constraints, withheld: Withheld) -> list[Row]:
    secret = withheld.touches(a) or withheld.touches(b)
    strict = withheld.is_strict_for(a) or withheld.is_strict_for(b)
    regions = sites.geometry if secret else shapely.buffer(sites.geometry, NEAR_M)
    small = is_small(sites) if strict else np.zeros(len(sites.ids), dtype=bool)
    near = [_near(regions, known) for known in (a, b)]
    rows = []
    for site in sorted(set(near[0]) & set(near[1])):
        of_a, of_b = (
            _sure(regions[site], known, np.array(of[site]))
            for known, of in zip((a, b), near, strict=True)
        )
        both = polygons_of(np.array([shapely.intersection(of_a, of_b)], dtype=object))
        area = area_m2(both, a.crs)
        if small[site] or bool(is_sliver(area, both)[0]):
            continue
        overlap = float(area[0])
        rows.append(
            {
                "site": sites.ids[site],
                "roles": [a.role, b.role],
                "layers": [_layers(a, near[0][site]), _layers(b, near[1][site])],
                "overlap_m2": (
                    None if strict else coarse_area_m2(overlap) if secret else round(overlap, 4)
                ),
                "within_m": 0.0 if secret else NEAR_M,
            }
        )
    return rows


def _near(regions: NDArray[np.object_], known: Constraints) -> dict[int, list[int]]:
    """Return the features that meet each region, by region."""
    found: dict[int, list[int]] = {}
    region, feature = known.tree.query(regions, predicate="intersects")
    for here, row in sorted(zip(region.tolist(), feature.tolist(), strict=True)):
        found.setdefault(here, []).append(row)
    return found


def _sure(region: BaseGeometry, known: Constraints, rows: NDArray[np.int64]) -> BaseGeometry:
    """Return what of some features surely lies in a region, whatever their inaccuracy."""
    by = known.accuracy_m[rows]
    around = np.full(len(rows), region, dtype=object)
    near = clipped_near(known.geometry[rows], around, margin_m=by + 1.0)
    near = polygons_of(near)
    moved = by > 0
    near[moved] = shapely.buffer(near[moved], -by[moved])
    return shapely.intersection(shapely.union_all(near), region)


def _layers(known: Constraints, rows: Sequence[int]) -> list[str]:
    named = dict.fromkeys(known.layers[known.layer_of[row]].id for row in rows)
    return sorted(named)


def _text(row: Row, lang: str) -> str:
    titles = [role_title(role, lang) for role in row["roles"]]
    named = [
        f"{title} ({', '.join(ids)})" if lang == "en" else f"{title}（{'、'.join(ids)}）"
        for title, ids in zip(titles, row["layers"], strict=True)
    ]
    area = row["overlap_m2"]
    is_exact = bool(row["within_m"])
    if lang == "en":
        much = "" if area is None else f" by {'' if is_exact else 'about '}{area_text(area, lang)}"
        where = f"in the site and {row['within_m']:g} m around it" if is_exact else "in the site"
        return (
            f"{row['site']}: {named[0]} and {named[1]} overlap each other{much} {where}; the three "
            "lines should not: have the data verified (a fault of the data, not of the site)"
        )
    much = "" if area is None else f"{'' if is_exact else '约'}{area_text(area, lang)}"
    where = f"地块及其外{row['within_m']:g}米范围内" if is_exact else "地块内"
    return (
        f"{row['site']}：{named[0]}与{named[1]}在{where}相互重叠{much}，三条控制线不应交叉，"
        "请数据主管部门核实（数据质量提示，不影响地块结论）"
    )
