"""Which symbol stands for which role, what lies above what, and what shows at which zoom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PARK_GLYPHS", "Symbol", "line_variant", "park_glyph", "road_number", "symbol_of"]


class Symbol(NamedTuple):
    """How the features of one role are drawn.

    Attributes
    ----------
    draw
        The drawing of the page's script.
    order
        What lies above: higher numbers above lower ones.
    rank
        Which label gives way: lower numbers first on the map.
    zoom
        Smallest zoom at which the features are drawn.
    label_zoom
        Smallest zoom at which their names are written.
    """

    draw: str
    order: int
    rank: int
    zoom: float
    label_zoom: float


_BY_ROLE: dict[str, Symbol] = {
    "county": Symbol("county", 10, 50, 0, 8),
    "river_shoreline": Symbol("band", 18, 90, 10, 99),
    "river": Symbol("river", 20, 60, 0, 9),
    "river_management_range": Symbol("hatch", 24, 85, 9, 12),
    "permanent_basic_farmland": Symbol("dots", 26, 85, 0, 13),
    "ecological_red_line": Symbol("hatch", 32, 46, 0, 9),
    "urban_development_boundary": Symbol("outline", 44, 70, 0, 11),
    "waterway": Symbol("waterway", 46, 41, 0, 9),
    "highway": Symbol("expressway", 50, 40, 0, 9),
    "railway": Symbol("railway", 54, 42, 0, 8.5),
    "interchange": Symbol("interchange", 60, 80, 10, 11.5),
    "lock": Symbol("lock", 62, 44, 9, 10.5),
    "station": Symbol("station", 64, 30, 9, 10),
    "gateway": Symbol("gateway", 65, 35, 0, 6),
    "heritage": Symbol("heritage", 66, 48, 9, 10.5),
    "port": Symbol("port", 68, 28, 0, 10),
    "terminal": Symbol("terminal", 69, 29, 0, 10),
    "runway": Symbol("runway", 70, 95, 10, 99),
    "airport": Symbol("airport", 72, 20, 0, 8.5),
    "industrial_park": Symbol("park", 80, 10, 0, 9),
    "chemical_park": Symbol("park", 81, 9, 0, 9),
    "bonded_centre": Symbol("park", 82, 9, 0, 9),
    "near_zero_carbon_park": Symbol("ring", 83, 8, 0, 9),
}

_BY_GEOMETRY: dict[str, Symbol] = {
    "polygon": Symbol("area", 34, 47, 0, 9),
    "line": Symbol("line", 45, 65, 0, 11),
    "point": Symbol("dot", 63, 65, 8, 10.5),
}

PARK_GLYPHS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("bonded", ("保税", "bonded")),
    ("truck", ("物流", "货运", "快运", "logistics", "freight")),
    ("flask", ("化工", "chemical")),
    ("chip", ("半导体", "电子", "semiconductor", "electronic")),
    ("vacuum", ("真空", "vacuum")),
    ("car", ("汽车", "商用车", "环卫车", "vehicle", "automotive")),
    ("leaf", ("农", "食品", "agri", "food")),
    ("people", ("人力资源", "human resource")),
    ("book", ("职教", "教育", "大学", "education")),
    ("bulb", ("孵化", "科技", "incubator")),
)
"""Glyphs of parks with the words that call for them."""

_NUMBER = re.compile(r"(?<![A-Za-z0-9])([GS]\d{1,4})(?!\d)")


def symbol_of(role: str, geometry: str) -> Symbol:
    """Return the symbol of a role, or a plain one for roles of one's own.

    Parameters
    ----------
    geometry
        ``point``, ``line`` or ``polygon``.

    Examples
    --------
    >>> symbol_of("port", "point").draw, symbol_of("my_role", "line").draw
    ('port', 'line')
    """
    return _BY_ROLE.get(role, _BY_GEOMETRY[geometry])


def road_number(text: str) -> str:
    """Return the number for the shield of a national or provincial expressway, or "".

    Examples
    --------
    >>> road_number("G75兰海高速"), road_number("绕城高速"), road_number("某高速(S26)")
    ('G75', '', 'S26')
    """
    found = _NUMBER.search(text)
    return found[1] if found else ""


def park_glyph(*texts: str) -> str:
    """Return the glyph of a park's industry: the first text that names one, its first word.

    Examples
    --------
    >>> park_glyph("真空装备", "先进制造产业园"), park_glyph("", "半导体、物流"), park_glyph("x")
    ('vacuum', 'chip', 'gear')
    """
    for text in texts:
        lower = text.lower()
        found = [
            (lower.index(word), order, glyph)
            for order, (glyph, words) in enumerate(PARK_GLYPHS)
            for word in words
            if word in lower
        ]
        if found:
            return min(found)[2]
    return "gear"


def line_variant(draw: str, row: Mapping[str, Any]) -> str:
    """Return how a line is told apart within its layer: ``high_speed``, a river's size, or "".

    Parameters
    ----------
    row
        The feature's columns: ``class`` and ``speed_kmh`` of railways, ``class`` of rivers.

    Examples
    --------
    >>> line_variant("railway", {"speed_kmh": 250}), line_variant("railway", {"speed_kmh": 160})
    ('high_speed', '')
    """
    kind = str(row.get("class") or row.get("kind") or "")
    if draw in ("railway", "station"):
        speed = row.get("speed_kmh")
        try:
            is_fast = float(str(speed)) >= 200
        except ValueError:
            is_fast = False
        named = kind in ("high_speed", "hsr", "high_speed_rail") or "高铁" in str(row.get("lines"))
        return "high_speed" if is_fast or named else ""
    return kind if draw == "river" else ""
