"""From findings to verdicts: of a role over its rules, of a site over its roles (DESIGN §5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_toolkit.rules import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo_toolkit.siting.findings import Finding

__all__ = ["Verdict", "role_verdict", "site_verdict"]


@dataclass(frozen=True)
class Verdict:
    """A verdict, whether everything required was decided, and if not, the first reason.

    ``is_advisory_hit`` marks a role that only advisory rules hit: it is printed 提示.
    """

    word: str
    is_complete: bool
    reason_code: str | None = None
    is_advisory_hit: bool = False
    was_asked: bool = True


def role_verdict(findings: Sequence[Finding]) -> Verdict:
    """Return the verdict of one role over the findings of its rules.

    The worst severity above advisory among the conflicts that stand; without one, undetermined
    if a required rule is open, else clear. Advisory rules count only where there are no others.
    """
    required = [f for f in findings if f.is_required]
    if not required:
        open_ = [f for f in findings if f.is_open]
        hit = any(f.is_conflict for f in findings)
        word = "undetermined" if open_ and not hit else "clear"
        return Verdict(word, not open_, _first_reason(open_), hit, was_asked=False)
    open_ = [f for f in required if f.is_open]
    conflicts = {f.severity for f in required if f.is_conflict}
    advisory = any(f.is_conflict for f in findings if not f.is_required)
    for severity in SEVERITIES:
        if severity in conflicts:
            return Verdict(severity.value, not open_, _first_reason(open_))
    word = "undetermined" if open_ else "clear"
    return Verdict(word, not open_, _first_reason(open_), advisory and not open_)


def site_verdict(roles: Mapping[str, Verdict], unruled: Iterable[str]) -> Verdict:
    """Return the verdict of a site over its roles.

    Parameters
    ----------
    roles
        The verdict of each role that a rule in force was asked of.
    unruled
        Roles that the scope names and no rule in force asks of, for any subject.
    """
    asked = [verdict for verdict in roles.values() if verdict.was_asked]
    missing = bool(list(unruled)) or not asked
    complete = not missing and all(verdict.is_complete for verdict in asked)
    words = {verdict.word for verdict in asked}
    for severity in SEVERITIES:
        if severity.value in words:
            reason = "no_rule" if missing else _first_of(asked)
            return Verdict(severity.value, complete, None if complete else reason)
    if missing:
        return Verdict("undetermined", False, "no_rule")
    if "undetermined" in words:
        return Verdict("undetermined", False, _first_of(asked))
    return Verdict("clear", complete)


def _first_of(verdicts: Iterable[Verdict]) -> str | None:
    return next((v.reason_code for v in verdicts if not v.is_complete), None)


def _first_reason(findings: Sequence[Finding]) -> str | None:
    return findings[0].reason_code if findings else None
