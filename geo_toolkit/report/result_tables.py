"""Tables of what was found at one site: summary, patches, distances, crossings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.report.blocks import Column, Row, Table
from geo_toolkit.report.labels import label
from geo_toolkit.report.measures import ha_of, metres_of, percent_of
from geo_toolkit.report.numbers import BLANK, degrees_text, number_text
from geo_toolkit.report.phrases import phrase
from geo_toolkit.report.summary import SummaryRow, site_rows
from geo_toolkit.report.text import literal
from geo_toolkit.rules import role_title
from geo_toolkit.siting.balance import BALANCE_METHOD, balanced
from geo_toolkit.siting.words import OUTCOME_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_toolkit.report.blocks import Align
    from geo_toolkit.siting import CheckResult

__all__ = [
    "MOST_ROWS",
    "crossing_table",
    "detail_table",
    "distance_table",
    "sliver_table",
    "summary_table",
]

MOST_ROWS = 300
"""Rows of one table that a report prints; it says how many more there are."""
_SMALLEST_PRINTED_M2 = 0.005
_SUMMARY_MM = {
    "zh": (9, 27, 23, 14, 19, 15, 19, 13, 21),
    "en": (8.5, 22, 25, 15, 15.5, 12.5, 16.5, 19, 26),
}
"""Widths of the summary's columns, by language."""
_CLASS_COLUMNS = ("class", "HXLX", "ZRBHDFQ")
_PLACE_COLUMNS = ("county", "town")

Record = dict[str, Any]  # JSON values


def summary_table(result: CheckResult, site: Record, caption: str) -> Table:
    """Return one row a role: whether it is concerned, how much, how near, and the conclusion."""
    lang = result.lang
    withheld = {role["role"] for role in site["roles"] if role.get("withheld")}
    without = {role["role"] for role in site["roles"] if role["reason_code"] == "no_layer"}
    rows = tuple(
        _summary_row(row, lang, is_coarse=row.role in withheld, is_bare=row.role in without)
        for row in site_rows(result, site)
    )
    note = phrase("withheld_note", lang) if withheld else ""
    return Table(caption, _summary_columns(lang), rows, note)


def detail_table(result: CheckResult, site: Record, caption: str) -> Table | None:
    """Return one row a patch, and for each role what adds up to its summary; None without any.

    Patches that overlap one another are listed whole; what is thereby counted twice is taken off
    before the subtotal, so that the printed rows add up to it.
    """
    lang = result.lang
    pieces = result.overlaps
    pieces = pieces[(pieces["site_id"] == site["id"]) & (pieces["outcome"] != "sliver")]
    unions = {r["role"]: r["overlap_m2"] for r in site["roles"] if not r.get("withheld")}
    rows: list[Row] = []
    shown = 0
    for role, of_role in pieces.groupby("role", sort=False):
        areas = [float(value) for value in of_role["overlap_m2"]]
        union = unions.get(str(role)) or sum(areas)
        printed, twice = _balanced_areas(areas, float(union))
        for record, cells in zip(of_role.to_dict("records"), printed, strict=True):
            shown += 1
            if shown <= MOST_ROWS:
                rows.append(_piece_row(shown, record, cells, lang))
        if twice:
            said = ("", "", phrase("counted_twice", lang), "", *twice)
            rows.append(Row(said, is_total=True))
        title = literal(role_title(str(role), lang), lang)
        total = _areas(float(union))
        rows.append(Row(("", title, phrase("sum", lang), "", *total), is_total=True))
    if not rows:
        return None
    more = phrase("rows_more", lang, shown=MOST_ROWS, total=shown) if shown > MOST_ROWS else ""
    method = BALANCE_METHOD[1] if lang == "en" else BALANCE_METHOD[0]
    return Table(caption, _area_columns(lang), tuple(rows), method + more)


def sliver_table(result: CheckResult, site: Record, caption: str) -> Table | None:
    """Return the overlaps too small to count, with their areas in m² to 4 decimals."""
    lang = result.lang
    pieces = result.overlaps
    pieces = pieces[(pieces["site_id"] == site["id"]) & (pieces["outcome"] == "sliver")]
    if len(pieces) == 0:
        return None
    rows = tuple(
        Row(
            (
                str(number),
                literal(role_title(record["role"], lang), lang),
                literal(record["feature_name"] or BLANK, lang, limit=60),
                literal(record["feature_id"], lang, limit=40),
                number_text(record["overlap_m2"], 4),
            )
        )
        for number, record in enumerate(pieces.to_dict("records")[:MOST_ROWS], start=1)
    )
    first = _area_columns(lang)[:4]
    area = Column(phrase("c_m2", lang), 68, "right")
    more = _more(len(pieces), lang)
    return Table(caption, (*first, area), rows, more)


def distance_table(result: CheckResult, site: Record, caption: str) -> Table | None:
    """Return the distance to the nearest feature of each role, overlapping or not."""
    lang = result.lang
    near = result.nearest[result.nearest["site_id"] == site["id"]]
    over = result.overlaps[result.overlaps["site_id"] == site["id"]]
    names: dict[str, Record] = {}
    for frame in (near, over):
        for record in frame.to_dict("records"):
            names.setdefault(record["role"], record)
    layers = {layer["id"]: layer for layer in result.document["layers"]}
    rows: list[Row] = []
    for role in site["roles"]:
        if role["nearest_m"] is None:
            continue
        found = names.get(role["role"], {}) if not role.get("withheld") else {}
        own = [f for f in site["findings"] if f["role"] == role["role"]]
        limits = [f["threshold_m"] for f in own if f["threshold_m"] is not None]
        baselines = dict.fromkeys(f["baseline"] for f in own if f["baseline"])
        layer = layers.get(found.get("layer_id"))
        cells = (
            str(len(rows) + 1),
            literal(role_title(role["role"], lang), lang),
            literal(found.get("feature_name") or BLANK, lang, limit=60),
            metres_of(role["nearest_m"], lang, is_coarse=bool(role.get("withheld"))),
            number_text(max(limits), 0) if limits else BLANK,
            number_text(layer["accuracy_m"], 1) if layer else BLANK,
        )
        rows.append(Row(cells, note_of([("n_baseline", joined(list(baselines), lang))], lang)))
    if not rows:
        return None
    columns = (
        Column(label("number", lang), 10, "center"),
        Column(label("role", lang), 34),
        Column(phrase("c_nearest_feature", lang), 50),
        Column(phrase("c_nearest", lang), 24, "right"),
        Column(phrase("c_threshold", lang), 21, "right"),
        Column(phrase("c_accuracy", lang), 21, "right"),
    )
    return Table(caption, columns, tuple(rows))


def crossing_table(site: Record, lang: str, caption: str) -> Table | None:
    """Return every crossing of a centreline: where it enters and leaves, length and structure."""
    rows: dict[tuple[str, ...], Row] = {}
    for finding in site["findings"]:
        for crossing in finding["crossings"]:
            structure = f"structure_{crossing['structure'] or 'none'}"
            cells = (
                literal(role_title(finding["role"], lang), lang),
                literal(finding["feature_name"] or BLANK, lang, limit=60),
                literal(crossing.get("from") or number_text(crossing["from_m"], 1), lang),
                literal(crossing.get("to") or number_text(crossing["to_m"], 1), lang),
                number_text(crossing["length_m"], 1),
                phrase(structure, lang),
            )
            rows.setdefault(cells, Row(cells))
    if not rows:
        return None
    columns = (
        Column(label("role", lang), 30),
        Column(label("feature_name", lang), 42),
        Column(phrase("c_from", lang), 24, "right"),
        Column(phrase("c_to", lang), 24, "right"),
        Column(phrase("c_length", lang), 18, "right"),
        Column(phrase("c_structure", lang), 22),
    )
    return Table(caption, columns, tuple(rows.values())[:MOST_ROWS], _more(len(rows), lang))


def note_of(parts: Sequence[tuple[str, str]], lang: str) -> str:
    """Return the line below a row: each part with its heading, those without a text left out."""
    said = [phrase(key, lang, text=literal(text, lang)) for key, text in parts if text]
    return joined(said, lang)


def joined(texts: Sequence[str], lang: str) -> str:
    """Return texts as one, apart by semicolons."""
    return ("; " if lang == "en" else "；").join(texts)


def _summary_row(row: SummaryRow, lang: str, *, is_coarse: bool, is_bare: bool) -> Row:
    """Return the row of one role; a bare one has no data, and no measure but its basis."""
    cells = (
        str(row.number),
        literal(row.role_title, lang),
        phrase("no_data", lang) if is_bare else row.involved,
        BLANK if row.features is None or is_bare else str(row.features),
        ha_of(row.overlap_m2, lang, is_coarse=is_coarse),
        percent_of(row.share, lang, is_coarse=is_coarse),
        metres_of(row.nearest_m, lang, is_coarse=is_coarse),
        row.severity or BLANK,
        f"{row.sign.icon} {row.sign.word(lang)}",
    )
    notes = (
        ("n_layer", "" if is_bare else row.layers),
        ("n_basis", SummaryRow.first_of(row.citations, lang)),
        ("n_branch", row.branch),
        ("n_reason", "" if is_bare else SummaryRow.first_of(row.reasons, lang).rstrip("。.")),
        ("n_ask", row.ask),
    )
    return Row(cells, note_of(notes, lang), color=row.sign.color)


def _summary_columns(lang: str) -> tuple[Column, ...]:
    heads: tuple[tuple[str, Align], ...] = (
        (label("number", lang), "center"),
        (label("role", lang), "left"),
        (label("involved", lang), "left"),
        (phrase("c_patches", lang), "right"),
        (phrase("c_ha", lang), "right"),
        (phrase("c_share", lang), "right"),
        (phrase("c_nearest", lang), "right"),
        (label("severity", lang), "left"),
        (label("conclusion", lang), "left"),
    )
    return tuple(
        Column(head, width, align)
        for (head, align), width in zip(heads, _SUMMARY_MM[lang], strict=True)
    )


def _more(total: int, lang: str) -> str:
    return phrase("rows_more", lang, shown=MOST_ROWS, total=total) if total > MOST_ROWS else ""


def _area_columns(lang: str) -> tuple[Column, ...]:
    return (
        Column(label("number", lang), 9, "center"),
        Column(label("role", lang), 28),
        Column(label("feature_name", lang), 32),
        Column(label("feature_id", lang), 23),
        Column(phrase("c_m2", lang), 26, "right"),
        Column(phrase("c_ha_short", lang), 21, "right"),
        Column(phrase("c_mu", lang), 21, "right"),
    )


def _piece_row(number: int, piece: Record, areas: tuple[str, ...], lang: str) -> Row:
    centre = piece["geometry"].representative_point()
    outcome = str(piece["outcome"])
    pair = OUTCOME_WORDS.get(outcome, (label("not_deciding", "zh"), label("not_deciding", "en")))
    cells = (
        str(number),
        literal(role_title(piece["role"], lang), lang),
        literal(piece["feature_name"] or BLANK, lang, limit=60),
        literal(piece["feature_id"], lang, limit=40),
        *areas,
    )
    notes = (
        ("n_centre", degrees_text(centre.x, centre.y)),
        ("n_class", joined([str(piece[c]) for c in _CLASS_COLUMNS if piece.get(c)], lang)),
        ("n_place", joined([str(piece[c]) for c in _PLACE_COLUMNS if piece.get(c)], lang)),
        ("n_note", pair[1] if lang == "en" else pair[0]),
    )
    return Row(cells, note_of(notes, lang))


def _areas(area_m2: float) -> tuple[str, str, str]:
    return (
        number_text(area_m2, 2),
        number_text(area_m2 / 10_000, 4),
        number_text(area_m2 * 3 / 2000, 2),
    )


def _balanced_areas(
    areas: Sequence[float], union: float
) -> tuple[list[tuple[str, str, str]], tuple[str, ...]]:
    """Return m², hectares and mu of each patch, and of what is counted twice, adding up."""
    whole = sum(areas)
    is_apart = whole - union <= _SMALLEST_PRINTED_M2 + 1e-7 * union
    # Patches that lie apart add up to their union but for the last bits of the arithmetic.
    parts = [area * union / whole for area in areas] if is_apart and whole else list(areas)
    units = ((1.0, 2), (1 / 10_000, 4), (3 / 2000, 2))
    columns, twice = [], []
    for factor, decimals in units:
        printed = balanced([part * factor for part in parts], decimals=decimals)
        columns.append([number_text(value, decimals) for value in printed])
        over = round(sum(printed), decimals) - float(
            number_text(union * factor, decimals).replace(",", "")
        )
        twice.append(number_text(-over, decimals))
    rows = [(m2, ha, mu) for m2, ha, mu in zip(*columns, strict=True)]
    return rows, () if is_apart else tuple(twice)
