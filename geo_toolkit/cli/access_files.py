"""Files that ``geo-toolkit access`` writes: whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from geo_toolkit.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

__all__ = ["frame_text", "write_matrix", "write_text"]


def frame_text(frame: GeoDataFrame) -> str:
    """Return a frame in degrees as GeoJSON, coordinates to six places."""
    features = []
    for _, row in frame.iterrows():
        properties = {key: _plain(row[key]) for key in frame.columns if key != "geometry"}
        shape = shapely.set_precision(row["geometry"], 1e-6)
        features.append(
            {
                "type": "Feature",
                "properties": properties,
                "geometry": json.loads(shapely.to_geojson(shape)),
            }
        )
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False) + "\n"


def write_matrix(out: Path, document: dict[str, Any]) -> None:  # JSON values
    """Write a matrix as one row a pair: ids, names, minutes (empty where there is no way)."""
    rows = [
        {
            "origin": a["id"],
            "origin_name": a["name"],
            "destination": b["id"],
            "destination_name": b["name"],
            "minutes": value,
            "minutes_low": document["minutes_low"][row][column],
            "minutes_high": document["minutes_high"][row][column],
            "unreachable": value is None,
            "network_level": document["network_level"],
        }
        for row, (a, line) in enumerate(zip(document["origins"], document["minutes"], strict=True))
        for column, (b, value) in enumerate(zip(document["destinations"], line, strict=True))
    ]
    table = pd.DataFrame(rows).astype(
        dict.fromkeys(("minutes", "minutes_low", "minutes_high"), "float64")
    )
    if out.suffix.lower() == ".csv":
        text = table.to_csv(index=False, lineterminator="\n")
        write_text(out, "\ufeff" + text)  # spreadsheets take it for UTF-8
    else:
        _replace(out, table.to_parquet)


def write_text(out: Path, text: str) -> None:
    """Write a file as UTF-8, whole or not at all.

    Raises
    ------
    OptionError
        If it cannot be written.
    """
    _replace(out, lambda path: path.write_bytes(text.encode("utf-8")))


def _replace(out: Path, write: Callable[[Path], object]) -> None:
    working: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=".access-", suffix=out.suffix)
        os.close(handle)
        working = Path(name)
        write(working)
        working.chmod(0o644)
        working.replace(out)
    except OSError as error:
        if working is not None:
            working.unlink(missing_ok=True)
        raise OptionError(
            f"--out {out}: cannot be written ({error.strerror or error}); name another file"
        ) from error


def _plain(value: Any) -> Any:  # noqa: ANN401 (a cell)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.item() if hasattr(value, "item") else value
