"""The alignments: ``alignments.toml``, one vertex list a line."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from places import HERE

__all__ = ["Alignment", "alignments", "jialing_b", "jialing_ways"]

Vertex = tuple[float, float]


@dataclass(frozen=True)
class Alignment:
    """One line; ``estimated`` counts vertices, ``mapped`` gives runs of them, both from 0."""

    id: str
    place: str
    layer: str
    kind: str
    name_zh: str
    name_en: str
    code: str
    vertices: tuple[Vertex, ...]
    speed_kmh: float | None = None
    estimated: tuple[int, ...] = ()
    mapped: tuple[tuple[int, int], ...] = ()

    def pieces(self) -> list[tuple[tuple[Vertex, ...], bool]]:
        """Return the runs of vertices in order, each with whether it is mapped."""
        made: list[tuple[tuple[Vertex, ...], bool]] = []
        end = 0
        for first, last in self.mapped:
            if first > end:
                made.append((self.vertices[end : first + 1], False))
            made.append((self.vertices[first : last + 1], True))
            end = last
        if end < len(self.vertices) - 1:
            made.append((self.vertices[end:], False))
        return made


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:  # Any: raw TOML
    return tomllib.loads((HERE / "alignments.toml").read_text(encoding="utf-8"))


def alignments(layer: str) -> list[Alignment]:
    """Return the lines of a layer, in the order of the table."""
    return [
        Alignment(
            id=row["id"],
            place=row["place"],
            layer=row["layer"],
            kind=row["class"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            code=row.get("code", ""),
            speed_kmh=row.get("speed_kmh"),
            vertices=_vertices(row["vertices"]),
            estimated=tuple(row.get("estimated", ())),
            mapped=tuple((first, last) for first, last in row.get("mapped", ())),
        )
        for row in _table()["line"]
        if row["layer"] == layer
    ]


def jialing_b() -> tuple[Vertex, ...]:
    """Return the Jialing of the 1:4 million base map within the workspace, north to south."""
    row = _table()["jialing_b"]
    return _vertices(row["vertices"])[: row["last"] + 1]


def jialing_ways() -> tuple[str, ...]:
    """Return the Jialing's ways (``way/part``) from north to south."""
    return tuple(_table()["jialing"]["ways"])


def _vertices(text: str) -> tuple[Vertex, ...]:
    pairs = (pair.split(",") for pair in text.split())
    return tuple((float(lon), float(lat)) for lon, lat in pairs)
