"""What is laid over a map besides its layers: rasters as pictures, and areas reached in time."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import shapely

from geo_toolkit.errors import CRSMismatch, OptionError
from geo_toolkit.webmap.escaping import plain_text
from geo_toolkit.webmap.geometry import anchor, as_shown, encode, simplified
from geo_toolkit.webmap.words import say

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo_toolkit.webmap.drawing import Drawing

__all__ = ["Overlay", "RasterOverlay", "TimeOverlay"]

Row = dict[str, Any]  # JSON: values of every type
Bounds = tuple[float, float, float, float]

_ID = re.compile(r"[a-z0-9][a-z0-9_]*")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_PNG = b"\x89PNG\r\n\x1a\n"
_RAMP = ("#08519C", "#3182BD", "#6BAED6", "#9ECAE1", "#C6DBEF")
"""One hue from dark to light: told apart in grey and by colour-blind eyes."""


class Overlay(Protocol):
    """Anything that ``render_map`` can lay over a map.

    Attributes
    ----------
    id
        Lower-case letters, digits and underscores, unique on the map.
    """

    id: str

    def payload(self, drawing: Drawing) -> Row:
        """Return the overlay as the page's script reads a layer."""


@dataclass(frozen=True)
class RasterOverlay:
    """A picture of a raster in its bounds.

    Parameters
    ----------
    png
        The picture: a PNG in Web Mercator proportions, transparent where there is no data.
    bounds
        West, south, east, north in CGCS2000 degrees.
    legend
        Colour, Chinese and English text of each class, in the order of the legend.
    opacity
        From 0 (not seen) to 1.
    is_on
        Whether it shows when the page opens.
    """

    id: str
    title_zh: str
    title_en: str
    png: bytes
    bounds: Bounds
    legend: tuple[tuple[str, str, str], ...] = ()
    note_zh: str = ""
    note_en: str = ""
    opacity: float = 0.75
    is_on: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no picture, lies nowhere, or has a colour that is none."""
        _require_id(self.id)
        west, south, east, north = self.bounds
        if not self.png.startswith(_PNG):
            raise OptionError(f"overlay {self.id!r}: expected a PNG, got other bytes; convert it")
        if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
            raise OptionError(
                f"overlay {self.id!r}: expected west, south, east, north in degrees, got "
                f"{self.bounds}; correct them"
            )
        for color, _, _ in self.legend:
            _require_color(self.id, color)

    def payload(self, drawing: Drawing) -> Row:
        """Return the overlay as the page's script reads a layer."""
        corners = as_shown(np.array([shapely.box(*self.bounds)], dtype=object), drawing.datum)
        picture = base64.b64encode(self.png).decode("ascii")
        return _entry(self.id, "raster", 28, self.is_on) | {
            **self._texts(drawing.lang),
            "picture": f"data:image/png;base64,{picture}",
            "bounds": [round(float(edge), 7) for edge in shapely.bounds(corners[0])],
            "opacity": self.opacity,
            **({"o": self._texts(drawing.second)} if drawing.second else {}),
        }

    def _texts(self, lang: str) -> Row:
        title, note = (
            (self.title_en, self.note_en) if lang == "en" else (self.title_zh, self.note_zh)
        )
        return {
            "title": plain_text(title, limit=120),
            "legend": [[c, plain_text(en if lang == "en" else zh)] for c, zh, en in self.legend],
            "note": [plain_text(note, limit=200)] if note else [],
        }


@dataclass(frozen=True)
class TimeOverlay:
    """Areas reached within some minutes, shortest time darkest and on top.

    Parameters
    ----------
    areas
        Polygons with a CRS and a column ``minutes``.
    """

    id: str
    title_zh: str
    title_en: str
    areas: GeoDataFrame
    note_zh: str = ""
    note_en: str = ""
    is_on: bool = True

    def __post_init__(self) -> None:
        """Refuse areas without minutes or on an unknown datum."""
        _require_id(self.id)
        if "minutes" not in self.areas.columns:
            raise OptionError(f"overlay {self.id!r}: expected a column 'minutes', got none; add it")
        if self.areas.crs is None:
            raise CRSMismatch(
                f"overlay {self.id!r}: expected areas on a known datum, got none; set their CRS"
            )

    def payload(self, drawing: Drawing) -> Row:
        """Return the overlay as the page's script reads a layer."""
        areas = self.areas.to_crs(4490).sort_values("minutes", ascending=False)
        times = sorted({float(value) for value in areas["minutes"]})
        color = {t: _RAMP[min(n, len(_RAMP) - 1)] for n, t in enumerate(times)}
        shapes = simplified(areas.geometry, tolerance_m=drawing.tolerance_m or 20.0)
        shown = as_shown(shapes, drawing.datum)
        features = []
        for n, (minutes, shape) in enumerate(zip(areas["minutes"], shown, strict=True)):
            if shape is None or shape.is_empty:
                continue
            words = {x: _minutes(float(minutes), x) for x in (drawing.lang, drawing.second) if x}
            entry: Row = {"u": f"{self.id}#{n}", "g": encode(shape), "k": color[float(minutes)]}
            entry |= _named(words[drawing.lang], self._title(drawing.lang))
            entry["c"] = encode(anchor(shape))[1][0]
            if drawing.second:
                entry["o"] = _named(words[drawing.second], self._title(drawing.second))
            features.append(entry)
        return _entry(self.id, "time", 30, self.is_on) | {
            **self._texts(times, color, drawing.lang),
            "features": features,
            **({"o": self._texts(times, color, drawing.second)} if drawing.second else {}),
        }

    def _title(self, lang: str) -> str:
        return plain_text(self.title_en if lang == "en" else self.title_zh, limit=120)

    def _texts(self, times: list[float], color: dict[float, str], lang: str) -> Row:
        note = self.note_en if lang == "en" else self.note_zh
        return {
            "title": self._title(lang),
            "legend": [[color[t], _minutes(t, lang)] for t in times],
            "note": [plain_text(note, limit=200)] if note else [],
        }


def _entry(key: str, draw: str, order: int, is_on: bool) -> Row:
    return {
        "id": f"overlay:{key}",
        "role": "",
        "draw": draw,
        "order": order,
        "rank": 90,
        "zoom": 0,
        "labelZoom": 99,
        "color": _RAMP[1],
        "on": is_on,
        "fault": "",
        "features": [],
    }


def _named(text: str, kind: str) -> Row:
    return {"n": text, "l": text, "m": {"s": kind, "a": [], "f": []}}


def _minutes(minutes: float, lang: str) -> str:
    return f"{minutes:g} {say('minutes', lang)}"


def _require_id(key: str) -> None:
    if not _ID.fullmatch(key):
        raise OptionError(
            f"overlay {key!r}: expected an id of lower-case letters, digits and underscores"
        )


def _require_color(key: str, color: str) -> None:
    if not _COLOR.fullmatch(color):
        raise OptionError(
            f"overlay {key!r}: expected a colour such as #1A9850, got {color!r}; correct it"
        )
