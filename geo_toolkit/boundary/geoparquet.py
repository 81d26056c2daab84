"""GeoParquet: polygons or lines as WKB, with the system that its metadata says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_toolkit.boundary.archive import MAX_TOTAL_BYTES
from geo_toolkit.boundary.attributes import plain_value
from geo_toolkit.boundary.crs_basis import decide_system, parse_declared
from geo_toolkit.boundary.encoding import utf8_option
from geo_toolkit.boundary.source import file_sha256
from geo_toolkit.boundary.submission import MAX_FEATURES, Submission
from geo_toolkit.boundary.words import FeaturePlaces, say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_toolkit.boundary.options import ReadOptions

__all__ = ["read"]

FORMAT = "GeoParquet"
_ERRORS = (pa.ArrowException, OSError, ValueError, KeyError, TypeError, UnicodeDecodeError)
Json = Any  # whatever the metadata hold
_BATCH = 500
MAX_DECODED = 150_000_000


def read(path: Path, options: ReadOptions) -> Submission:
    """Return the polygons or lines of a GeoParquet file.

    Raises
    ------
    BoundaryError
        If it is damaged, has no geometry of its standard, or would unpack to too much.
    """
    file = path.name
    utf8_option(options.encoding, file=file, form=FORMAT)
    try:
        with pq.ParquetFile(path, memory_map=False) as parquet:
            _check_size(parquet.metadata, file)
            column, meta = _geometry_column(parquet.schema_arrow.metadata or {}, file)
            table = _read_batches(parquet, file)
        names = [name for name in table.column_names if name != column]
        rows = table.select(names).to_pylist()
        wkb = np.array(table.column(column).to_pylist(), dtype=object)
        geometry = shapely.from_wkb(wkb)
    except BoundaryError:
        raise
    except (*_ERRORS, shapely.errors.GEOSException):
        raise BoundaryError(
            file, "", "a whole GeoParquet file", "a damaged or cut one", "export and send it again"
        ) from None
    system = decide_system(
        file, options,
        declared=_declared(meta, file),
        source=say("parquet_metadata"),
        default=None if "crs" in meta else CRS.from_user_input("OGC:CRS84"),
        default_source=say("parquet_standard"),
    )  # fmt: skip
    return Submission(
        path=path,
        format=FORMAT,
        sha256=file_sha256(path),
        system=system,
        geometry=geometry,
        places=FeaturePlaces(len(geometry)),
        attributes=[_plain(row) for row in rows],
        stated_ha=np.full(len(geometry), np.nan),
        encoding="UTF-8",
        encoding_basis=say("declared_standard", name=FORMAT),
        warnings=_remarks(geometry, rows),
    )


def _remarks(geometry: NDArray[np.object_], rows: list[dict[str, Json]]) -> list[str]:
    """Return what was left out of geometries and attributes."""
    remarks: list[str] = []
    if shapely.has_z(geometry).any():
        remarks.append(say("heights"))
    binary = {name for row in rows for name, value in row.items() if isinstance(value, bytes)}
    return [*remarks, *(say("binary_column", name=name) for name in sorted(binary))]


def _plain(row: dict[str, Json]) -> dict[str, Json]:
    return {
        name: plain_value(value)
        for name, value in row.items()
        if name and not isinstance(value, bytes)
    }


def _check_size(metadata: pq.FileMetaData, file: str) -> None:
    """Refuse a file that says it would unpack to too much."""
    groups = [metadata.row_group(n) for n in range(metadata.num_row_groups)]
    size = sum(group.total_byte_size for group in groups)
    if metadata.num_rows > MAX_FEATURES or size > MAX_TOTAL_BYTES:
        raise BoundaryError(
            file, "", f"at most {MAX_FEATURES} features and {MAX_TOTAL_BYTES // 1_000_000} MB "
            "unpacked", f"{metadata.num_rows} features and {size // 1_000_000} MB",
            "submit it in parts",
        )  # fmt: skip


def _read_batches(parquet: pq.ParquetFile, file: str) -> pa.Table:
    """Return the rows; a few at a time, since repeated values are packed to next to nothing."""
    odd = [field.name for field in parquet.schema_arrow if _is_packed(field.type, is_top=True)]
    if odd:
        raise BoundaryError(
            file, f"column {odd[0]!r}", "plain columns", "one that is packed", "export it again"
        )
    columns: dict[str, list[pa.Array]] = {name: [] for name in parquet.schema_arrow.names}
    size = 0
    for batch in parquet.iter_batches(batch_size=_BATCH):
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            is_dictionary = pa.types.is_dictionary(column.type)
            plain = column.dictionary_decode() if is_dictionary else column
            size += plain.nbytes
            columns[name].append(plain)
        if size > MAX_DECODED:
            raise BoundaryError(
                file, "", f"at most {MAX_DECODED / 1e6:g} MB unpacked", "more", "submit it in parts"
            )
    return pa.table(
        {name: pa.chunked_array(parts) if parts else [] for name, parts in columns.items()}
    )


def _is_packed(kind: pa.DataType, *, is_top: bool = False) -> bool:
    """Whether values of a type stand for more than they take, in a way that is not undone."""
    if pa.types.is_dictionary(kind):
        return not is_top
    if pa.types.is_run_end_encoded(kind):
        return True
    return any(_is_packed(kind.field(n).type) for n in range(kind.num_fields))


def _geometry_column(metadata: dict[bytes, bytes], file: str) -> tuple[str, dict[str, Json]]:
    """Return the name of the geometry column, and what the metadata say of it."""
    try:
        geo = json.loads(metadata.get(b"geo", b"null"))
    except (ValueError, RecursionError):
        geo = None
    name = geo.get("primary_column") if isinstance(geo, dict) else None
    columns = geo.get("columns") if isinstance(geo, dict) else None
    meta = columns.get(name) if isinstance(columns, dict) and isinstance(name, str) else None
    if not isinstance(name, str) or not isinstance(meta, dict):
        raise BoundaryError(
            file, "", "the metadata of GeoParquet", "none", "export it as GeoParquet"
        )
    if meta.get("encoding") != "WKB":
        raise BoundaryError(
            file, f"column {name!r}", "geometry as WKB", f"{meta.get('encoding')}"[:40],
            "export it with WKB encoding",
        )  # fmt: skip
    if meta.get("edges", "planar") != "planar":
        raise BoundaryError(
            file, f"column {name!r}", "planar edges", f"{meta.get('edges')}"[:40],
            "export it with planar edges",
        )  # fmt: skip
    return name, meta


def _declared(meta: dict[str, Json], file: str) -> CRS | None:
    """Return the system of the metadata, or None where they name none."""
    if meta.get("crs") is None:
        return None
    try:
        code = CRS.from_json_dict(meta["crs"]).to_wkt()
    except (CRSError, TypeError, ValueError, AttributeError):
        code = "unreadable PROJJSON"
    return parse_declared(code, file, say("parquet_metadata"))
