"""Recording who confirmed that a provision is current law: ``rules/confirmations.toml``."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from geo_toolkit.errors import OptionError
from geo_toolkit.rules.load import CONFIRMATIONS_FILE, load_rules
from geo_toolkit.rules.model import Confidence, Confirmation, Rule

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from geo_toolkit.rules.book import RuleBook
    from geo_toolkit.rules.surfaces import Surface

__all__ = ["confirm_rule", "confirmations_text"]

_HEAD = (
    "# Written by `geo-toolkit rules confirm`: who confirmed which provision, by which source.\n"
)


def confirm_rule(
    folder: Path, rule_id: str, by: str, source: str, date: datetime.date
) -> Confirmation:
    """Return the confirmation of a rule, once it stands in ``confirmations.toml``.

    The file is replaced as a whole or not at all; a confirmation of the rule made before gives
    way. Where an id has several versions, those that are settled law are left alone; of several
    others, the one in force on ``date`` is confirmed.

    Parameters
    ----------
    folder
        ``rules/`` of a workspace.
    rule_id
        The rule, or a surface as ``<set>.<kind>``: numbers of ``obstacle_surfaces.toml``.
    by, source
        Who confirmed it, and where it was read.
    date
        When it was read.

    Raises
    ------
    UnknownName
        If there is no such rule.
    OptionError
        If the provision is confirmed law as it stands, so that there is nothing to confirm; if
        ``by`` or ``source`` is blank; if it is not clear which version is meant; or if the folder
        cannot be written to.
    """
    for option, text in (("--by", by), ("--source", source)):
        _check_text(option, text)
    book = load_rules(folder)
    surfaces = _surfaces(book)
    if rule_id in surfaces:
        _check_surface(rule_id, surfaces[rule_id])
        version = None
    else:
        version = _version(book.versions(rule_id), date).valid_from
    confirmation = Confirmation(
        rule_id=rule_id, valid_from=version, by=by, source=source, date=date
    )
    before = [
        rule.confirmation.model_copy(update={"valid_from": rule.valid_from})
        for rule in book.rules
        if rule.confirmation is not None
    ]
    before += [one.confirmation for one in surfaces.values() if one.confirmation is not None]
    kept = [one for one in before if (one.rule_id, one.valid_from) != (rule_id, version)]
    _replace(folder / CONFIRMATIONS_FILE, confirmations_text([*kept, confirmation]))
    return confirmation


def _surfaces(book: RuleBook) -> dict[str, Surface]:
    """Return the obstacle surfaces that rules use, by set and kind."""
    return {
        f"{one.id}.{part.kind}": part
        for rule in book.rules
        for one in rule.surfaces
        for part in one.surface
    }


def _check_surface(name: str, surface: Surface) -> None:
    if surface.confidence == "confirmed":
        raise OptionError(
            f"surface {name!r}: its numbers are confirmed as they stand; "
            "there is nothing to confirm"
        )


def confirmations_text(confirmations: Iterable[Confirmation]) -> str:
    """Return confirmations as the text of ``confirmations.toml``, sorted by rule and version."""
    ordered = sorted(confirmations, key=lambda c: (c.rule_id, str(c.valid_from or "")))
    return _HEAD + "".join(_table(confirmation) for confirmation in ordered)


def _table(confirmation: Confirmation) -> str:
    lines = ["", "[[confirmation]]", f"rule_id = {_quoted(confirmation.rule_id)}"]
    if confirmation.valid_from is not None:
        lines.append(f"valid_from = {confirmation.valid_from.isoformat()}")
    lines += [
        f"by = {_quoted(confirmation.by)}",
        f"source = {_quoted(confirmation.source)}",
        f"date = {confirmation.date.isoformat()}",
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a TOML basic string: JSON's escapes are TOML's, but for DEL, which TOML bars."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _check_text(option: str, text: str) -> None:
    if not text.strip():
        raise OptionError(f"{option}: expected a name or source, got blank text; write one")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise OptionError(
            f"{option}: expected text, got characters that are not Unicode; write it again"
        ) from error


def _version(versions: tuple[Rule, ...], day: datetime.date) -> Rule:
    """Return the version to confirm."""
    open_ones = [rule for rule in versions if rule.confidence is not Confidence.CONFIRMED]
    if not open_ones:
        rule = versions[-1]
        raise OptionError(
            f"rule {rule.id!r} is confirmed law as it stands ({rule.citation}); "
            "there is nothing to confirm"
        )
    if len(open_ones) == 1:
        return open_ones[0]
    for rule in open_ones:
        if rule.is_in_force(day):
            return rule
    days = " or ".join(str(rule.valid_from) for rule in open_ones)
    raise OptionError(
        f"rule {versions[0].id!r}: expected a date on which the version from {days} is in force, "
        f"got {day}; correct --date"
    )


def _replace(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".confirmations-", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        reason = error.strerror or type(error).__name__
        raise OptionError(
            f"rules/{path.name}: cannot be written ({reason}); make a workspace of your own with "
            "'geo-toolkit init DIR' and confirm there"
        ) from error
