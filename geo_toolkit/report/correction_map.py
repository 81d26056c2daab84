"""The sketch of a notice: the outlines that could be read, and a number at each fault."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from geo_toolkit.report.fonts import BOLD, font_file, printable
from geo_toolkit.report.text import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from geo_toolkit.boundary.looked_at import LookedAt

__all__ = ["draw_faults"]

_SIZE_MM = (160.0, 92.0)
_INCH_MM = 25.4
_DPI = 200
_MOST_SHAPES = 2000
_MOST_LABELS = 12
_MOST_MARKS = 60
_FAR = 20.0
_LINES = (1, 2, 5)
_INK, _FAINT, _LINE, _FILL, _MARK = "#1F2328", "#8A94A0", "#2F6DB5", "#DCE8F5", "#C62828"


def draw_faults(looked_at: LookedAt, marks: Sequence[tuple[int, float, float]]) -> bytes | None:
    """Return a PNG of the outlines with numbered marks; None where there is no geometry.

    It is drawn in the numbers of the file, east to the right, so that it needs no coordinate
    system; an outline far from all others is left out of the frame.

    Parameters
    ----------
    marks
        Number, x and y of each fault.
    """
    shapes = [s for s in looked_at.shapes[:_MOST_SHAPES] if s is not None and not s.is_empty]
    spots = np.array([mark[1:] for mark in marks[:_MOST_MARKS]], dtype=float).reshape(-1, 2)
    corners = np.array([s.bounds for s in shapes], dtype=float).reshape(-1, 4)
    traces = looked_at.traces[:_MOST_SHAPES]
    points = np.vstack([corners[:, :2], corners[:, 2:], spots, *traces])
    points = points[np.isfinite(points).all(axis=1)]
    if len(np.unique(points, axis=0)) < 2:
        return None
    frame = _frame(points)
    figure = Figure(figsize=(_SIZE_MM[0] / _INCH_MM, _SIZE_MM[1] / _INCH_MM), dpi=_DPI)
    FigureCanvasAgg(figure)
    with rc_context({"axes.unicode_minus": False}):
        axes = figure.add_axes((0.01, 0.015, 0.98, 0.97))
        axes.set_aspect(1 / np.cos(np.radians(_latitude(frame, looked_at.in_degrees))))
        axes.set_xlim(frame[0], frame[2])
        axes.set_ylim(frame[1], frame[3])
        axes.set_xticks([])
        axes.set_yticks([])
        for trace in traces:
            axes.plot(*trace.T, "--.", color=_FAINT, linewidth=0.8, markersize=2.5, zorder=1.5)
        _draw_outlines(axes, shapes, looked_at.labels, frame)
        _draw_marks(axes, marks[:_MOST_MARKS], frame)
        stream = io.BytesIO()
        figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def _frame(points: np.ndarray) -> tuple[float, float, float, float]:
    """Return what is shown: all that lies within reach of the middle, and some room."""
    middle = np.median(points, axis=0)
    reach = np.median(np.abs(points - middle), axis=0).max()
    near = np.abs(points - middle).max(axis=1) <= _FAR * reach if reach > 0 else slice(None)
    low, high = points[near].min(axis=0), points[near].max(axis=0)
    room = 0.12 * max((high - low).max(), 1e-9)
    return low[0] - room, low[1] - room, high[0] + room, high[1] + room


def _latitude(frame: tuple[float, float, float, float], in_degrees: bool) -> float:
    middle = (frame[1] + frame[3]) / 2
    return middle if in_degrees and abs(middle) < 80 else 0.0


def _draw_outlines(
    axes: Axes,
    shapes: Sequence[shapely.Geometry],
    labels: Sequence[str],
    frame: tuple[float, float, float, float],
) -> None:
    """Draw outlines and centrelines, and the names of those in the frame."""
    font = FontProperties(fname=font_file(), size=8)
    for row, shape in enumerate(shapes):
        is_line = shapely.get_type_id(shape) in _LINES
        for line in shapely.get_parts(shape) if is_line else ():
            axes.plot(*shapely.get_coordinates(line).T, ".-", color=_LINE, linewidth=1.0, zorder=2)
        for ring in shapely.get_rings(shape):
            x, y = shapely.get_coordinates(ring).T
            axes.fill(x, y, facecolor=_FILL, edgecolor="none", alpha=0.5, zorder=1)
            axes.plot(x, y, color=_LINE, linewidth=1.0, zorder=2)
            axes.plot(x, y, ".", color=_LINE, markersize=2.5, zorder=2)
        if row < _MOST_LABELS and row < len(labels):
            inside = shapely.point_on_surface(shapely.make_valid(shape))
            if not inside.is_empty and shapely.box(*frame).contains(inside):
                text = printable(literal(labels[row], "zh", limit=12)).replace("$", r"\$")
                axes.text(
                    inside.x, inside.y, text, fontproperties=font, color=_INK, ha="center",
                    va="center", zorder=3, clip_on=True,
                )  # fmt: skip


def _draw_marks(
    axes: Axes,
    marks: Sequence[tuple[int, float, float]],
    frame: tuple[float, float, float, float],
) -> None:
    """Draw a ring at each fault and its number beside it; numbers at one place are joined."""
    font = FontProperties(fname=font_file(BOLD), size=8.5)
    at: dict[tuple[float, float], list[int]] = {}
    for number, x, y in marks:
        if frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]:
            numbers = at.setdefault((x, y), [])
            if number not in numbers:
                numbers.append(number)
    for (x, y), numbers in at.items():
        axes.plot(
            [x], [y], "o", markersize=9, markerfacecolor="none", markeredgecolor=_MARK,
            markeredgewidth=1.4, zorder=4,
        )  # fmt: skip
        axes.annotate(
            "、".join(map(str, numbers)), (x, y), xytext=(6, 5), textcoords="offset points",
            fontproperties=font, color=_MARK, zorder=5,
        )  # fmt: skip
