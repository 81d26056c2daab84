"""What the page shows of an inspected file: its faults in words, and a sketch of where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.boundary.faults import ERROR
from geo_toolkit.report.correction_words import place_words, problem_words, remedy_words
from geo_toolkit.report.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geo_toolkit.boundary.inspecting import Inspection

__all__ = ["told"]

_MOST_LINES = 500
_MOST_VERTICES = 20_000
_MOST_MARKS = 200

Json = dict[str, Any]  # JSON: values of every type


def told(inspection: Inspection, lang: str) -> Json:
    """Return the document of ``geo-toolkit/inspect/1`` with the words of each fault and a sketch.

    Parameters
    ----------
    lang
        ``zh`` or ``en``: the language of ``faults[].words``.
    """
    document = inspection.document()
    for row, fault in zip(document["faults"], inspection.faults, strict=True):
        row["words"] = {
            "place": literal(place_words(fault, lang), lang),
            "problem": literal(problem_words(fault, lang), lang),
            "remedy": remedy_words(fault, lang) if fault.level == ERROR else "",
        }
    return document | {"language": lang, "sketch": _sketch(inspection)}


def _sketch(inspection: Inspection) -> Json | None:
    """Return outlines and the place of each fault in the numbers of the file, x to the east.

    None where nothing could be read. Marks are the number of the fault in ``faults``, x and y.
    """
    seen = inspection.looked_at
    outlines = _lines(
        ring.coords
        for shape in seen.shapes[:_MOST_LINES]
        if shape is not None
        for ring in shapely.get_parts(shapely.get_rings(shape))
    )
    traces = _lines(seen.traces[:_MOST_LINES])
    marks = []
    for number, fault in enumerate(inspection.faults[:_MOST_MARKS]):
        position = seen.position_of(fault) if fault.level == ERROR else None
        if position is not None and np.isfinite(position).all():
            marks.append([number, *position])
    if not outlines and not traces:
        return None
    return {"in_degrees": seen.in_degrees, "outlines": outlines, "traces": traces, "marks": marks}


def _lines(lines: Iterable[Any]) -> list[list[list[float]]]:
    """Return rows of points as plain numbers, up to so many vertices in all."""
    kept: list[list[list[float]]] = []
    left = _MOST_VERTICES
    for line in lines:
        points: NDArray[np.float64] = np.asarray(line, dtype=float).reshape(-1, 2)
        points = points[np.isfinite(points).all(axis=1)]
        left -= len(points)
        if left < 0:
            break
        if len(points) > 1:
            kept.append(points.tolist())
    return kept
