"""How the features of a role look on a printed figure: apart in colour, and apart in grey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import shapely
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path as Outline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "SITE_COLOR",
    "Key",
    "draw",
    "draw_overlap",
    "draw_proposal",
    "draw_site",
    "ring_sites",
    "symbol_of",
]

SITE_COLOR = "#D5006D"
_PROPOSAL_COLOR = "#0E6E6E"
_OVERLAP_ALPHA = 0.6
_SCHEMATIC: Style = (0, (4, 2.5))
_RAIL_DASHES = (0, (6, 6))

Style = Literal["-"] | tuple[float, tuple[float, ...]]
Key = Patch | Line2D | tuple[Line2D, ...]
"""What stands for a symbol in a legend; lines on top of each other are a tuple."""


class Symbol(NamedTuple):
    """How one role is drawn; ``hatch`` and ``width_pt`` tell it apart in grey.

    Attributes
    ----------
    face
        Fill of polygons, with its opacity; empty for none.
    casing
        Colour under a line, wider than it; empty for none.
    inlay
        Colour of dashes in a line; empty for none.
    marker
        Of points.
    line
        How edges and lines are broken; schematic ones are dashed instead.
    """

    edge: str
    face: str = ""
    alpha: float = 0.25
    hatch: str = ""
    width_pt: float = 0.9
    casing: str = ""
    inlay: str = ""
    marker: str = "o"
    line: Style = "-"


_BY_ROLE = {
    "county": Symbol("#8A8F98", width_pt=0.8),
    "river": Symbol("#2E86C1", "#BFDDF2", 0.8, width_pt=1.2),
    "waterway": Symbol("#2E86C1", width_pt=2.0, inlay="#FFFFFF"),
    "ecological_red_line": Symbol("#1E6B00", "#38A800", 0.25, "////"),
    "permanent_basic_farmland": Symbol("#9A8400", "#FFE14D", 0.55, ".."),
    "urban_development_boundary": Symbol("#A3123A", width_pt=2.2, line=(0, (9, 2, 2, 2))),
    "nature_reserve": Symbol("#2E7D32", "#8BC98B", 0.25, "\\\\\\\\"),
    "natural_park": Symbol("#4D7C0F", "#BFDA8B", 0.25, "||"),
    "scenic_area": Symbol("#0F766E", "#8CCFC7", 0.25, "--"),
    "wetland": Symbol("#0E7490", "#9BD3E0", 0.3, "----"),
    "water_source": Symbol("#1D4ED8", "#A9C4F5", 0.3, "++"),
    "aquatic_germplasm_reserve": Symbol("#155E75", "#A5D8E6", 0.3, "oo"),
    "river_shoreline": Symbol("#1F6FA8", "#9CC3E0", 0.35, "xx", width_pt=1.4),
    "river_management_range": Symbol("#3B6EA5", "#C5D9EC", 0.3, "xxxx"),
    "heritage": Symbol("#8B4513", "#D9B08C", 0.3, "**", marker="D"),
    "zoning_unit": Symbol("#6D28D9", "#D3C4F0", 0.25, "OO"),
    "forest_land": Symbol("#3F6212", "#CBDDA0", 0.25, "|/"),
    "geohazard": Symbol("#92400E", "#E8C39E", 0.3, "\\|"),
    "railway": Symbol("#1F2328", width_pt=2.0, inlay="#FFFFFF"),
    "highway": Symbol("#F08C00", width_pt=1.8, casing="#8A4B00"),
    "station": Symbol("#1F2328", "#FFFFFF", 1.0, marker="s"),
    "interchange": Symbol("#8A4B00", "#F08C00", 1.0, marker="h"),
    "lock": Symbol("#1F6FA8", "#FFFFFF", 1.0, marker="|"),
    "port": Symbol("#1F6FA8", "#1F6FA8", 1.0, marker="^"),
    "airport": Symbol("#374151", "#FFFFFF", 1.0, marker="P"),
    "settlement": Symbol("#57534E", "#D6D3D1", 0.4, "..."),
    "industrial_park": Symbol("#BB9674", "#BB9674", 0.35, marker="p"),
    "chemical_park": Symbol("#7C4A21", "#BB9674", 0.35, "\\", marker="p"),
}


def symbol_of(role: str, color: str) -> Symbol:
    """Return the symbol of a role, or a plain one in a layer's colour for roles of one's own."""
    return _BY_ROLE.get(role, Symbol(color, color, 0.2, "\\\\"))


def draw(
    axes: Axes, geometry: NDArray[np.object_], symbol: Symbol, order: float, *, is_schematic: bool
) -> Key:
    """Draw features in the metres of the axes and return their key for the legend.

    Polygons, lines and points may be mixed; the key is that of the first feature.
    """
    parts = shapely.get_parts(geometry)
    kinds = shapely.get_dimensions(parts)
    style: Style = _SCHEMATIC if is_schematic else symbol.line
    keys: list[Key] = []
    if (kinds == 2).any():
        keys.append(_draw_polygons(axes, parts[kinds == 2], symbol, order, style))
    if (kinds == 1).any():
        keys.append(_draw_lines(axes, parts[kinds == 1], symbol, order, style))
    if (kinds == 0).any():
        xy = shapely.get_coordinates(parts[kinds == 0])
        look: dict[str, Any] = {  # keyword arguments
            "marker": symbol.marker,
            "markersize": 5,
            "markerfacecolor": symbol.face or "#FFFFFF",
            "markeredgecolor": symbol.edge,
            "linestyle": "",
        }
        axes.plot(xy[:, 0], xy[:, 1], zorder=order, **look)
        keys.append(Line2D([], [], **look))
    return keys[0]


def draw_overlap(axes: Axes, geometry: NDArray[np.object_], symbol: Symbol, order: float) -> Key:
    """Draw pieces of overlap in the constraint's colour and return their key."""
    color = symbol.face or symbol.edge
    look: dict[str, Any] = {"facecolor": color, "alpha": _OVERLAP_ALPHA, "edgecolor": symbol.edge}
    polygons = shapely.get_parts(geometry)
    axes.add_patch(PathPatch(_outline(polygons), zorder=order, linewidth=0.8, **look))
    return Patch(linewidth=0.8, **look)


def draw_site(axes: Axes, geometry: NDArray[np.object_], order: float) -> Key:
    """Draw submitted sites, without fill on a white halo, and return their key."""
    outline = _outline(shapely.get_parts(geometry))
    for color, width in (("#FFFFFF", 3.6), (SITE_COLOR, 2.0)):
        axes.add_patch(
            PathPatch(
                outline,
                facecolor="none",
                edgecolor=color,
                linewidth=width,
                zorder=order,
                joinstyle="miter",
            )
        )
    return Patch(facecolor="none", edgecolor=SITE_COLOR, linewidth=2.0)


def draw_proposal(axes: Axes, outline: BaseGeometry, order: float, *, is_shift: bool) -> Key:
    """Draw an outline proposed for a site, a shift in longer dashes, and return its key."""
    look: dict[str, Any] = {
        "facecolor": "none",
        "edgecolor": _PROPOSAL_COLOR,
        "linewidth": 1.8,
        "linestyle": (0, (4, 1.5)) if is_shift else (0, (1.2, 0.8)),
    }
    axes.add_patch(PathPatch(_outline(shapely.get_parts(outline)), zorder=order, **look))
    return Patch(**look)


def ring_sites(axes: Axes, centres: NDArray[np.float64], order: float) -> None:
    """Draw a ring around each site that is too small to be seen at the scale."""
    axes.plot(
        centres[:, 0],
        centres[:, 1],
        linestyle="",
        marker="o",
        markersize=12,
        markerfacecolor="none",
        markeredgecolor=SITE_COLOR,
        markeredgewidth=1.0,
        zorder=order + 1,
    )


def _draw_polygons(
    axes: Axes, polygons: NDArray[np.object_], symbol: Symbol, order: float, style: Style
) -> Key:
    outline = _outline(polygons)
    line: dict[str, Any] = {
        "facecolor": "none",
        "edgecolor": symbol.edge,
        "linewidth": symbol.width_pt,
        "linestyle": style,
    }
    if symbol.face:
        fill: dict[str, Any] = {"facecolor": symbol.face, "alpha": symbol.alpha, "linewidth": 0}
        axes.add_patch(PathPatch(outline, zorder=order, **fill))
    if symbol.hatch:
        hatch: dict[str, Any] = {
            "facecolor": "none", "edgecolor": symbol.edge, "hatch": symbol.hatch, "linewidth": 0,
        }  # fmt: skip
        axes.add_patch(PathPatch(outline, zorder=order + 0.1, **hatch))
    axes.add_patch(PathPatch(outline, zorder=order + 0.2, **line))
    return Patch(
        facecolor=(symbol.face, symbol.alpha) if symbol.face else "none",
        edgecolor=symbol.edge,
        hatch=symbol.hatch or None,
        linewidth=symbol.width_pt,
        linestyle=style,
    )


def _draw_lines(
    axes: Axes, lines: NDArray[np.object_], symbol: Symbol, order: float, style: Style
) -> Key:
    paths = [shapely.get_coordinates(line) for line in lines]
    width = symbol.width_pt
    if symbol.casing:
        axes.add_collection(
            LineCollection(paths, colors=symbol.casing, linewidths=width + 1.2, zorder=order)
        )
    is_whole = bool(symbol.inlay or symbol.casing)
    solid = "-" if is_whole else style
    axes.add_collection(
        LineCollection(
            paths, colors=symbol.edge, linewidths=width, linestyles=[solid], zorder=order + 0.1
        )
    )
    key = Line2D([], [], color=symbol.edge, linewidth=width, linestyle=solid)
    dashes = symbol.inlay or ("#FFFFFF" if is_whole and style != "-" else "")
    if not dashes:
        return key
    thin: dict[str, Any] = {"linewidths": width * 0.5, "linestyles": [_RAIL_DASHES]}
    axes.add_collection(LineCollection(paths, colors=dashes, zorder=order + 0.2, **thin))
    white = Line2D([], [], color=dashes, linewidth=width * 0.5, linestyle=(0, (4, 4)))
    return key, white


def _outline(polygons: NDArray[np.object_]) -> Outline:
    """Return polygons with their holes as one path."""
    rings = shapely.get_rings(polygons)
    if len(rings) == 0:
        return Outline(np.empty((0, 2)))
    vertices = [shapely.get_coordinates(ring) for ring in rings]
    codes = []
    for ring in vertices:
        code = np.full(len(ring), Outline.LINETO, dtype=Outline.code_type)
        code[0], code[-1] = Outline.MOVETO, Outline.CLOSEPOLY
        codes.append(code)
    return Outline(np.concatenate(vertices), np.concatenate(codes))
