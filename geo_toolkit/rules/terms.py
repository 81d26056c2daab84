"""English forms of what rules cite: ``rules/terms.toml``, and articles that are plain numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from geo_toolkit.rules.faults import Fault, toml_or_fault, unknown_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo_toolkit.rules.model import Rule

__all__ = ["SECTIONS", "article_in_english", "in_english", "read_terms"]

SECTIONS = ("title", "article", "authority", "baseline", "exception")
"""Tables of the file: each from a Chinese text of the rules to its English."""

Terms = dict[str, dict[str, str]]

_DIGITS = "零一二三四五六七八九"
_PLAIN = re.compile(
    r"(第[一二三四五六七八九十百零]+[条款项])+([、；](第[一二三四五六七八九十百零]+[条款项])+)*"
)
_PART = re.compile(r"第([一二三四五六七八九十百零]+)([条款项])")
_UNITS = {"条": "Art.", "款": "para.", "项": "item"}
_OPEN = "条文编号待核"
_OPEN_EN = "article number to be verified"


def read_terms(path: Path, faults: list[Fault]) -> Terms:
    """Return the English of the texts that a file names; empty tables where there is no file."""
    terms: Terms = {name: {} for name in SECTIONS}
    if not path.exists():
        return terms
    content: Any = toml_or_fault(path)  # TOML values
    if isinstance(content, Fault):
        faults.append(content)
        return terms
    for name, table in content.items():
        if name not in SECTIONS:
            faults.append(unknown_key(path.name, "", name, SECTIONS))
        elif not isinstance(table, dict) or not all(
            isinstance(value, str) and value.strip() for value in table.values()
        ):
            message = "expected Chinese text = English text, both in quotes; correct it"
            faults.append(Fault(path.name, "", name, message))
        else:
            terms[name] = table
    return terms


def in_english(rule: Rule, terms: Mapping[str, Mapping[str, str]]) -> Rule:
    """Return a rule with the English that it does not carry itself, as far as there is any."""
    citation = rule.citation
    article = citation.article_en or terms["article"].get(citation.article, "")
    cited = citation.model_copy(
        update={
            "title_en": citation.title_en or terms["title"].get(citation.title, ""),
            "article_en": article or article_in_english(citation.article),
        }
    )
    exceptions = tuple(
        one.model_copy(
            update={"text_en": one.text_en or terms["exception"].get(one.text_zh.rstrip("。"), "")}
        )
        for one in rule.exceptions
    )
    return rule.model_copy(
        update={
            "citation": cited,
            "authority_en": rule.authority_en or _each(rule.authority_zh, terms["authority"]),
            "baseline_en": rule.baseline_en or terms["baseline"].get(rule.baseline_zh, ""),
            "exceptions": exceptions,
        }
    )


def article_in_english(article: str) -> str:
    """Return articles, paragraphs and items by their numbers; empty for anything else.

    Examples
    --------
    >>> article_in_english("第二十六条第二款"), article_in_english("第十条、第一百零五条")
    ('Art. 26 para. 2', 'Art. 10, Art. 105')
    >>> article_in_english("第十八条（条文编号待核）"), article_in_english("林保规〔2023〕4号")
    ('Art. 18 (article number to be verified)', '')
    """
    plain, tail = article, ""
    if article == _OPEN:
        return _OPEN_EN
    if article.endswith(f"（{_OPEN}）"):
        plain, tail = article.removesuffix(f"（{_OPEN}）"), f" ({_OPEN_EN})"
    if not _PLAIN.fullmatch(plain):
        return ""
    groups = []
    for group in re.split(r"[、；]", plain):
        parts = [f"{_UNITS[unit]} {_number(number)}" for number, unit in _PART.findall(group)]
        groups.append(" ".join(parts))
    return ", ".join(groups) + tail


def _number(text: str) -> int:
    """Return a Chinese number below a thousand."""
    hundreds, _, rest = text.rpartition("百")
    tens, has_tens, ones = rest.replace("零", "").rpartition("十")
    value = _DIGITS.index(hundreds) * 100 if hundreds else 0
    if has_tens:
        value += (_DIGITS.index(tens) if tens else 1) * 10
    return value + (_DIGITS.index(ones) if ones else 0)


def _each(text: str, known: Mapping[str, str]) -> str:
    """Return several authorities in English; empty if any of them is not known."""
    parts = [part for part in re.split(r"[、；]", text) if part]
    if not all(part in known for part in parts):
        return known.get(text, "")
    return ", ".join(known[part] for part in parts)
