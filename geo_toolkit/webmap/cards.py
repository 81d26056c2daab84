"""What is said of a feature on its card and of a layer in the legend and the credits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from geo_toolkit.rules.roles import role_title
from geo_toolkit.webmap.escaping import plain_text
from geo_toolkit.webmap.labels import facts_of, is_missing, status_word
from geo_toolkit.webmap.words import EVIDENCE_WORDS, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_toolkit.catalogue.layer import Layer

__all__ = [
    "LONGEST_NAME",
    "card_of",
    "credit_of",
    "data_date",
    "legend_notes",
    "short_source",
    "split_title",
]

LONGEST_NAME = 10_000
_LONGEST_SOURCE = 240
_LONGEST_SHORT = 26
_CLAUSE = re.compile(r"[；（，。;]|, | \(")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)

Row = dict[str, Any]  # cells and JSON: values of every type


def card_of(layer: Layer, row: Row, status: str, lang: str) -> Row:
    """Return the card of a feature: kind and status, at most six facts, and the small print.

    Parameters
    ----------
    row
        The feature's columns.
    status
        As it is drawn: that of the column, or ``preliminary``.
    """
    head = [role_title(layer.role, lang), status_word(status, lang)]
    facts = [[label, plain_text(value, limit=LONGEST_NAME)] for label, value in facts_of(row, lang)]
    small = [_source(layer, row, lang), _date(row, lang), _accuracy(row, lang)]
    return {
        "s": " · ".join(part for part in head if part),
        "a": facts,
        "f": [line for line in small if line],
    }


def _source(layer: Layer, row: Row, lang: str) -> str:
    source = layer.definition.source if is_missing(row.get("source")) else row["source"]
    if is_missing(source):
        return ""
    text = _SCHEME.sub("", str(source))
    return f"{say('source', lang)}{_colon(lang)}{plain_text(text, limit=_LONGEST_SOURCE)}"


def _date(row: Row, lang: str) -> str:
    if is_missing(row.get("as_of")):
        return ""
    return f"{say('date', lang)}{_colon(lang)}{plain_text(row['as_of'], limit=20)[:10]}"


def _accuracy(row: Row, lang: str) -> str:
    """Return how far the place can be trusted; of a placeholder, that it is one."""
    if str(row.get("basis")) == "assumed":
        return say("assumed", lang)
    accuracy = row.get("feature_accuracy_m")
    if is_missing(accuracy) or float(str(accuracy)) <= 0:
        return ""
    word = EVIDENCE_WORDS.get(str(row.get("feature_evidence")), ("", ""))[int(lang == "en")]
    about = say("about_m", lang).format(f"{float(str(accuracy)):.0f}")
    return f"{say('accuracy', lang)}{_colon(lang)}{about}" + (f" · {word}" if word else "")


def split_title(title: str) -> tuple[str, str]:
    """Return a layer's title without what it says in brackets at its end, and that.

    Examples
    --------
    >>> split_title("铁路（走向示意）"), split_title("Rivers"), split_title("Parks (schematic)")
    (('铁路', '走向示意'), ('Rivers', ''), ('Parks', 'schematic'))
    """
    for opening, closing in (("（", "）"), (" (", ")")):
        head, found, tail = title.partition(opening)
        if found and head and tail.endswith(closing):
            return head, tail[: -len(closing)]
    return title, ""


def legend_notes(layer: Layer, aside: str, lang: str) -> list[str]:
    """Return what the legend adds to a title: evidence, version, date, number and source.

    Parameters
    ----------
    aside
        What the title says in brackets; the evidence is not said again where it is in there.
    """
    definition = layer.definition
    evidence = EVIDENCE_WORDS[definition.evidence.value][int(lang == "en")]
    notes = [aside] if aside else []
    if evidence not in aside:
        notes.append(evidence)
    bundled = layer.version == 0
    notes.append(say("bundled", lang) if bundled else say("version", lang).format(layer.version))
    day = _latest_date(layer)
    if day:
        notes.append(day)
    if definition.approval_number:
        number = plain_text(definition.approval_number, limit=40)
        notes.append(f"{say('approval', lang)} {number}")
    source = short_source(definition.source)
    if source and not (lang == "en" and _CHINESE.search(source)):
        notes.append(f"{say('source', lang)}{_colon(lang)}{source}")
    return notes


def short_source(source: str) -> str:
    """Return the first clause of a source, for the legend; the card has all of it.

    Examples
    --------
    >>> short_source("OpenStreetMap 河流中心线（2026-11-23 读取，抽稀）；缺段补齐")
    'OpenStreetMap 河流中心线'
    """
    return plain_text(_SCHEME.sub("", _CLAUSE.split(source.strip())[0]), limit=_LONGEST_SHORT)


def credit_of(layer: Layer) -> str:
    """Return the credit that a layer's licence asks for, or "".

    Examples
    --------
    >>> from types import SimpleNamespace as S
    >>> credit_of(S(definition=S(licence="ODbL 1.0", source="OSM extract")))
    '© OpenStreetMap contributors'
    """
    text = f"{layer.definition.licence} {layer.definition.source}".lower()
    return "© OpenStreetMap contributors" if "odbl" in text or "openstreetmap" in text else ""


def data_date(layers: Sequence[Layer]) -> str:
    """Return the latest date of any feature or version among the layers, or ""."""
    return max((_latest_date(layer) for layer in layers), default="")


def _latest_date(layer: Layer) -> str:
    """Return the latest ``as_of`` of the features, else the day the version came into force."""
    if "as_of" in layer.frame.columns:
        days = [str(day)[:10] for day in layer.frame["as_of"] if not is_missing(day)]
        if days:
            return max(days)
    return layer.effective_from.isoformat() if layer.effective_from else ""


def _colon(lang: str) -> str:
    return ": " if lang == "en" else "："
