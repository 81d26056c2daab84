"""How the answers of ``layers`` are printed: faults, differences, history, publications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.cli.console import print_table, say
from geo_toolkit.cli.layer_words import say_words
from geo_toolkit.report.labels import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_toolkit.catalogue import LayerDiff, LayerFault, Preparation, Version

__all__ = ["print_diff", "print_faults", "print_history", "print_publication"]

_CHANGES = ("added", "removed", "reshaped", "attributes", "rekeyed")
_SHOWN_FAULTS = 200


def print_faults(faults: Sequence[LayerFault], lang: str) -> None:
    """Print every fault with feature and place, at most 200 of them."""
    if not faults:
        return
    names = ("level", "feature", "place", "expected", "got", "remedy")
    rows = [
        (
            say_words(fault.level, lang),
            fault.feature,
            "" if fault.lon is None else f"{fault.lon:.6f}, {fault.lat:.6f}",
            fault.expected,
            fault.got,
            fault.remedy,
        )
        for fault in faults[:_SHOWN_FAULTS]
    ]
    print_table([(say_words(name, lang), "left") for name in names], rows)
    if len(faults) > _SHOWN_FAULTS:
        say(f"… {len(faults) - _SHOWN_FAULTS}")


def print_diff(diff: LayerDiff, lang: str, *, counts_only: bool = False) -> None:
    """Print what changes: counts, areas, and the areas per county and class."""
    columns = [(say_words(name, lang), "right") for name in _CHANGES]
    print_table(columns, [[diff.counts[name] for name in _CHANGES]])
    if counts_only:
        return
    names = ("area_before", "area_lost", "area_gained", "area_after")
    areas = (diff.area_before_m2, diff.area_lost_m2, diff.area_gained_m2, diff.area_after_m2)
    print_table([(say_words(n, lang), "right") for n in names], [[_ha(a) for a in areas]])
    if diff.is_empty:
        return
    sides = [(say_words(n, lang), "right") for n in ("area_gained", "area_lost")]
    if diff.by_county:
        rows = [
            (
                row["name"] or row["id"] or say_words("no_county", lang),
                _ha(row["area_gained_m2"]),
                _ha(row["area_lost_m2"]),
            )
            for row in diff.by_county
        ]
        print_table([(say_words("county", lang), "left"), *sides], rows)
    if diff.by_class:
        head = f"{say_words('class', lang)} ({diff.by_class[0]['column']})"
        rows = [
            (row["class"], _ha(row["area_gained_m2"]), _ha(row["area_lost_m2"]))
            for row in diff.by_class
        ]
        print_table([(head, "left"), *sides], rows)


def print_history(versions: Sequence[Version], lang: str, *, counts_only: bool = False) -> None:
    """Print the versions of a layer, one a row."""
    names = ("version", "committed_at", "effective_from", "author", "document", "features")
    columns = [(say_words(name, lang), "left") for name in names]
    columns += [(say_words("area", lang), "right"), (say_words("note", lang), "left")]
    columns += [(say_words("sha256", lang), "left")]
    rows = [
        (
            version.number,
            version.committed_at[:19].replace("T", " ") or say_words("bundled", lang),
            version.effective_from or say_words("always", lang),
            version.author,
            version.stated.document,
            version.features,
            "" if counts_only else _ha(version.area_m2),
            version.note,
            version.sha256[:12],
        )
        for version in versions
    ]
    print_table(columns, rows)


def print_publication(done: Preparation, lang: str, *, dry_run: bool = False) -> None:
    """Print how a publication ended, with what changed and what the publisher should know."""
    is_secret = done.after.secrecy == "verdict_only"
    print_faults(done.faults, lang)
    for remark in done.remarks:
        say(remark)
    if done.diff is not None and not done.unchanged:
        print_diff(done.diff, lang, counts_only=is_secret)
    if done.exceeded and done.override:
        say(say_words("overridden", lang, text="; ".join(done.exceeded)))
    if done.unchanged:
        key, number = "unchanged", max(done.expected, 0)
    elif dry_run:
        key, number = "would_publish", done.number
    else:
        key, number = "published", done.number
    day = done.effective_from or say_words("always", lang)
    if done.refusal is None:
        say(say_words(key, lang, layer=done.definition.id, version=number, day=day))


def evidence_word(value: str | None, lang: str) -> str:
    """Return the word for an evidence, "" where nothing is said."""
    return word("evidence", value, lang) if value else ""


def _ha(area_m2: float) -> str:
    """Return square metres as hectares with four decimals, which is one square metre."""
    return f"{area_m2 / 10_000:.4f}"
