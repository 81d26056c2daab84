"""A large delivery as a new layer: one pass to validate it, one to store it, little memory.

What is held of all features are a few numbers each: a code of the key and of the outline.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from geo_toolkit.catalogue.batches import open_large
from geo_toolkit.catalogue.containers import open_delivery
from geo_toolkit.catalogue.content import areas_m2, content_of_delivery, own_accuracy_m
from geo_toolkit.catalogue.faults import LayerFault, place_of
from geo_toolkit.catalogue.packing import column_labels, layer_type, write_batches
from geo_toolkit.catalogue.text import texts
from geo_toolkit.catalogue.validation import feature_faults
from geo_toolkit.errors import LayerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.catalogue.batches import Batch, LargeTable
    from geo_toolkit.catalogue.definition import LayerDefinition

__all__ = ["LargeContent", "content_of_large"]

_SINGLE_TO_MULTI: dict[str, Callable[..., Any]] = {  # Any: shapely's own
    "MultiPoint": shapely.multipoints,
    "MultiLineString": shapely.multilinestrings,
    "MultiPolygon": shapely.multipolygons,
}


@dataclass(frozen=True)
class LargeContent:
    """The features of a large delivery as they will be stored; the file itself holds them.

    Attributes
    ----------
    faults
        All faults, those between features (keys, outlines) last.
    kinds
        Geometry types that are there, as shapely numbers them.
    """

    delivery: Path
    sha256: str
    table: str
    options: ReadOptions
    definition: LayerDefinition
    features: int
    area_m2: float
    max_accuracy_m: float
    kinds: frozenset[int]
    faults: tuple[LayerFault, ...]

    def write(self, path: Path, written_at: str) -> None:
        """Write the features as the table of a new GeoPackage.

        Raises
        ------
        LayerError
            If the delivery changed since it was validated, or the file cannot be written.
        """
        with open_delivery(self.delivery) as opened:
            table = open_large(opened, opened.choose(self.table), self.options)
            if table is None or opened.sha256 != self.sha256:
                raise LayerError(
                    f"{self.delivery.name}: expected the file as it was validated, got another; "
                    "run the command again when nobody writes to it"
                )
            kind = layer_type(self.kinds, self.definition.geometry)
            records = (_record(self.definition, batch, kind) for batch in table.batches())
            write_batches(path, self.definition.id, records, kind=kind, written_at=written_at)


@dataclass
class _Tally:
    """What is kept of the features while they pass by."""

    keys: list[NDArray[np.uint64]] = field(default_factory=list)
    outlines: list[NDArray[np.uint64]] = field(default_factory=list)
    faults: list[LayerFault] = field(default_factory=list)
    kinds: set[int] = field(default_factory=set)
    features: int = 0
    area_m2: float = 0.0
    accuracy_m: float = 0.0


def content_of_large(
    table: LargeTable,
    options: ReadOptions,
    definition: LayerDefinition,
    *,
    bounds: tuple[float, float, float, float],
    crs: CRS,
) -> LargeContent:
    """Return a large delivery validated, measured, and ready to be stored.

    Overlaps and gaps are not looked for: a layer that forbids them is read whole.

    Parameters
    ----------
    bounds
        The workspace's west, south, east, north in degrees.
    crs
        The metric CRS of the workspace.
    """
    tally = _Tally()
    for batch in table.batches():
        frame, _ = content_of_delivery(definition, batch.delivered, key=definition.key)
        keys = texts(frame[definition.key])
        shapes = np.asarray(frame.geometry.array, dtype=object)
        found, usable = feature_faults(definition, frame, bounds=bounds, first_row=tally.features)
        tally.faults += found
        tally.keys.append(_codes(keys.to_numpy(dtype=object)))
        outlines = np.zeros(len(shapes), dtype=np.uint64)  # 0: not comparable
        outlines[usable] = _outline_codes(shapes[usable])
        tally.outlines.append(outlines)
        tally.kinds |= set(np.unique(shapely.get_type_id(shapes)).tolist()) - {-1}
        tally.features += len(frame)
        tally.area_m2 += float(areas_m2(shapes, crs).sum())
        tally.accuracy_m = max(tally.accuracy_m, own_accuracy_m(frame))
    tally.faults += _repeated(table, definition, tally)
    return LargeContent(
        delivery=table.head.path,
        sha256=table.head.sha256,
        table=table.head.name,
        options=options,
        definition=definition,
        features=tally.features,
        area_m2=tally.area_m2,
        max_accuracy_m=tally.accuracy_m,
        kinds=frozenset(tally.kinds),
        faults=tuple(tally.faults),
    )


def _codes(values: NDArray[np.object_]) -> NDArray[np.uint64]:
    return np.asarray(pd.util.hash_array(values, categorize=False), dtype=np.uint64)


def _outlines(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.asarray(shapely.to_wkb(shapely.normalize(shapes)), dtype=object)


def _outline_codes(shapes: NDArray[np.object_]) -> NDArray[np.uint64]:
    return np.maximum(_codes(_outlines(shapes)), np.uint64(1))


def _repeated(table: LargeTable, definition: LayerDefinition, tally: _Tally) -> list[LayerFault]:
    """Return the keys and outlines that repeat an earlier one, looked up again by their codes."""
    of_keys = _again(np.concatenate(tally.keys) if tally.keys else np.zeros(0, np.uint64))
    of_shapes = _again(np.concatenate(tally.outlines) if tally.outlines else np.zeros(0, np.uint64))
    if not len(of_keys) and not (len(of_shapes) and definition.geometry == "polygon"):
        return []
    level = "error" if definition.checks.duplicates == "forbid" else "warning"
    seen: set[str] = set()
    first: dict[bytes, str] = {}
    keys_found, shapes_found = [], []
    row = 0
    for batch, codes in zip(table.batches(), tally.outlines, strict=True):
        frame, _ = content_of_delivery(definition, batch.delivered, key=definition.key)
        keys = texts(frame[definition.key]).to_numpy(dtype=object)
        shapes = np.asarray(frame.geometry.array, dtype=object)
        for at in _here(of_keys, row, len(keys)):
            if keys[at] in seen:
                keys_found.append(
                    LayerFault("key_duplicate", "error", keys[at],
                               f"each {definition.key!r} once", "it again",
                               "give the feature a key of its own", *place_of(shapes[at]))
                )  # fmt: skip
            elif keys[at]:
                seen.add(keys[at])
        at_shapes = [at for at in _here(of_shapes, row, len(keys)) if codes[at]]
        for at, outline in zip(at_shapes, _outlines(shapes[at_shapes]), strict=True):
            if outline in first:
                shapes_found.append(
                    LayerFault("duplicate_geometry", level, str(keys[at]), "each outline once",
                               f"that of feature {first[outline]}", "leave one of them out",
                               *place_of(shapes[at]))
                )  # fmt: skip
            else:
                first[outline] = str(keys[at])
        row += len(keys)
    return [*keys_found, *(shapes_found if definition.geometry == "polygon" else [])]


def _again(codes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the rows whose code is there more than once, in order; 0 is no code."""
    order = np.argsort(codes, kind="stable")
    same = codes[order][1:] == codes[order][:-1]
    hit = np.zeros(len(codes), dtype=bool)
    hit[order[1:][same]] = True
    hit[order[:-1][same]] = True
    return np.flatnonzero(hit & (codes != 0))


def _here(rows: NDArray[np.int64], start: int, count: int) -> list[int]:
    low, high = np.searchsorted(rows, [start, start + count])
    found: list[int] = (rows[low:high] - start).tolist()
    return found


def _record(definition: LayerDefinition, batch: Batch, kind: str) -> pa.RecordBatch:
    """Return a batch as it is stored: attributes as they came, the key and its name as text."""
    frame, _ = content_of_delivery(definition, batch.delivered, key=definition.key)
    names = [name for name in frame.columns if name != frame.geometry.name]
    columns: dict[str, pa.Array] = {}
    for name, label in zip(names, column_labels(names), strict=True):
        own = batch.columns.get(str(name))
        is_text = name == definition.key or own is None
        columns[label] = pa.array(texts(frame[name]), pa.string()) if is_text else own
    columns["geometry"] = pa.array(_stored(frame, kind), pa.binary())
    return pa.RecordBatch.from_pydict(columns)


def _stored(frame: GeoDataFrame, kind: str) -> NDArray[np.object_]:
    shapes = np.asarray(frame.geometry.array, dtype=object)
    if kind in _SINGLE_TO_MULTI:
        single = np.flatnonzero(np.isin(shapely.get_type_id(shapes), (0, 1, 3)))
        if len(single):
            many = _SINGLE_TO_MULTI[kind]
            shapes = shapes.copy()
            shapes[single] = many(shapes[single], indices=np.arange(len(single)))
    return np.asarray(shapely.to_wkb(shapes, flavor="iso"), dtype=object)
