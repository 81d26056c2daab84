"""The frame of a printed figure: a map at a true scale, and beside it all that explains it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Polygon, Rectangle
from matplotlib.ticker import FixedLocator, MultipleLocator

from geo_toolkit.report.fonts import BOLD, font_file, printable
from geo_toolkit.report.text import text_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

    from geo_toolkit.report.map_symbols import Key

__all__ = ["FIGURE_MM", "MAP_MM", "SCALES", "Furniture", "MapFrame", "Window", "fit_scale"]

FIGURE_MM = (160.0, 104.0)
MAP_MM = (108.0, 86.0)
SCALES = (
    500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000,
    2_000_000, 5_000_000, 10_000_000,
)  # fmt: skip
_LEFT_MM, _BOTTOM_MM = 5.0, 6.0
_STRIP_MM = _LEFT_MM + MAP_MM[0] + 3.0
_INCH_MM = 25.4
_DPI = 300
_MARGIN = 1.2
_INK = "#1F2328"
_NO_LINE_START = "，。；：、）》！？,.;:)"
_AROUND = (
    (0, 0), (0, 2.4), (0, -2.4), (1.3, 0), (-1.3, 0), (1.3, 2.4), (-1.3, -2.4), (-1.3, 2.4),
    (1.3, -2.4), (0, 4.4), (0, -4.4), (2.2, 0), (-2.2, 0), (0, 7), (0, -7), (3.2, 0), (-3.2, 0),
)  # fmt: skip
"""Where a name is tried, in multiples of half its width and half its height."""

Bounds = tuple[float, float, float, float]


class Window(NamedTuple):
    """What a map shows: centre in metres, and the denominator of its scale."""

    x: float
    y: float
    scale: int

    @property
    def size_m(self) -> tuple[float, float]:
        """Width and height on the ground in metres."""
        return MAP_MM[0] / 1000 * self.scale, MAP_MM[1] / 1000 * self.scale

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in metres."""
        width, height = self.size_m
        return (
            self.x - width / 2, self.y - height / 2, self.x + width / 2, self.y + height / 2,
        )  # fmt: skip


def fit_scale(bounds: Iterable[float], smallest: int = SCALES[0]) -> Window:
    """Return the window of the largest usual scale in which bounds fit with some room around.

    Parameters
    ----------
    bounds
        West, south, east, north in metres.
    smallest
        Smallest denominator allowed.

    Examples
    --------
    >>> fit_scale((0, 0, 170, 100)).scale, fit_scale((0, 0, 170, 100), 10_000).scale
    (2000, 10000)
    """
    west, south, east, north = (float(edge) for edge in bounds)
    needed = 1000 * _MARGIN * max((east - west) / MAP_MM[0], (north - south) / MAP_MM[1])
    fitting = [scale for scale in SCALES if scale >= max(needed, smallest)]
    scale = fitting[0] if fitting else SCALES[-1]
    return Window((west + east) / 2, (south + north) / 2, scale)


@dataclass(frozen=True)
class Furniture:
    """Texts around a map: title, secrecy mark, small print, and the words of its furniture."""

    title: str
    mark: str
    small_print: tuple[str, ...]
    legend_word: str
    scale_word: str
    north_word: str


class MapFrame:
    """One figure being drawn.

    Parameters
    ----------
    window
        What it shows.
    """

    def __init__(self, window: Window) -> None:
        self.window = window
        self._regular = FontProperties(fname=font_file())
        self._bold = FontProperties(fname=font_file(BOLD))
        width, height = FIGURE_MM
        self._canvas = Canvas(figsize=(width / _INCH_MM, height / _INCH_MM), dpi=_DPI)
        FigureCanvasAgg(self._canvas)
        self.axes: Axes = self._canvas.add_axes(
            (_LEFT_MM / width, _BOTTOM_MM / height, MAP_MM[0] / width, MAP_MM[1] / height)
        )
        west, south, east, north = window.bounds
        self.axes.set_xlim(west, east)
        self.axes.set_ylim(south, north)
        self._taken: list[Bounds] = []
        self._sites: list[Bounds] = []

    def text(
        self,
        x: float,
        y: float,
        said: str,
        *,
        size: float,
        bold: bool = False,
        color: str = _INK,
        axes: Axes | None = None,
        halo: bool = False,
        **look: Any,  # noqa: ANN401 (properties of a text)
    ) -> None:
        """Write a text literally: at a place of the map, or in mm from the figure's top left."""
        font = (self._bold if bold else self._regular).copy()
        font.set_size(size)
        box = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6}
        shared: dict[str, Any] = {  # properties of a text
            "fontproperties": font, "color": color, "parse_math": False,
            "bbox": box if halo else None, **look,
        }  # fmt: skip
        shown = printable(said)
        if axes is None:
            width, height = FIGURE_MM
            self._canvas.text(x / width, 1 - y / height, shown, **shared)
        else:
            axes.text(x, y, shown, clip_on=True, **shared)

    def label(
        self,
        x: float,
        y: float,
        said: str,
        *,
        color: str = _INK,
        size: float = 7.0,
        bold: bool = False,
        is_spaced: bool = False,
        may_cover_site: bool = False,
    ) -> bool:
        """Write a name near a place unless it would cover another; return whether it stands."""
        west, south, east, north = self.window.bounds
        point_m = self.window.scale / 1000 * _INCH_MM / 72
        shown = "  ".join(said) if is_spaced else said
        half_w = text_width(shown) * size * point_m / 2 + point_m
        half_h = size * point_m * 0.75
        taken = self._taken if may_cover_site else self._taken + self._sites
        for dx, dy in _AROUND:
            cx, cy = x + dx * half_w, y + dy * half_h
            box = (cx - half_w, cy - half_h, cx + half_w, cy + half_h)
            is_inside = box[0] > west and box[1] > south and box[2] < east and box[3] < north
            if is_inside and not any(_meet(box, other) for other in taken):
                self._taken.append(box)
                self.text(
                    cx, cy, shown, size=size, bold=bold, color=color, axes=self.axes, halo=True,
                    ha="center", va="center", zorder=50,
                )  # fmt: skip
                return True
        return False

    def take(self, bounds: Bounds, *, is_site: bool = False) -> None:
        """Keep a part of the map, in metres, free of names."""
        (self._sites if is_site else self._taken).append(bounds)

    def finish(self, furniture: Furniture, keys: Sequence[tuple[Key, str]]) -> bytes:
        """Add grid, title, north arrow, legend, scale and small print; return the PNG."""
        self._grid()
        self.text(
            _LEFT_MM + MAP_MM[0] / 2, 5.0, furniture.title, size=10.5, bold=True, ha="center",
            va="center",
        )  # fmt: skip
        if furniture.mark:
            self.text(_LEFT_MM, 5.0, furniture.mark, size=8, bold=True, ha="left", va="center")
        self._north(furniture.north_word)
        self._legend(furniture.legend_word, keys)
        self._small_print(furniture)
        sheet = io.BytesIO()
        with rc_context({"hatch.linewidth": 0.5}):
            self._canvas.savefig(
                sheet, format="png", dpi=_DPI, metadata={"Software": None},
                pil_kwargs={"optimize": False, "compress_level": 6},
            )  # fmt: skip
        return sheet.getvalue()

    def _grid(self) -> None:
        step = _grid_step(self.window.scale)
        axes = self.axes
        axes.xaxis.set_major_locator(MultipleLocator(step))
        axes.yaxis.set_major_locator(MultipleLocator(step))
        axes.grid(visible=True, color="#6B7280", linewidth=0.3, alpha=0.6, zorder=1)
        axes.set_axisbelow(True)
        west, south, east, north = self.window.bounds
        axes.xaxis.set_major_locator(FixedLocator(_ticks(west, east, step)))
        axes.yaxis.set_major_locator(FixedLocator(_ticks(south, north, step)))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
        font = self._regular.copy()
        font.set_size(6)
        axes.tick_params(length=2, width=0.5, pad=1.2)
        for label in axes.get_xticklabels():
            label.set_fontproperties(font)
        for label in axes.get_yticklabels():
            label.set_fontproperties(font)
            label.set_rotation(90)
            label.set_verticalalignment("center")
        for side in axes.spines.values():
            side.set_linewidth(0.8)

    def _north(self, word: str) -> None:
        width, height = FIGURE_MM
        x, top = width - 7.0, 4.6
        for sign, face in ((-1, _INK), (1, "white")):
            corners = np.array([(x, top), (x + sign * 2.2, top + 7.5), (x, top + 5.8)])
            corners[:, 0] /= width
            corners[:, 1] = 1 - corners[:, 1] / height
            self._canvas.add_artist(
                Polygon(corners, facecolor=face, edgecolor=_INK, linewidth=0.6,
                        transform=self._canvas.transFigure)
            )  # fmt: skip
        self.text(x, top - 0.6, word, size=7.5, bold=True, ha="center", va="bottom")

    def _legend(self, word: str, keys: Sequence[tuple[Key, str]]) -> None:
        width, height = FIGURE_MM
        self.text(_STRIP_MM, 12.5, word, size=8.5, bold=True, ha="left", va="center")
        font = self._regular.copy()
        font.set_size(6.8)
        legend = self._canvas.legend(
            handles=[key for key, _ in keys],
            labels=[wrapped(printable(said), 12) for _, said in keys],
            loc="upper left",
            bbox_to_anchor=(_STRIP_MM / width, 1 - 15.0 / height),
            bbox_transform=self._canvas.transFigure,
            borderaxespad=0, borderpad=0, frameon=False, handlelength=2.4, handleheight=1.3,
            labelspacing=0.6, handletextpad=0.6, prop=font,
        )  # fmt: skip
        for text in legend.get_texts():
            text.set_parse_math(False)

    def _small_print(self, furniture: Furniture) -> None:
        width, height = FIGURE_MM
        lines = [line for said in furniture.small_print for line in wrapped(said, 19).split("\n")]
        y = height - _BOTTOM_MM - 0.5
        for line in reversed(lines):
            self.text(_STRIP_MM, y, line, size=6.2, ha="left", va="bottom")
            y -= 2.9
        bar_m = _bar_length(self.window.scale)
        bar_mm = bar_m / self.window.scale * 1000
        y -= 2.2
        for part, face in ((0, _INK), (1, "white")):
            self._canvas.add_artist(
                Rectangle(
                    ((_STRIP_MM + part * bar_mm / 2) / width, 1 - y / height),
                    bar_mm / 2 / width, 1.2 / height, facecolor=face, edgecolor=_INK,
                    linewidth=0.5, transform=self._canvas.transFigure,
                )
            )  # fmt: skip
        for share in (0.0, 0.5, 1.0):
            value, unit = (bar_m * share / 1000, "km") if bar_m >= 2000 else (bar_m * share, "m")
            said = f"{value:g}" + (f" {unit}" if share == 1 else "")
            self.text(
                _STRIP_MM + bar_mm * share, y - 1.8, said, size=6.2, va="bottom",
                ha="left" if share == 0 else "center",
            )  # fmt: skip
        self.text(
            _STRIP_MM, y - 6.2, f"{furniture.scale_word} 1:{self.window.scale:,}", size=7.2,
            bold=True, ha="left", va="center",
        )  # fmt: skip


def wrapped(text: str, width: float) -> str:
    r"""Return a text in lines of at most a width, in Chinese characters.

    Examples
    --------
    >>> wrapped("生态保护红线", 4).split()
    ['生态保护', '红线']
    >>> wrapped("river shoreline", 6).split("\n")
    ['river', 'shoreline']
    """
    lines, line = [], ""
    for character in text:
        if text_width(line + character) > width and line and character not in _NO_LINE_START:
            head, space, tail = line.rpartition(" ")
            is_word = bool(space) and character.isascii() and character != " "
            lines.append(head if is_word else line)
            line = tail if is_word else ""
        line += character
    return "\n".join([*lines, line])


def _meet(a: Sequence[float], b: Sequence[float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _ticks(low: float, high: float, step: float) -> list[float]:
    first = np.ceil((low + 0.12 * step) / step) * step
    return [float(value) for value in np.arange(first, high - 0.12 * step, step)]


def _grid_step(scale: int) -> float:
    """Return the distance of grid lines in metres: 2 to 4 cm on paper, a round number."""
    return _round_below(scale * 0.04)


def _bar_length(scale: int) -> float:
    """Return the length of the scale bar in metres: at most 3 cm on paper, a round number."""
    return _round_below(scale * 0.03)


def _round_below(length_m: float) -> float:
    magnitude = 10 ** np.floor(np.log10(length_m))
    return float(max(f * magnitude for f in (1, 2, 5) if f * magnitude <= length_m * 1.0001))
