"""What is wrong with the rules of a workspace, all of it at once."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from geo_toolkit.rules.faults import Fault
from geo_toolkit.rules.load import SCOPES_FILE, read_folder
from geo_toolkit.rules.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from geo_toolkit.rules.book import RuleBook
    from geo_toolkit.rules.model import Rule

__all__ = ["validate_folder", "validate_rules"]


def validate_folder(folder: Path, known_roles: Collection[str]) -> list[Fault]:
    """Return every fault of a workspace's ``rules/`` folder, those that stop a check first.

    Parameters
    ----------
    folder
        ``rules/`` of a workspace.
    known_roles
        Roles that the workspace's layers serve.
    """
    book, faults = read_folder(folder)
    return faults + validate_rules(book, known_roles)


def validate_rules(book: RuleBook, known_roles: Collection[str]) -> list[Fault]:
    """Return what is wrong with rules that can be read.

    A role that neither geo-toolkit knows nor any layer serves is most likely misspelt: its rules
    would stay undetermined for ever, and a scope that names it would never be clear. So would
    a scope naming a role that no rule asks about.

    Parameters
    ----------
    book
        The rules.
    known_roles
        Roles that the workspace's layers serve.
    """
    served = set(ROLES) | set(known_roles)
    faults: list[Fault] = []
    for rule in book.rules:
        file = book.files.get((rule.id, rule.valid_from), "rules/siting/")
        for key, role in _named_roles(rule):
            if role is not None and role not in served:
                faults.append(Fault(file, f"rule {rule.id!r}", key, _unserved(role, served)))
    asked = {rule.role for rule in book.rules}
    for scope in book.scopes.values():
        for role in scope.roles or ():
            entry = f"scope {scope.id!r}"
            if role not in served:
                faults.append(Fault(SCOPES_FILE, entry, "roles", _unserved(role, served)))
            elif role not in asked:
                message = f"no rule asks about {role!r}, so the scope is never clear; add a rule"
                faults.append(Fault(SCOPES_FILE, entry, "roles", message))
    return faults


def _named_roles(rule: Rule) -> tuple[tuple[str, str | None], ...]:
    area_role = rule.areas.role if rule.areas is not None else None
    return (
        ("role", rule.role),
        ("line_role", rule.line_role),
        ("areas.role", area_role),
        ("stop_role", rule.stop_role),
    )


def _unserved(role: str, served: Collection[str]) -> str:
    near = get_close_matches(role, sorted(served), n=1, cutoff=0.6)
    remedy = f"did you mean {near[0]!r}?" if near else "add a layer with that role"
    return f"no layer serves the role {role!r}; {remedy}"
