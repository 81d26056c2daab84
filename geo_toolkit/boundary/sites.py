"""The value that every reader of boundary files returns: sites and where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd
from geopandas import GeoDataFrame

from geo_toolkit.boundary.words import in_words, say
from geo_toolkit.errors import BoundaryError, CRSMismatch
from geo_toolkit.geodesy import CGCS2000, Datum

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = ["SITE_COLUMNS", "SITE_NAME_COLUMNS", "InputFile", "Repair", "Sites"]

SITE_COLUMNS = ("name", "attributes", "stated_area_ha", "geometry")
SITE_NAME_COLUMNS = (
    "name",
    "name_zh",
    "项目名称",
    "地块名称",
    "名称",
    "XMMC",
    "DKMC",
    "MC",
)
"""A site's name is the first of these attributes that is there and not empty."""


@dataclass(frozen=True)
class Repair:
    """One thing mended in a submitted geometry, with what it changed."""

    place: str
    what: str
    area_change_m2: float = 0.0

    def __str__(self) -> str:
        """Return the repair as one line for ``inputs[].repairs``."""
        return self.words("en")

    def words(self, lang: str) -> str:
        """Return the repair as one line in ``zh`` or ``en``.

        Examples
        --------
        >>> Repair(say("feature", n=1), say("closed")).words("zh")
        '第1个要素：未闭合的环已闭合（面积变化+0.000平方米）'
        """
        said = say("repair", place=self.place, what=self.what, change=self.area_change_m2)
        return said.words(lang)


@dataclass(frozen=True)
class InputFile:
    """Where sites came from, and on what ground each property was taken.

    ``*_basis`` starts with ``declared`` (the file or its format says so), ``detected`` (followed
    by the evidence) or ``assumed by option`` (the user said so).

    Attributes
    ----------
    corridor_m
        Full width of the corridor, of a file of centrelines; else None.
    header
        The keys and values at the head of a survey text, as written.
    """

    path: Path
    format: str
    encoding: str | None
    encoding_basis: str | None
    crs: str
    crs_basis: str
    datum: Datum
    features: int
    sha256: str
    repairs: tuple[Repair, ...] = ()
    warnings: tuple[str, ...] = ()
    corridor_m: float | None = None
    header: tuple[tuple[str, str], ...] = ()

    def warning_texts(self, lang: str) -> list[str]:
        """Return the warnings in ``zh`` or ``en``."""
        return [in_words(text, lang) for text in self.warnings]

    def repair_texts(self, lang: str) -> list[str]:
        """Return the repairs in ``zh`` or ``en``, with the area each changed in m²."""
        return [repair.words(lang) for repair in self.repairs]

    def basis_texts(self, lang: str) -> tuple[str | None, str]:
        """Return the ground for the encoding and for the system in ``zh`` or ``en``."""
        encoding = self.encoding_basis
        shown = None if encoding is None else in_words(encoding, lang)
        return shown, in_words(self.crs_basis, lang)

    @property
    def file(self) -> str:
        """The base name, which is all that any output says of the path."""
        return self.path.name


@dataclass(frozen=True)
class Sites:
    """Submitted polygons, in CGCS2000 degrees, with their provenance.

    Attributes
    ----------
    frame
        Index ``<file stem>#<n>`` (unique in the run), columns ``SITE_COLUMNS``: ``name`` text,
        ``attributes`` a dict of all submitted attributes, ``stated_area_ha`` float or NaN,
        ``geometry`` Polygon or MultiPolygon: the submitted vertices as lon, lat (EPSG:4490).
    inputs
        One entry a file, in the order given.
    input_of
        For each row of ``frame``, the position of its file in ``inputs``.
    lines
        For each row, the centreline (lon, lat) whose corridor the site is, or None; empty where
        no site was submitted as a centreline.
    """

    frame: GeoDataFrame
    inputs: tuple[InputFile, ...]
    input_of: tuple[int, ...] = field(default=())
    lines: tuple[BaseGeometry | None, ...] = field(default=())

    def __post_init__(self) -> None:
        """Check that the frame is what every later step relies on."""
        if self.frame.crs != CGCS2000:
            raise CRSMismatch(f"sites must be in EPSG:4490, got {self.frame.crs}")
        if not self.frame.index.is_unique:
            raise ValueError("site ids must be unique")
        if len(self.input_of) != len(self.frame):
            raise ValueError("each site needs the position of its file")

    def __len__(self) -> int:
        """Return the number of sites."""
        return len(self.frame)

    @classmethod
    def join(cls, parts: Sequence[Sites]) -> Sites:
        """Return the sites of several files as one value, ids kept unique.

        Two files of one stem get ids ``a#1`` and ``a~2#1``.
        """
        if not parts:
            raise BoundaryError("no file", "", "at least one boundary file", "none", "name a file")
        if len(parts) == 1:
            return parts[0]
        frames: list[GeoDataFrame] = []
        inputs: list[InputFile] = []
        input_of: list[int] = []
        seen: dict[str, int] = {}
        for part in parts:
            offset = len(inputs)
            stem = part.inputs[0].path.stem
            seen[stem] = seen.get(stem, 0) + 1
            frame = part.frame.copy()
            if seen[stem] > 1:
                frame.index = [
                    f"{stem}~{seen[stem]}#{str(i).rpartition('#')[2]}" for i in frame.index
                ]
            frames.append(frame)
            inputs.extend(part.inputs)
            input_of.extend(offset + i for i in part.input_of)
        joined = GeoDataFrame(pd.concat(frames), geometry="geometry", crs=CGCS2000)
        lines = [line for part in parts for line in part.lines or (None,) * len(part)]
        has_lines = any(line is not None for line in lines)
        return cls(joined, tuple(inputs), tuple(input_of), tuple(lines) if has_lines else ())
