"""Tables of what a report rests on: provisions, layers, files, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.report.blocks import Column, Row, Table
from geo_toolkit.report.labels import label, word
from geo_toolkit.report.numbers import BLANK, number_text
from geo_toolkit.report.phrases import phrase
from geo_toolkit.report.result_tables import joined, note_of
from geo_toolkit.report.text import literal
from geo_toolkit.rules import role_title
from geo_toolkit.siting.words import OUTCOME_WORDS

if TYPE_CHECKING:
    from geo_toolkit.report.blocks import Align

__all__ = [
    "basis_table",
    "input_table",
    "layer_table",
    "not_examined_table",
    "override_table",
    "verified_text",
]

Record = dict[str, Any]  # JSON values

_LAYERS_MM = {
    "zh": (10, 42, 22, 19, 22, 16, 16, 13),
    "en": (9, 34, 20, 22, 21, 19, 20, 15),
}
"""Widths of the columns of layers, by language."""


def basis_table(document: Record, caption: str) -> Table:
    """Return every provision that was applied, once, with its status on the day of the check."""
    lang = document["language"]
    rules: dict[tuple[str, str], list[str]] = {}
    for site in document["sites"]:
        for finding in site["findings"]:
            key = (finding["citation"]["text"], verified_text(finding, lang))
            if finding["rule_id"] not in rules.setdefault(key, []):
                rules[key].append(finding["rule_id"])
    rows = tuple(
        Row(
            (
                str(number),
                literal(text, lang),
                literal(phrase("c_list", lang).join(ids), lang),
                phrase("in_force", lang),
                literal(verified, lang),
            )
        )
        for number, ((text, verified), ids) in enumerate(rules.items(), start=1)
    )
    columns = (
        Column(label("number", lang), 10, "center"),
        Column(phrase("c_citation", lang), 76),
        Column(phrase("c_rules", lang), 23),
        Column(phrase("c_status", lang), 15),
        Column(phrase("c_verified", lang), 36),
    )
    return Table(caption, columns, rows)


def verified_text(finding: Record, lang: str) -> str:
    """Return how well a provision is known: by itself, or by whoever confirmed it since."""
    confirmed = finding["confirmation"]
    if confirmed:
        return label("confirmed_by", lang, by=confirmed["by"], date=confirmed["date"])
    return word("confidence", finding["confidence"], lang)


def layer_table(document: Record, caption: str) -> Table:
    """Return the layers used, with version, accuracy, secrecy, source and checksum."""
    lang = document["language"]
    rows = []
    for number, layer in enumerate(document["layers"], start=1):
        starts = f"v{layer['version']}\n{layer['effective_from'] or ''}".strip()
        secrecy = layer.get("secrecy", "public")
        cells = (
            str(number),
            literal(layer["title"], lang),
            starts,
            word("evidence", layer["evidence"], lang),
            number_text(layer["accuracy_m"], 1),
            number_text(layer["features"], 0),
            literal(word("coverage", layer["coverage"], lang), lang, limit=60),
            phrase(f"secrecy_{secrecy}", lang),
        )
        notes = [
            ("n_source", layer["source"]),
            ("n_authority", layer["authority"] or ""),
            ("n_licence", layer["licence"] or ""),
            ("n_fault", layer["fault"] or ""),
        ]
        rows.append(Row(cells, joined([note_of(notes, lang), f"SHA-256 {layer['sha256']}"], lang)))
    heads: tuple[tuple[str, Align], ...] = (
        (label("number", lang), "center"),
        (label("layer_id", lang), "left"),
        (phrase("c_version_date", lang), "left"),
        (label("evidence", lang), "left"),
        (label("accuracy_m", lang), "right"),
        (label("feature_count", lang), "right"),
        (label("coverage", lang), "left"),
        (phrase("c_secrecy", lang), "left"),
    )
    columns = tuple(
        Column(head, width, align)
        for (head, align), width in zip(heads, _LAYERS_MM[lang], strict=True)
    )
    return Table(caption, columns, tuple(rows))


def input_table(document: Record, caption: str) -> Table:
    """Return the files as submitted: system and encoding on which ground, repairs, checksum."""
    lang = document["language"]
    rows = []
    entries = [*document["inputs"], *document.get("land_take", [])]
    for number, entry in enumerate(entries, start=1):
        cells = (
            str(number),
            literal(entry["file"], lang, limit=120),
            literal(entry["format"], lang),
            BLANK if "kind" in entry else phrase("n_features", lang, n=entry["features"]),
        )
        notes = [
            phrase("n_crs", lang, crs=entry["crs"], basis=_basis(entry, "crs")),
            _reading(entry, lang),
            *(phrase("n_repair", lang, text=text) for text in entry["repairs"]),
            *(phrase("n_warning", lang, text=text) for text in entry["warnings"]),
            f"SHA-256 {entry['sha256']}",
        ]
        said = joined([literal(note, lang) for note in notes], lang)
        rows.append(Row(cells, said))
    columns = (
        Column(label("number", lang), 10, "center"),
        Column(label("file", lang), 80),
        Column(label("format", lang), 40),
        Column(label("feature_count", lang), 30),
    )
    return Table(caption, columns, tuple(rows))


def _reading(entry: Record, lang: str) -> str:
    """Return the encoding of a boundary file, or the heights of an elevation model."""
    if "vertical_datum" not in entry:
        basis = _basis(entry, "encoding")
        return phrase("n_encoding", lang, encoding=entry["encoding"], basis=basis)
    return phrase(
        "n_heights",
        lang,
        datum=entry["vertical_datum"].upper(),
        basis=entry["vertical_basis_text"],
        accuracy=f"{entry['accuracy_m']:g}",
        accuracy_basis=entry["accuracy_basis_text"],
    )


def _basis(entry: Record, what: str) -> str:
    """Return the ground in words for people, where the check gives it."""
    return str(entry.get(f"{what}_basis_text") or entry[f"{what}_basis"])


def not_examined_table(document: Record, caption: str) -> Table | None:
    """Return what the scope left out, with whom to ask; None where it leaves out nothing."""
    lang, scope = document["language"], document["scope"]
    asks = scope.get("ask") or {}
    rows = tuple(
        Row(
            (
                str(number),
                literal(role_title(role, lang), lang),
                literal(asks.get(role) or phrase("ask_unknown", lang), lang),
            )
        )
        for number, role in enumerate(scope["not_examined"], start=1)
    )
    if not rows:
        return None
    columns = (
        Column(label("number", lang), 12, "center"),
        Column(label("role", lang), 58),
        Column(label("ask", lang), 90),
    )
    return Table(caption, columns, rows)


def override_table(document: Record, caption: str) -> Table | None:
    """Return the findings that a reviewer decided otherwise, with the original beside them."""
    lang = document["language"]
    rows = []
    for site in document["sites"]:
        for finding in site["findings"]:
            override, original = finding["override"], finding["original"]
            if not override or not original:
                continue
            by = phrase("by_reason", lang, by=override["by"], reason=override["reason"])
            cells = (
                literal(site["id"], lang, limit=60),
                literal(finding["rule_id"], lang, limit=40),
                literal(finding["feature_name"] or BLANK, lang, limit=60),
                _outcome(original["outcome"], lang),
                _outcome(finding["outcome"], lang),
                literal(by, lang),
            )
            rows.append(Row(cells))
    if not rows:
        return None
    columns = (
        Column(label("site_id", lang), 26),
        Column(label("rule_id", lang), 18),
        Column(label("feature_name", lang), 32),
        Column(phrase("c_original", lang), 22),
        Column(phrase("c_override", lang), 22),
        Column(phrase("c_by", lang), 40),
    )
    return Table(caption, columns, tuple(rows))


def _outcome(code: str, lang: str) -> str:
    pair = OUTCOME_WORDS[code]
    return pair[1] if lang == "en" else pair[0]
