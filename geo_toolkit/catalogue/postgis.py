"""Layers in PostGIS: a table read with the bounding box pushed down, a version written into one."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo_toolkit.catalogue.packing import storable
from geo_toolkit.errors import LayerError, NotAvailable
from geo_toolkit.geodesy import parse_crs

try:
    import psycopg
    from psycopg import sql
except ImportError:  # an extra: only those who keep layers in a database need it
    psycopg = None

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_toolkit.catalogue.versions import Version

__all__ = [
    "PostgisTable",
    "is_postgis",
    "largest_value",
    "parse_source",
    "read_table",
    "table_stamp",
    "write_table",
]

Box = tuple[float, float, float, float]
_SCHEMES = ("postgresql:", "postgres:")
_NAME = re.compile(r"[^\W\d]\w{0,62}")
_MARK = "geo-toolkit layer "
_SRID = 4490
_GEOMETRY = "geom"
_TYPES = {"i": "bigint", "u": "bigint", "f": "double precision", "b": "boolean"}


@dataclass(frozen=True)
class PostgisTable:
    """One table of a database; ``label`` is what may be shown, without user and password."""

    url: str
    schema: str
    table: str

    @property
    def label(self) -> str:
        """Host, database and table."""
        parts = urlsplit(self.url)
        return f"{parts.hostname or 'localhost'}{parts.path}#{self.schema}.{self.table}"


def is_postgis(source: str) -> bool:
    """Whether a layer's data is a PostGIS table.

    Examples
    --------
    >>> is_postgis("postgresql://host/db#public.parks"), is_postgis("parks.gpkg")
    (True, False)
    """
    return source.startswith(_SCHEMES)


def parse_source(source: str, *, default: str | None = None) -> PostgisTable:
    """Return the table that ``postgresql://…#schema.table`` names.

    Parameters
    ----------
    default
        The table where none is named, in schema ``public``.

    Raises
    ------
    LayerError
        If no table is named, or its name is not a plain one.

    Examples
    --------
    >>> parse_source("postgresql://me:secret@host/gis#plan.red_line").label
    'host/gis#plan.red_line'
    """
    url, _, name = source.partition("#")
    name = name or (default or "")
    schema, _, table = name.rpartition(".")
    schema = schema or "public"
    if not (_NAME.fullmatch(schema) and _NAME.fullmatch(table)):
        raise LayerError(
            f"PostGIS source: expected postgresql://host/database#schema.table, got the table "
            f"{name!r}; name one"
        )
    return PostgisTable(url, schema, table)


def read_table(
    table: PostgisTable, windows: Sequence[Box] | None = None
) -> tuple[GeoDataFrame, int]:
    """Return the features of a table that meet some boxes, and how many it has in all.

    Parameters
    ----------
    windows
        Boxes in the table's CRS, asked of the database's own index; all features without.

    Raises
    ------
    LayerError
        If there is no such table, or the database does not answer.
    """
    with _connected(table) as connection:
        column, srid, crs = _geometry_column(connection, table)
        names = [name for name in _columns(connection, table) if name != column]
        where, values = _meets(column, srid, windows)
        query = sql.SQL("SELECT {columns} ST_AsBinary({geometry}) FROM {table} {where}").format(
            columns=sql.SQL("").join(sql.SQL("{}, ").format(sql.Identifier(n)) for n in names),
            geometry=sql.Identifier(column),
            table=sql.Identifier(table.schema, table.table),
            where=where,
        )
        rows = connection.execute(query, values).fetchall()
        total = _count(connection, table)
    shapes = shapely.from_wkb(
        np.array([row[-1] for row in rows], dtype=object), on_invalid="ignore"
    )
    values_of = {n: pd.Series([row[i] for row in rows]) for i, n in enumerate(names)}
    frame = pd.DataFrame(values_of, index=range(len(rows)))
    return GeoDataFrame(frame, geometry=shapes, crs=parse_crs(crs)), total


def table_stamp(table: PostgisTable) -> tuple[int, int]:
    """Return number of rows and newest transaction of a table, which tell whether it changed.

    Raises
    ------
    LayerError
        If there is no such table, or the database does not answer.
    """
    with _connected(table) as connection:
        query = sql.SQL("SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM {}")
        row = connection.execute(query.format(sql.Identifier(table.schema, table.table))).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def largest_value(table: PostgisTable, column: str) -> float:
    """Return the largest number in a column, 0 where there is none or no such column.

    Raises
    ------
    LayerError
        If the database does not answer.
    """
    with _connected(table) as connection:
        if column not in _columns(connection, table):
            return 0.0
        query = sql.SQL("SELECT max({})::double precision FROM {}").format(
            sql.Identifier(column), sql.Identifier(table.schema, table.table)
        )
        row = connection.execute(query).fetchone()
    return float(row[0] or 0.0)


def write_table(
    table: PostgisTable, frame: GeoDataFrame, version: Version, *, title: str, source: str
) -> int:
    """Put a version into a table in one transaction, in place of the one before; return its rows.

    The table gets a spatial index, comments, and a column with the version's number, so that
    desktop and server programs see which version they have. Grants and views on a table that is
    there already stay.

    Parameters
    ----------
    frame
        The version's features in CGCS2000 degrees.
    title, source
        For the comment.

    Raises
    ------
    LayerError
        If a table of that name is there that is not this layer's, or the database refuses.
    """
    stored = storable(frame)
    names = [str(c) for c in stored.columns if c != stored.geometry.name]
    number = next(n for n in ("version", "layer_version", "layer_version_") if n not in names)
    kinds = {n: _TYPES.get(getattr(stored[n].dtype, "kind", "O"), "text") for n in names}
    with _connected(table) as connection, connection.transaction():
        target = sql.Identifier(table.schema, table.table)
        _refuse_foreign(connection, table, version.layer)
        connection.execute(
            sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(table.schema))
        )
        connection.execute(
            sql.SQL("CREATE TABLE IF NOT EXISTS {} ({} geometry(Geometry, {}))").format(
                target, sql.Identifier(_GEOMETRY), sql.Literal(_SRID)
            )
        )
        connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(target))
        connection.execute(sql.SQL("TRUNCATE {}").format(target))
        held = set(_columns(connection, table))
        for name, kind in {**kinds, number: "integer"}.items():
            if name not in held:
                connection.execute(
                    sql.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(
                        target, sql.Identifier(name), sql.SQL(kind)
                    )
                )
        _copy(connection, target, stored, names, number, version.number)
        _describe(connection, table, version, title, source)
    return len(stored)


def _copy(
    connection: Any,  # noqa: ANN401 (the driver has types only where it is installed)
    target: Any,  # noqa: ANN401
    stored: GeoDataFrame,
    names: list[str],
    number: str,
    version: int,
) -> None:
    shapes = shapely.set_srid(np.asarray(stored.geometry.array, dtype=object), _SRID)
    codes = shapely.to_wkb(shapes, hex=True, include_srid=True)
    columns = sql.SQL(", ").join(sql.Identifier(n) for n in (*names, number, _GEOMETRY))
    values = [stored[name].astype(object).where(stored[name].notna(), None) for name in names]
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(target, columns)
    with connection.cursor().copy(query) as copy:
        for row in zip(*values, [version] * len(stored), codes, strict=True):
            copy.write_row(row)


def _describe(
    connection: Any,  # noqa: ANN401 (as above)
    table: PostgisTable,
    version: Version,
    title: str,
    source: str,
) -> None:
    target = sql.Identifier(table.schema, table.table)
    starts = version.effective_from.isoformat() if version.effective_from else "always"
    text = (
        f"{_MARK}{version.layer} version {version.number}; {title}; in force from {starts}; "
        f"source {source}; document {version.stated.document or '-'}; sha256 {version.sha256}"
    )
    connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(target, sql.Literal(text)))
    connection.execute(
        sql.SQL("COMMENT ON COLUMN {}.{}.{} IS {}").format(
            sql.Identifier(table.schema), sql.Identifier(table.table), sql.Identifier(_GEOMETRY),
            sql.Literal("CGCS2000 longitude and latitude in degrees (EPSG:4490)"),
        )
    )  # fmt: skip
    index = sql.Identifier(f"{table.table[:50]}_{_GEOMETRY}_idx")
    connection.execute(
        sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} USING gist ({})").format(
            index, target, sql.Identifier(_GEOMETRY)
        )
    )


def _refuse_foreign(connection: Any, table: PostgisTable, layer: str) -> None:  # noqa: ANN401
    """Refuse to write over a table that was not written for this layer."""
    row = connection.execute(
        "SELECT c.oid, obj_description(c.oid, 'pg_class') FROM pg_class c JOIN pg_namespace n "
        "ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s",
        (table.schema, table.table),
    ).fetchone()
    if row is not None and not str(row[1] or "").startswith(f"{_MARK}{layer} version "):
        raise LayerError(
            f"{table.label}: expected a table of layer {layer} or none, got another one; name a "
            "table that may be written"
        )


def _geometry_column(connection: Any, table: PostgisTable) -> tuple[str, int, str]:  # noqa: ANN401
    """Return name, SRID and coordinate system of a table's geometry."""
    row = connection.execute(
        "SELECT g.f_geometry_column, g.srid, s.auth_name, s.auth_srid FROM geometry_columns g "
        "LEFT JOIN spatial_ref_sys s ON s.srid = g.srid "
        "WHERE g.f_table_schema = %s AND g.f_table_name = %s ORDER BY 1",
        (table.schema, table.table),
    ).fetchone()
    if row is None:
        raise LayerError(f"{table.label}: expected a table with geometry, got none of that name")
    if row[2] is None:
        raise LayerError(f"{table.label}: expected a known SRID, got {row[1]}; set it")
    return str(row[0]), int(row[1]), f"{row[2]}:{row[3]}"


def _columns(connection: Any, table: PostgisTable) -> list[str]:  # noqa: ANN401
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s "
        "AND table_name = %s ORDER BY ordinal_position",
        (table.schema, table.table),
    ).fetchall()
    return [str(row[0]) for row in rows]


def _count(connection: Any, table: PostgisTable) -> int:  # noqa: ANN401
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table.schema, table.table))
    row = connection.execute(query).fetchone()
    return int(row[0])


def _meets(
    column: str, srid: int, windows: Sequence[Box] | None
) -> tuple[Any, list[float]]:  # the driver's composable
    """Return the condition that a geometry's box meets one of some boxes."""
    if windows is None:
        return sql.SQL(""), []
    one = sql.SQL("{} && ST_MakeEnvelope(%s, %s, %s, %s, {})").format(
        sql.Identifier(column), sql.Literal(srid)
    )
    joined = sql.SQL(" OR ").join([one] * len(windows))
    return sql.SQL("WHERE {}").format(joined), [value for window in windows for value in window]


@contextmanager
def _connected(table: PostgisTable) -> Iterator[Any]:  # the driver's connection
    """Give a connection; what the database says becomes one line without user and password."""
    if psycopg is None:
        raise NotAvailable(
            "PostGIS: the package psycopg is not installed; install it with: "
            "pip install 'geo-toolkit[postgis]'"
        )
    try:
        with psycopg.connect(table.url, connect_timeout=10) as connection:
            yield connection
    except psycopg.Error as error:
        said = str(error).partition("\n")[0][:160]
        secret = urlsplit(table.url).password
        said = said.replace(secret, "…") if secret else said
        raise LayerError(f"{table.label}: the database refuses ({said})") from error
