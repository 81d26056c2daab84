"""All rules of a workspace, and which of them apply to what and when."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo_toolkit.errors import UnknownName
from geo_toolkit.rules.model import NATURES, PROJECT_TYPES, Rule, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

__all__ = ["FULL", "RuleBook", "check_nature", "check_project_type"]

FULL = Scope(id="full", title_zh="全部规则", title_en="every rule")
"""The scope that is always there."""


@dataclass(frozen=True)
class RuleBook:
    """The rules and review scopes of a workspace.

    Attributes
    ----------
    rules
        Sorted by id, then by the day they come into force.
    scopes
        By id, ``full`` among them.
    files
        Base name of the file that each version of a rule stands in, by id and ``valid_from``.
    sha256
        Of every rule, confirmation and scope; the same for any order, spacing or comment.
    """

    rules: tuple[Rule, ...] = ()
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    files: Mapping[tuple[str, date], str] = field(default_factory=dict)
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        """Sort the rules, add the scope ``full`` and compute the hash."""
        rules = tuple(sorted(self.rules, key=lambda rule: (rule.id, rule.valid_from)))
        scopes = {FULL.id: FULL, **self.scopes}
        object.__setattr__(self, "rules", rules)
        object.__setattr__(self, "scopes", scopes)
        object.__setattr__(self, "sha256", _hash(rules, scopes))

    def rule(self, rule_id: str, day: date | None = None) -> Rule:
        """Return the version of a rule in force on a day; without one, the latest version.

        Raises
        ------
        UnknownName
            If there is no such rule, or none in force on that day; names the nearest.
        """
        versions = self.versions(rule_id)
        if day is None:
            return versions[-1]
        for rule in versions:
            if rule.is_in_force(day):
                return rule
        known = {rule.id for rule in self.in_force(day)}
        raise UnknownName("rule", rule_id, known, where=f"force on {day}")

    def versions(self, rule_id: str) -> tuple[Rule, ...]:
        """Return every version of a rule, oldest first.

        Raises
        ------
        UnknownName
            If there is no such rule; names the nearest.
        """
        found = tuple(rule for rule in self.rules if rule.id == rule_id)
        if not found:
            known = {rule.id for rule in self.rules}
            raise UnknownName("rule", rule_id, known, where="rules/siting/")
        return found

    def scope(self, scope_id: str) -> Scope:
        """Return a review scope.

        Raises
        ------
        UnknownName
            If there is no such scope; names the nearest.
        """
        if scope_id not in self.scopes:
            raise UnknownName("scope", scope_id, self.scopes)
        return self.scopes[scope_id]

    def in_force(self, day: date) -> tuple[Rule, ...]:
        """Return the rules in force on a day, whatever they ask about."""
        return tuple(rule for rule in self.rules if rule.is_in_force(day))

    def select(
        self, project_type: str, nature: str, scope: str | Scope, day: date
    ) -> tuple[Rule, ...]:
        """Return the rules to be decided: in force, in scope, for this project and nature.

        Raises
        ------
        UnknownName
            For an unknown project type, nature or scope; names the nearest.
        """
        check_project_type(project_type)
        check_nature(nature)
        chosen = self._scope(scope)
        return tuple(
            rule
            for rule in self.in_force(day)
            if chosen.has(rule.role) and rule.is_for(project_type, nature)
        )

    def unasked(self, project_type: str, day: date, scope: str | Scope = FULL) -> int:
        """Return how many rules in force and in scope are for other project types only."""
        check_project_type(project_type)
        chosen = self._scope(scope)
        return sum(
            chosen.has(rule.role)
            and not any(rule.is_for(project_type, nature) for nature in NATURES)
            for rule in self.in_force(day)
        )

    def not_examined(self, scope: str | Scope, day: date) -> tuple[str, ...]:
        """Return the roles that rules in force ask for and the scope leaves out, sorted."""
        chosen = self._scope(scope)
        return tuple(sorted({r.role for r in self.in_force(day) if not chosen.has(r.role)}))

    def roles_without_rule(self, scope: str | Scope, day: date) -> tuple[str, ...]:
        """Return the roles named by the scope that no rule in force asks about, in its order."""
        asked = {rule.role for rule in self.in_force(day)}
        return tuple(role for role in self._scope(scope).roles or () if role not in asked)

    def _scope(self, scope: str | Scope) -> Scope:
        return scope if isinstance(scope, Scope) else self.scope(scope)


def check_project_type(name: str) -> None:
    """Return nothing for a known project type.

    Raises
    ------
    UnknownName
        For any other; names the nearest.
    """
    if name not in PROJECT_TYPES:
        raise UnknownName("project type", name, PROJECT_TYPES)


def check_nature(name: str) -> None:
    """Return nothing for ``new``, ``expand`` or ``rebuild``.

    Raises
    ------
    UnknownName
        For any other.
    """
    if name not in NATURES:
        raise UnknownName("nature", name, NATURES)


def _hash(rules: tuple[Rule, ...], scopes: Mapping[str, Scope]) -> str:
    document = {
        "rules": [rule.model_dump(mode="json", by_alias=True) for rule in rules],
        "scopes": [scopes[key].model_dump(mode="json", by_alias=True) for key in sorted(scopes)],
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
