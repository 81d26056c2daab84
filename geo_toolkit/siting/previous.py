"""A second submission against the first: what moved, how the area changed, what is decided anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.geodesy import area_m2, from_geographic, to_geographic
from geo_toolkit.siting.previous_findings import context_changes, finding_changes
from geo_toolkit.siting.shapes import polygons_of
from geo_toolkit.siting.vertices import VertexChange, vertex_changes
from geo_toolkit.siting.words import VERDICT_SIGNS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.boundary import Sites

__all__ = ["SitePair", "compare", "match_sites"]

Row = dict[str, Any]  # JSON values

_SAME_M2 = 0.005  # prints as nothing


@dataclass(frozen=True)
class SitePair:
    """A site, and the earlier one it stands for; positions, None where there is none.

    ``by`` is ``name``, ``overlap`` or empty.
    """

    new: int | None
    old: int | None
    by: str = ""


def match_sites(old: Sites, new: Sites) -> list[SitePair]:
    """Return which earlier site each site is, then the earlier ones that are gone.

    By name first, where a name is there once in both; the others by the largest overlap.
    """
    names_old, names_new = (_unique_names(sites) for sites in (old, new))
    taken = {names_old[name]: at for name, at in names_new.items() if name in names_old}
    pairs = {at: SitePair(at, before, "name") for before, at in taken.items()}
    left_new = [i for i in range(len(new)) if i not in pairs]
    left_old = [i for i in range(len(old)) if i not in taken]
    a = new.frame.geometry.to_numpy()[left_new]
    b = old.frame.geometry.to_numpy()[left_old]
    rows, columns = shapely.STRtree(b).query(a, predicate="intersects")
    shared = shapely.area(shapely.intersection(a[rows], b[columns]))
    gone: set[int] = set()
    for k in np.lexsort((columns, rows, -shared)).tolist():
        at, before = left_new[int(rows[k])], left_old[int(columns[k])]
        if shared[k] > 0 and at not in pairs and before not in gone:
            pairs[at] = SitePair(at, before, "overlap")
            gone.add(before)
    found = [pairs.get(i, SitePair(i, None)) for i in range(len(new))]
    return found + [SitePair(None, i) for i in left_old if i not in gone]


def _unique_names(sites: Sites) -> dict[str, int]:
    names = [str(name or "") for name in sites.frame["name"]]
    return {name: at for at, name in enumerate(names) if name and names.count(name) == 1}


def compare(
    old: Sites,
    old_document: Row,
    new: Sites,
    new_document: Row,
    *,
    crs: CRS,
    lang: str,
) -> Row:
    """Return what changed since an earlier submission, as ``previous`` of the document.

    Where either document withholds the numbers of a role, its findings are compared by outcome
    only, one a rule.

    Parameters
    ----------
    old, old_document
        The earlier sites, and their document: as recorded, or decided now by the same rules.
    new, new_document
        The sites of this check, and its document.
    crs
        The topology CRS.
    lang
        Language of the sentences, ``zh`` or ``en``.

    Returns
    -------
    dict
        ``check_id`` and ``as_of`` of the earlier check; ``context``, what else differs between
        the two (rules, layers, day, options); ``sites``, one row each with ``change`` (``same``,
        ``changed``, ``added``, ``removed``), ``matched_by``, areas in m², ``vertices``,
        ``findings``, ``verdict_before``, ``verdict`` and ``text``, one sentence.
    """
    shapes_old = from_geographic(old.frame.geometry.to_numpy(), crs)
    shapes_new = from_geographic(new.frame.geometry.to_numpy(), crs)
    rows = []
    for pair in match_sites(old, new):
        before = {} if pair.old is None else old_document["sites"][pair.old]
        after = {} if pair.new is None else new_document["sites"][pair.new]
        row = _head(before, after, pair.by)
        if pair.old is not None and pair.new is not None:
            shape = _shape_change(shapes_old[pair.old], shapes_new[pair.new], crs)
            findings = finding_changes(before, after)
            row |= shape | {"findings": findings}
            moved = shape["vertices"] or abs(shape["area_change_m2"]) >= _SAME_M2
            decided = findings or before["verdict"] != after["verdict"]
            row["change"] = "changed" if moved or decided else "same"
        row["text"] = _sentence(row, lang)
        rows.append(row)
    return {
        "check_id": old_document["check_id"],
        "as_of": old_document["as_of"],
        "context": context_changes(old_document, new_document),
        "sites": rows,
    }


def _head(before: Row, after: Row, by: str) -> Row:
    return {
        "site_id": after.get("id"),
        "site_id_before": before.get("id"),
        "name": (after or before)["name"],
        "change": "removed" if before else "added",
        "matched_by": by or None,
        "verdict_before": before.get("verdict"),
        "verdict": after.get("verdict"),
        "area_before_m2": before.get("area_m2"),
        "area_m2": after.get("area_m2"),
        "area_change_m2": None,
        "area_gained_m2": None,
        "area_lost_m2": None,
        "vertices": [],
        "findings": [],
    }


def _shape_change(old: BaseGeometry, new: BaseGeometry, crs: CRS) -> Row:
    made = np.array([shapely.make_valid(old), shapely.make_valid(new)], dtype=object)
    gained = polygons_of(np.array([shapely.difference(made[1], made[0])], dtype=object))
    lost = polygons_of(np.array([shapely.difference(made[0], made[1])], dtype=object))
    before, after, plus, minus = area_m2(np.concatenate([made, gained, lost]), crs).tolist()
    changes = vertex_changes(old, new, crs)
    return {
        "area_before_m2": round(before, 4),
        "area_m2": round(after, 4),
        "area_change_m2": round(after - before, 4),
        "area_gained_m2": round(plus, 4),
        "area_lost_m2": round(minus, 4),
        "vertices": _vertex_rows(changes, crs),
    }


def _vertex_rows(changes: list[VertexChange], crs: CRS) -> list[Row]:
    xy = np.array([(c.x, c.y) for c in changes]).reshape(-1, 2)
    at = np.asarray(shapely.points(xy), dtype=object)
    lonlat: NDArray[np.float64] = shapely.get_coordinates(to_geographic(at, crs))
    return [
        {
            "change": change.change,
            "part": change.part,
            "ring": change.ring,
            "point": change.point,
            "distance_m": round(change.distance_m, 3),
            "lon": round(float(lon), 8),
            "lat": round(float(lat), 8),
        }
        for change, (lon, lat) in zip(changes, lonlat, strict=True)
    ]


def _sentence(row: Row, lang: str) -> str:
    """Return one sentence on a site, as a reviewer would write it."""
    en = lang == "en"
    if row["change"] == "added":
        return "not in the earlier submission." if en else "上次提交中没有该地块。"
    if row["change"] == "removed":
        return "no longer submitted." if en else "本次未再提交该地块。"
    if row["change"] == "same":
        return "unchanged." if en else "界址、面积与核查结论均无变化。"
    parts = [_points_text(row["vertices"], en), _area_text(row, en), _verdict_text(row, en)]
    if row["findings"]:
        n = len(row["findings"])
        parts.append(f"{n} findings changed" if en else f"{n}项核查结果有变化")
    said = [part for part in parts if part]
    return "; ".join(said) + "." if en else "；".join(said) + "。"


def _points_text(vertices: list[Row], en: bool) -> str:
    counts = {
        kind: [v["distance_m"] for v in vertices if v["change"] == kind]
        for kind in ("moved", "added", "removed")
    }
    parts = []
    if counts["moved"]:
        n, far = len(counts["moved"]), max(counts["moved"])
        parts.append(
            f"{n} points moved, by {far:.3f} m at most"
            if en
            else f"界址点移动{n}个，最大{far:.3f}米"
        )
    for kind, zh in (("added", "新增界址点"), ("removed", "取消界址点")):
        if counts[kind]:
            n = len(counts[kind])
            parts.append(f"{n} points {kind}" if en else f"{zh}{n}个")
    return ", ".join(parts) if en else "，".join(parts)


def _area_text(row: Row, en: bool) -> str:
    change = row["area_change_m2"]
    if abs(change) < _SAME_M2:
        return "area unchanged" if en else "面积不变"
    before, after = row["area_before_m2"] / 10_000, row["area_m2"] / 10_000
    if en:
        return f"area from {before:.4f} to {after:.4f} ha ({change:+.2f} m²)"
    word = "增加" if change > 0 else "减少"
    return f"面积由{before:.4f}公顷变为{after:.4f}公顷（{word}{abs(change):.2f}平方米）"


def _verdict_text(row: Row, en: bool) -> str:
    lang = "en" if en else "zh"
    before = VERDICT_SIGNS[row["verdict_before"]].word(lang)
    after = VERDICT_SIGNS[row["verdict"]].word(lang)
    if before == after:
        return f"verdict still {after}" if en else f"结论仍为“{after}”"
    return f"verdict from {before} to {after}" if en else f"结论由“{before}”变为“{after}”"
