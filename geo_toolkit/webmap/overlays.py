"""What is laid over a map besides its layers: rasters as pictures, areas in classes or times."""

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

__all__ = ["ClassOverlay", "Overlay", "RasterOverlay", "TimeOverlay"]

Row = dict[str, Any]  # JSON: values of every type
Bounds = tuple[float, float, float, float]

_ID = re.compile(r"[a-z0-9][a-z0-9_]*")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_PNG = b"\x89PNG\r\n\x1a\n"
_RAMP = ("#08519C", "#3182BD", "#6BAED6", "#9ECAE1", "#C6DBEF")
"""One hue from dark to light: told apart in grey and by colour-blind eyes."""

_CLASS_COLUMNS = ("class", "name_zh", "name_en", "label_zh", "label_en")


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
        title = self.title_en if lang == "en" else self.title_zh
        legend = [(c, en if lang == "en" else zh) for c, zh, en in self.legend]
        return _overlay_texts(title, legend, self.note_en if lang == "en" else self.note_zh)


@dataclass(frozen=True)
class ClassOverlay:
    """Areas in classes, one colour a class.

    Parameters
    ----------
    areas
        Polygons with a CRS and the columns ``class`` (place in ``legend``, from 0), ``name_zh``
        and ``name_en`` (the card's title) and ``label_zh`` and ``label_en`` (written on the area).
    legend
        Colour, Chinese and English text of each class; those of some area are in the legend.
    """

    id: str
    title_zh: str
    title_en: str
    areas: GeoDataFrame
    legend: tuple[tuple[str, str, str], ...]
    note_zh: str = ""
    note_en: str = ""
    is_on: bool = True

    def __post_init__(self) -> None:
        """Refuse areas without their columns, on an unknown datum, or of a class that is none."""
        _require_id(self.id)
        _require_areas(self.id, self.areas, _CLASS_COLUMNS)
        for color, _, _ in self.legend:
            _require_color(self.id, color)
        wrong = sorted(set(self.areas["class"]) - set(range(len(self.legend))))
        if wrong:
            raise OptionError(
                f"overlay {self.id!r} column 'class': expected whole numbers from 0 to "
                f"{len(self.legend) - 1}, got {wrong[0]!r}; correct it"
            )

    def payload(self, drawing: Drawing) -> Row:
        """Return the overlay as the page's script reads a layer."""
        rows = [
            (self.legend[row["class"]][0], {x: _worded(row, x) for x in ("zh", "en")})
            for row in self.areas[list(_CLASS_COLUMNS)].to_dict("records")
        ]
        texts = {x: self._texts(x) for x in (drawing.lang, drawing.second) if x}
        return _areas_payload(self.id, self.is_on, self.areas, rows, texts, drawing) | {
            "labelZoom": 8.5,
            "rank": 47,
        }

    def _texts(self, lang: str) -> Row:
        at = 1 + int(lang == "en")
        title = self.title_en if lang == "en" else self.title_zh
        used = set(self.areas["class"])
        legend = [(entry[0], entry[at]) for n, entry in enumerate(self.legend) if n in used]
        return _overlay_texts(title, legend, self.note_en if lang == "en" else self.note_zh)


@dataclass(frozen=True)
class TimeOverlay:
    """Areas reached within some minutes, shortest time darkest.

    Areas of the same time become one, and each time is drawn without what a shorter one covers,
    so that no two colours are mixed.

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
        _require_areas(self.id, self.areas, ("minutes",))

    def payload(self, drawing: Drawing) -> Row:
        """Return the overlay as the page's script reads a layer."""
        rings = _rings(self.areas)
        times = [float(value) for value in rings["minutes"]][::-1]
        color = {t: _RAMP[min(n, len(_RAMP) - 1)] for n, t in enumerate(times)}
        rows = [
            (color[t], {x: (_minutes(t, x), "") for x in ("zh", "en")})
            for t in map(float, rings["minutes"])
        ]
        texts = {x: self._texts(times, color, x) for x in (drawing.lang, drawing.second) if x}
        return _areas_payload(self.id, self.is_on, rings, rows, texts, drawing)

    def _texts(self, times: list[float], color: dict[float, str], lang: str) -> Row:
        title = self.title_en if lang == "en" else self.title_zh
        legend = [(color[t], _minutes(t, lang)) for t in times]
        return _overlay_texts(title, legend, self.note_en if lang == "en" else self.note_zh)


def _rings(areas: GeoDataFrame) -> GeoDataFrame:
    """Return one area a time, longest first, each without what is reached sooner."""
    degrees = areas.to_crs(4490)
    valid = degrees.set_geometry(shapely.make_valid(degrees.geometry.to_numpy()), crs=4490)
    whole = valid.dissolve(by="minutes", sort=True).reset_index()
    shapes = whole.geometry.to_numpy()
    covered = shapely.Polygon()
    rings = []
    for shape in shapes:
        rings.append(shapely.difference(shape, covered))
        covered = shapely.union(covered, shape)
    return whole.set_geometry(rings, crs=4490).iloc[::-1].reset_index(drop=True)


def _areas_payload(
    key: str,
    is_on: bool,
    areas: GeoDataFrame,
    rows: list[tuple[str, dict[str, tuple[str, str]]]],
    texts: dict[str, Row],
    drawing: Drawing,
) -> Row:
    """Return areas as the page's script reads a layer.

    Parameters
    ----------
    rows
        Of each area its colour, and name and label by language.
    texts
        Of the overlay, by language.
    """
    shapes = simplified(areas.to_crs(4490).geometry, tolerance_m=drawing.tolerance_m or 20.0)
    features = []
    for n, (row, shape) in enumerate(zip(rows, as_shown(shapes, drawing.datum), strict=True)):
        if shape is None or shape.is_empty:
            continue
        said = {x: _named(*row[1][x], texts[x]["title"]) for x in texts}
        entry: Row = {"u": f"{key}#{n}", "g": encode(shape), "k": row[0], **said[drawing.lang]}
        entry["c"] = encode(anchor(shape))[1][0]
        if drawing.second:
            entry["o"] = said[drawing.second]
        features.append(entry)
    other = {"o": texts[drawing.second]} if drawing.second else {}
    return _entry(key, "time", 30, is_on) | texts[drawing.lang] | {"features": features, **other}


def _worded(row: Row, lang: str) -> tuple[str, str]:
    name, label = row[f"name_{lang}"], row[f"label_{lang}"]
    return plain_text(name, limit=200), plain_text(label, limit=44)


def _overlay_texts(title: str, legend: list[tuple[str, str]], note: str) -> Row:
    return {
        "title": plain_text(title, limit=120),
        "legend": [[color, plain_text(text, limit=120)] for color, text in legend],
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


def _named(text: str, label: str, kind: str) -> Row:
    return {"n": text, "l": label, "m": {"s": kind, "a": [], "f": []}}


def _minutes(minutes: float, lang: str) -> str:
    return f"{minutes:g} {say('minutes', lang)}"


def _require_id(key: str) -> None:
    if not _ID.fullmatch(key):
        raise OptionError(
            f"overlay {key!r}: expected an id of lower-case letters, digits and underscores"
        )


def _require_areas(key: str, areas: GeoDataFrame, columns: tuple[str, ...]) -> None:
    for column in columns:
        if column not in areas.columns:
            raise OptionError(f"overlay {key!r}: expected a column {column!r}, got none; add it")
    if areas.crs is None:
        raise CRSMismatch(
            f"overlay {key!r}: expected areas on a known datum, got none; set their CRS"
        )


def _require_color(key: str, color: str) -> None:
    if not _COLOR.fullmatch(color):
        raise OptionError(
            f"overlay {key!r}: expected a colour such as #1A9850, got {color!r}; correct it"
        )
