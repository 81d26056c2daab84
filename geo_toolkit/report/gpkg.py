"""Sites and overlaps as a GeoPackage that opens in any GIS."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyogrio

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo_toolkit.siting import CheckResult

__all__ = ["write_gpkg"]

_FLOATS = frozenset({"area_m2", "area_ha", "area_mu", "overlap_m2", "distance_m"})
_WHOLE = frozenset({"layer_version"})
_COUNTER_OFFSETS = (24, 92)
"""Of the change counter in SQLite's file header, and of its copy; the two must be equal."""


def write_gpkg(result: CheckResult, path: Path) -> None:
    """Write the layers ``sites`` and ``overlaps``, EPSG:4490, areas in m².

    A layer ``advice`` holds proposed outlines, in the internal edition and where there are any.

    The file appears whole or not at all, and the same result gives the same bytes.
    """
    working = path.with_name(f"{path.stem}.part.gpkg")
    working.unlink(missing_ok=True)
    try:
        layers = [("sites", result.sites), ("overlaps", result.overlaps)]
        if result.advice is not None and not result.advice.empty:
            layers.append(("advice", result.advice))
        for layer, frame in layers:
            pyogrio.write_dataframe(
                _plain(frame, keep_index=layer == "sites"),
                working,
                layer=layer,
                driver="GPKG",
                geometry_type="MultiPolygon",
                promote_to_multi=True,
                append=layer != "sites",
            )
        _fix_clock(working, result.document)
        _fix_counters(working)
        working.replace(path)
    finally:
        working.unlink(missing_ok=True)


def _plain(frame: GeoDataFrame, *, keep_index: bool) -> GeoDataFrame:
    """Return a frame whose columns have one type each, also when it is empty."""
    plain = frame.reset_index(names="site_id") if keep_index else frame.reset_index(drop=True)
    kinds: dict[str, Any] = {}  # pandas takes types and their names
    for column in plain.columns.drop("geometry"):
        if column in _FLOATS:
            kinds[column] = "float64"
        elif column in _WHOLE:
            kinds[column] = "int64"
        elif column == "complete":
            kinds[column] = "bool"
        else:
            kinds[column] = "str"
    return plain.astype(kinds)


def _fix_clock(path: Path, document: dict[str, Any]) -> None:
    """Replace the moment of writing, which GDAL puts in, by the moment of the check."""
    moment = datetime.fromisoformat(document["generated_at"]).astimezone(UTC)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("UPDATE gpkg_contents SET last_change = ?", (stamp,))


def _fix_counters(path: Path) -> None:
    """Set the number of writes to 1: how many there were depends on the machine's speed."""
    with path.open("r+b") as file:
        for offset in _COUNTER_OFFSETS:
            file.seek(offset)
            file.write((1).to_bytes(4, "big"))
