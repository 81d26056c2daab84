"""The sheets of measures: summary by role, detail by piece, boundary points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from geo_toolkit.report.labels import label
from geo_toolkit.report.numbers import degrees_text
from geo_toolkit.report.sheet import Book, Cell, Filled
from geo_toolkit.report.summary import summary_rows
from geo_toolkit.rules.roles import role_title
from geo_toolkit.siting.words import OUTCOME_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.siting import CheckResult

__all__ = ["write_detail", "write_points", "write_summary"]

_M2, _HA, _MU, _PERCENT, _METRES = "#,##0.00", "#,##0.0000", "#,##0.00", "0.00", "#,##0.0"
_MOST_POINTS = 100_000
_EXTRA_COLUMNS = (("county", 12), ("town", 12), ("class", 14))
"""Printed where the overlaps carry them."""


def write_summary(book: Book, result: CheckResult, lang: str) -> None:
    """Write one row a site and role."""
    columns = (
        ("number", 6, ""),
        ("site_id", 16, ""),
        ("role", 20, ""),
        ("layer", 26, ""),
        ("involved", 14, ""),
        ("features", 10, "0"),
        ("overlap_ha", 14, _HA),
        ("share_percent", 13, _PERCENT),
        ("nearest_m", 13, _METRES),
        ("severity", 10, ""),
        ("citation", 34, ""),
        ("conclusion", 14, ""),
        ("branch", 22, ""),
        ("reason", 44, ""),
        ("ask", 20, ""),
    )
    sheet = book.sheet(label("sheet_summary", lang), [width for _, width, _ in columns])
    sheet.header([label(key, lang) for key, _, _ in columns])
    for row in summary_rows(result, lang):
        cells: tuple[Cell, ...] = (
            row.number,
            row.site_id,
            row.role_title,
            row.layers,
            row.involved,
            row.features,
            None if row.overlap_m2 is None else row.overlap_m2 / 10_000,
            None if row.share is None else row.share * 100,
            row.nearest_m,
            row.severity,
            "；".join(row.citations),
            Filled(f"{row.sign.icon} {row.sign.word(lang)}", row.sign.color),
            row.branch,
            "；".join(row.reasons),
            row.ask,
        )
        sheet.table_row(cells, [number_format for _, _, number_format in columns])


def write_detail(book: Book, result: CheckResult, lang: str) -> None:
    """Write one row a piece of overlap, and the union of each site and role below its pieces."""
    extra = [(key, w) for key, w in _EXTRA_COLUMNS if key in result.overlaps.columns]
    columns = [("number", 6), ("site_id", 16), ("role", 20), ("layer", 26), *extra]
    columns += [("feature_name", 26), ("feature_id", 22), ("overlap_m2", 14), ("ha", 12)]
    columns += [("mu", 12), ("overlap_centre", 34), ("note", 26)]
    sheet = book.sheet(label("sheet_detail", lang), [width for _, width in columns])
    sheet.header([label(key, lang) for key, _ in columns])
    first = len(columns) - 5
    formats = ["0"] + [""] * (first - 1) + [_M2, _HA, _MU]
    unions = {
        (site["id"], role["role"]): role["overlap_m2"]
        for site in result.document["sites"]
        for role in site["roles"]
    }
    number = 0
    for (site_id, role), pieces in result.overlaps.groupby(["site_id", "role"], sort=False):
        for piece in pieces.to_dict("records"):
            number += 1
            where = [str(piece[key] or "") for key, _ in extra]
            sheet.table_row(_piece_cells(number, piece, where, lang), formats)
        union = unions.get((site_id, role))
        if union is not None:
            head = [None, str(site_id), role_title(str(role), lang), label("subtotal", lang)]
            blanks = [None] * (first - len(head))
            sheet.table_row([*head, *blanks, *_areas(union), None, None], formats, bold=True)


def write_points(book: Book, result: CheckResult, lang: str) -> None:
    """Write the submitted vertices of every site in CGCS2000 degrees."""
    columns = (("site_id", 18), ("part", 8), ("ring", 8), ("point", 8), ("lon", 18), ("lat", 18))
    sheet = book.sheet(label("sheet_points", lang), [width for _, width in columns])
    if shapely.get_num_coordinates(result.sites.geometry.to_numpy()).sum() > _MOST_POINTS:
        sheet.note(label("points_too_many", lang, n=f"{_MOST_POINTS:,}"))
        return
    sheet.header([label(key, lang) for key, _ in columns])
    formats = ("", "0", "0", "0", "0.000000000", "0.000000000")
    for site_id, geometry in result.sites.geometry.items():
        for part, ring, point, lon, lat in _vertices(geometry):
            sheet.table_row((str(site_id), part, ring, point, lon, lat), formats)


def _piece_cells(number: int, piece: dict[str, Any], where: list[str], lang: str) -> list[Cell]:
    centre = piece["geometry"].representative_point()
    return [
        number,
        str(piece["site_id"]),
        role_title(piece["role"], lang),
        f"{piece['layer_id']} v{piece['layer_version']}",
        *where,
        str(piece["feature_name"] or ""),
        str(piece["feature_id"]),
        *_areas(piece["overlap_m2"]),
        degrees_text(centre.x, centre.y),
        _note(piece["outcome"], lang),
    ]


def _areas(area_m2: float) -> list[Cell]:
    """Return m², hectares and mu of one unrounded area."""
    area = float(area_m2)
    return [area, area / 10_000, area * 3 / 2000]


def _note(outcome: str, lang: str) -> str:
    if outcome == "sliver":
        return label("sliver_note", lang)
    if outcome == "none":
        return label("not_deciding", lang)
    zh, en = OUTCOME_WORDS[outcome]
    return en if lang == "en" else zh


def _vertices(geometry: BaseGeometry) -> Iterator[tuple[int, int, int, float, float]]:
    """Yield part, ring, point (each from 1), longitude and latitude."""
    for part, polygon in enumerate(shapely.get_parts(geometry), start=1):
        for ring, line in enumerate(shapely.get_rings(polygon), start=1):
            for point, (lon, lat) in enumerate(shapely.get_coordinates(line).tolist(), start=1):
                yield part, ring, point, lon, lat
