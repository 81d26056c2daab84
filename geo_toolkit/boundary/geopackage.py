"""GeoPackages: one polygon layer, read from a private copy."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.boundary.choosing import choose_layer
from geo_toolkit.boundary.crs_basis import decide_system, parse_declared
from geo_toolkit.boundary.encoding import utf8_option
from geo_toolkit.boundary.gdal import list_layers, read_table
from geo_toolkit.boundary.source import file_sha256
from geo_toolkit.boundary.submission import Submission
from geo_toolkit.boundary.words import FeaturePlaces, say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from pyproj import CRS

    from geo_toolkit.boundary.options import ReadOptions

__all__ = ["read"]

FORMAT = "GeoPackage"
_APPLICATION_IDS = (b"GPKG", b"GP10", b"GP11")
_UNDEFINED = (-1, 0)


def read(path: Path, options: ReadOptions) -> Submission:
    """Return the polygons of a GeoPackage.

    Raises
    ------
    BoundaryError
        If it is damaged, holds no polygon layer, or several without ``--layer``.
    OptionError
        If ``--encoding`` says that it is not UTF-8.
    """
    file = path.name
    utf8_option(options.encoding, file=file, form=FORMAT)
    with TemporaryDirectory(prefix="geo-toolkit-") as folder:
        copy = Path(folder) / "boundary.gpkg"
        shutil.copyfile(path, copy)
        pending = path.with_name(path.name + "-wal")
        is_pending = pending.is_file() and pending.stat().st_size > 0
        if is_pending:
            shutil.copyfile(pending, copy.with_name(copy.name + "-wal"))
        _check_kind(copy, file)
        _refuse_views(copy, file)
        layer = choose_layer(list_layers(copy, file=file), options, file)
        _refuse_computed(copy, layer, file)
        declared = _declared_system(copy, layer, file)
        table = read_table(copy, driver="GPKG", file=file, layer=layer)
        if declared is None and table.crs is not None and not _is_undefined(copy, layer):
            declared = parse_declared(table.crs, file, f"layer {layer!r}")
    system = decide_system(file, options, declared=declared, source=say("layer", name=layer))
    extra = [say("pending")] if is_pending else []
    places = FeaturePlaces(len(table.geometry))
    return Submission(
        path=path,
        format=FORMAT,
        sha256=file_sha256(path),
        system=system,
        geometry=table.geometry,
        places=places,
        attributes=table.attributes,
        stated_ha=np.full(len(table.geometry), np.nan),
        encoding="UTF-8",
        encoding_basis=say("declared_standard", name="GeoPackage"),
        closed=[places[row] for row in table.closed],
        warnings=[*table.warnings, *extra],
    )


def _check_kind(copy: Path, file: str) -> None:
    """Refuse other databases, and tables that are windows to other files."""
    with copy.open("rb") as stream:
        head = stream.read(72)
    if head[68:72] not in _APPLICATION_IDS and not _query(
        copy, file, "select 1 from sqlite_master where name = 'gpkg_contents'"
    ):
        raise BoundaryError(
            file, "", "a GeoPackage", "another SQLite database", "export it as GeoPackage"
        )
    foreign = _query(
        copy, file,
        "select name from sqlite_master where sql like 'create virtual table%' "
        "and sql not like '%using rtree%' and sql not like '%using fts%'",
    )  # fmt: skip
    if foreign:
        raise BoundaryError(
            file, f"table {foreign[0][0]!r}", "plain tables", "a virtual table",
            "export the layer to a new GeoPackage",
        )  # fmt: skip


def _refuse_views(copy: Path, file: str) -> None:
    """Refuse layers that are computed when they are read, which may have no end."""
    views = _query(
        copy, file,
        "select s.name from sqlite_master s join gpkg_contents c on "
        "lower(c.table_name) = lower(s.name) where s.type <> 'table' and s.type <> 'index'",
    )  # fmt: skip
    if views:
        raise BoundaryError(
            file, f"layer {views[0][0]!r}", "plain tables", "a view",
            "export the layer to a new GeoPackage",
        )  # fmt: skip


def _refuse_computed(copy: Path, layer: str, file: str) -> None:
    """Refuse columns that are computed when they are read, to whatever size."""
    computed = _query(
        copy, file, "select name from pragma_table_xinfo(?) where hidden in (2, 3)", layer
    )
    if computed:
        raise BoundaryError(
            file, f"layer {layer!r}", "plain tables", f"the computed column {computed[0][0]!r}",
            "export the layer to a new GeoPackage",
        )  # fmt: skip


def _declared_system(copy: Path, layer: str, file: str) -> CRS | None:
    """Return the EPSG system of a layer as its tables say it, where that is a plain code."""
    rows = _query(
        copy, file,
        "select s.organization, s.organization_coordsys_id from gpkg_geometry_columns g join "
        "gpkg_spatial_ref_sys s on s.srs_id = g.srs_id where g.table_name = ?", layer,
    )  # fmt: skip
    if rows and str(rows[0][0]).upper() == "EPSG" and rows[0][1] not in _UNDEFINED:
        return parse_declared(f"EPSG:{rows[0][1]}", file, f"layer {layer!r}")
    return None


def _is_undefined(copy: Path, layer: str) -> bool:
    """Whether a layer says that it has no system."""
    rows = _query(copy, "", "select srs_id from gpkg_geometry_columns where table_name = ?", layer)
    return not rows or rows[0][0] in _UNDEFINED


def _query(copy: Path, file: str, sql: str, *values: str) -> list[tuple[str | int, ...]]:
    """Return the rows of a query on the private copy."""
    try:
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("pragma trusted_schema = off")
            return connection.execute(sql, values).fetchall()
    except (sqlite3.Error, UnicodeDecodeError):
        raise BoundaryError(
            file, "", "a whole GeoPackage", "a damaged or cut one", "export and send it again"
        ) from None
