"""A batch as Parquet: sites and overlaps with geometry (GeoParquet), findings, and a summary."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo_toolkit.siting.batch import batch_summary

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo_toolkit.siting import CheckResult

__all__ = ["PARQUET_FILES", "findings_table", "write_parquet"]

PARQUET_FILES = ("sites.parquet", "findings.parquet", "overlaps.parquet", "summary.json")

_TEXT, _NUMBER = pa.string(), pa.float64()
_FINDING_COLUMNS: dict[str, Any] = {  # pyarrow types
    "site_id": _TEXT,
    "rule_id": _TEXT,
    "title": _TEXT,
    "role": _TEXT,
    "outcome": _TEXT,
    "reason_code": _TEXT,
    "reason": _TEXT,
    "severity": _TEXT,
    "confidence": _TEXT,
    "layer_id": _TEXT,
    "layer_version": pa.int64(),
    "feature_id": _TEXT,
    "feature_name": _TEXT,
    "relation": _TEXT,
    "overlap_m2": _NUMBER,
    "overlap_ha": _NUMBER,
    "overlap_share": _NUMBER,
    "distance_m": _NUMBER,
    "threshold_m": _NUMBER,
    "accuracy_m": _NUMBER,
    "suspected_boundary_error": pa.bool_(),
    "crossings": _TEXT,
    "citation": _TEXT,
    "original": _TEXT,
    "override": _TEXT,
}
_AS_JSON = ("crossings", "original", "override")
_SITE_TYPES = {
    "site_id": "str", "name": "str", "attributes": "str", "verdict": "str", "complete": "bool",
    "reason_code": "str", "area_m2": "float64", "area_ha": "float64", "area_mu": "float64",
    "stated_area_ha": "float64", "lon": "float64", "lat": "float64",
}  # fmt: skip
_OVERLAP_TYPES = {
    "site_id": "str", "role": "str", "layer_id": "str", "layer_version": "int64",
    "feature_id": "str", "feature_name": "str", "overlap_m2": "float64", "outcome": "str",
}  # fmt: skip


def write_parquet(result: CheckResult, folder: Path) -> list[Path]:
    """Write the files of ``PARQUET_FILES`` into a folder that is there; return their paths.

    ``sites`` and ``overlaps`` are GeoParquet in EPSG:4490, areas in m²; ``findings`` is a plain
    table, values with parts as JSON text. The same result gives the same bytes.
    """
    sites, findings, overlaps, summary = (folder / name for name in PARQUET_FILES)
    _write_frame(_sites_frame(result), sites)
    pq.write_table(findings_table(result.document), findings, compression="zstd")
    _write_frame(_typed(result.overlaps.reset_index(drop=True), _OVERLAP_TYPES), overlaps)
    text = json.dumps(batch_summary(result.document), ensure_ascii=False, indent=2, allow_nan=False)
    summary.write_bytes((text + "\n").encode("utf-8"))
    return [sites, findings, overlaps, summary]


def findings_table(document: dict[str, Any]) -> pa.Table:  # a JSON document
    """Return one row a finding of a document, in its order, with ``site_id`` in front."""
    columns: dict[str, list[Any]] = {name: [] for name in _FINDING_COLUMNS}  # cells
    for site in document["sites"]:
        for finding in site["findings"]:
            row = {**finding, "site_id": site["id"], "citation": finding["citation"]["text"]}
            for name, cells in columns.items():
                cells.append(_cell(name, row.get(name)))
    arrays = [pa.array(columns[name], kind) for name, kind in _FINDING_COLUMNS.items()]
    return pa.table(arrays, schema=pa.schema(list(_FINDING_COLUMNS.items())))


def _cell(name: str, value: Any) -> Any:  # noqa: ANN401 (any JSON value)
    if name not in _AS_JSON:
        return value
    return _json(value) if value else None


def _sites_frame(result: CheckResult) -> GeoDataFrame:
    rows = result.document["sites"]
    frame = result.sites.reset_index(names="site_id")
    for column in ("reason_code", "stated_area_ha", "lon", "lat"):
        frame[column] = [row[column] for row in rows]
    frame["attributes"] = [_json(row["attributes"]) for row in rows]
    return _typed(frame, _SITE_TYPES)


def _typed(frame: GeoDataFrame, types: dict[str, str]) -> GeoDataFrame:
    """Return named columns with one type each, also in an empty frame, geometry last."""
    typed = frame[[*types, "geometry"]].copy()
    for column, kind in types.items():
        if kind == "str":
            typed[column] = pd.array(typed[column].tolist(), dtype="string")
        else:
            typed[column] = typed[column].astype(kind)
    return typed


def _write_frame(frame: GeoDataFrame, path: Path) -> None:
    frame.to_parquet(path, index=False, compression="zstd")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
