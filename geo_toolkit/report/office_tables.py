"""Tables beside the findings: land classes, zoning units, advice, the earlier submission."""

from __future__ import annotations

from typing import Any

from geo_toolkit.report.blocks import Column, Row, Table
from geo_toolkit.report.labels import label
from geo_toolkit.report.numbers import BLANK, number_text
from geo_toolkit.report.phrases import phrase
from geo_toolkit.report.result_tables import MOST_ROWS, joined
from geo_toolkit.report.text import literal
from geo_toolkit.rules import role_title
from geo_toolkit.siting.balance import BALANCE_METHOD
from geo_toolkit.siting.unit_lists import LIST_COLUMNS
from geo_toolkit.siting.words import VERDICT_SIGNS

__all__ = ["advice_table", "approved_table", "land_class_table", "previous_table", "zoning_table"]

_SITE = "site"

Record = dict[str, Any]  # JSON values


def land_class_table(site: Record, lang: str, caption: str) -> Table | None:
    """Return the land classes inside the site, the red line and farmland, each adding up."""
    found = site.get("land_class") or []
    rows: list[Row] = []
    for within in dict.fromkeys(row["within"] for row in found):
        part = [row for row in found if row["within"] == within]
        where = label("site", lang) if within == _SITE else role_title(within, lang)
        rows += [_land_row(where, row, lang) for row in part[:MOST_ROWS]]
        totals = [_total(part, key) for key in ("area_m2", "area_ha", "net_ha")]
        numbers = [_number(value, d) for value, d in zip(totals, (2, 4, 4), strict=True)]
        head = (literal(where, lang), "", "", phrase("sum", lang))
        rows.append(Row((*head, *numbers), is_total=True))
    if not rows:
        return None
    columns = (
        Column(phrase("c_within", lang), 26),
        Column(label("county", lang), 22),
        Column(phrase("c_owner", lang), 26),
        Column(phrase("c_land_class", lang), 26),
        Column(phrase("c_m2", lang), 24, "right"),
        Column(phrase("c_ha_short", lang), 18, "right"),
        Column(phrase("c_net", lang), 18, "right"),
    )
    return Table(caption, columns, tuple(rows), BALANCE_METHOD[1 if lang == "en" else 0])


def zoning_table(site: Record, lang: str, caption: str) -> Table | None:
    """Return the units the site lies in, what each asks, and room for the reviewer's judgement."""
    rows = []
    for row in site.get("zoning") or []:
        named = (row["unit_code"], row["unit_name"], row["unit_class"])
        texts = [
            f"{heads[1] if lang == 'en' else heads[0]}: {literal(row[key], lang)}"
            for key, heads in LIST_COLUMNS.items()
            if row[key]
        ]
        if row["list_version"]:
            texts.append(phrase("n_list", lang, text=literal(row["list_version"], lang)))
        cells = (
            literal("\u3000".join(str(text) for text in named if text), lang),
            _number(row["area_ha"], 4),
            _number(row["percent"], 2),
            "",
        )
        rows.append(Row(cells, joined(texts, lang)))
    if not rows:
        return None
    columns = (
        Column(phrase("c_unit", lang), 56),
        Column(phrase("c_ha_short", lang), 20, "right"),
        Column(phrase("c_share", lang), 16, "right"),
        Column(phrase("c_judgement", lang), 68),
    )
    return Table(caption, columns, tuple(rows[:MOST_ROWS]))


def advice_table(site: Record, lang: str, caption: str) -> Table | None:
    """Return the trim and the shift that would clear the site, for reference only."""
    advice = site.get("advice")
    if not advice:
        return None
    trim, shift = advice["trim"], advice["shift"]
    cut = literal(advice["trim_reason"] or BLANK, lang)
    if trim:
        cut = phrase(
            "advice_trim",
            lang,
            ha=number_text(trim["remaining_ha"], 4),
            p=number_text(trim["remaining_share"] * 100, 2),
            removed=number_text(trim["removed_m2"], 2),
        )
    move = literal(advice["shift_reason"] or BLANK, lang)
    if shift:
        move = phrase(
            "advice_shift",
            lang,
            m=number_text(shift["distance_m"], 1),
            deg=number_text(shift["bearing_deg"], 1),
        )
    rows = (Row((phrase("trim", lang), cut)), Row((phrase("shift", lang), move)))
    rules = literal(phrase("c_list", lang).join(advice["rules"]), lang)
    note = phrase("advice_note", lang, rules=rules)
    return Table(caption, (Column("", 30), Column("", 130)), rows, note, has_head=False)


def previous_table(document: Record, caption: str) -> Table | None:
    """Return what changed since the earlier submission, one row a site."""
    earlier, lang = document.get("previous"), document["language"]
    if not earlier:
        return None
    rows = []
    for row in earlier["sites"][:MOST_ROWS]:
        cells = (
            literal(row["name"] or row["site_id"] or row["site_id_before"], lang, limit=60),
            _number(row["area_before_m2"], 2),
            _number(row["area_m2"], 2),
            _number(row["area_change_m2"], 2),
            str(len(row["vertices"])),
            f"{_verdict(row['verdict_before'], lang)} → {_verdict(row['verdict'], lang)}",
        )
        rows.append(Row(cells, literal(row["text"], lang)))
    columns = (
        Column(label("site", lang), 38),
        Column(phrase("c_before", lang), 28, "right"),
        Column(phrase("c_after", lang), 28, "right"),
        Column(phrase("c_change", lang), 22, "right"),
        Column(phrase("c_vertices", lang), 14, "right"),
        Column(label("conclusion", lang), 30),
    )
    what = phrase("previous_note", lang, check=earlier["check_id"], day=earlier["as_of"])
    return Table(caption, columns, tuple(rows), what)


def approved_table(document: Record, caption: str) -> Table | None:
    """Return the overlaps with land that has been approved before."""
    lang = document["language"]
    rows = [
        Row(
            (
                literal(row["site_id"], lang, limit=60),
                literal(row["feature_name"] or row["feature_id"] or BLANK, lang, limit=60),
                _number(row["overlap_m2"], 2),
            )
        )
        for row in document.get("approved_land_overlaps") or []
    ]
    if not rows:
        return None
    columns = (
        Column(label("site_id", lang), 50),
        Column(role_title("approved_land", lang), 76),
        Column(label("overlap_m2", lang), 34, "right"),
    )
    return Table(caption, columns, tuple(rows[:MOST_ROWS]))


def _land_row(where: str, row: Record, lang: str) -> Row:
    owner = phrase("c_list", lang).join(text for text in (row["ownership"], row["owner"]) if text)
    named = " ".join(text for text in (row["class_code"], row["class_name"]) if text)
    return Row(
        (
            literal(where, lang),
            literal(row["county_name"] or row["county"] or BLANK, lang),
            literal(owner or BLANK, lang),
            literal(named or BLANK, lang),
            _number(row["area_m2"], 2),
            _number(row["area_ha"], 4),
            _number(row["net_ha"], 4),
        )
    )


def _total(rows: list[Record], key: str) -> float | None:
    values = [row[key] for row in rows]
    return None if any(value is None for value in values) else sum(values)


def _number(value: float | None, decimals: int) -> str:
    return BLANK if value is None else number_text(value, decimals)


def _verdict(code: str | None, lang: str) -> str:
    return VERDICT_SIGNS[code].word(lang) if code else BLANK
