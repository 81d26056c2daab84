"""Reading a workspace's ``rules/`` folder: rules, review scopes, confirmations."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from geo_toolkit.errors import DefinitionError, UnknownName
from geo_toolkit.rules.book import FULL, RuleBook
from geo_toolkit.rules.faults import Fault, fault_of_value, toml_or_fault, unknown_key
from geo_toolkit.rules.model import Confirmation, Relation, Rule, Scope
from geo_toolkit.rules.surfaces import SurfaceSet
from geo_toolkit.rules.terms import in_english, read_terms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["CONFIRMATIONS_FILE", "SCOPES_FILE", "load_rules", "read_folder"]

SCOPES_FILE = "scopes.toml"
CONFIRMATIONS_FILE = "confirmations.toml"
SURFACES_FILE = "obstacle_surfaces.toml"
TERMS_FILE = "terms.toml"

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class _Entry:
    """One table of a file, as written."""

    file: str
    place: str
    table: dict[str, Any]  # TOML: values of every type


def load_rules(folder: Path) -> RuleBook:
    """Return the rules and scopes of a workspace's ``rules/`` folder.

    A folder that is missing or holds no rules gives a book without rules and the scope ``full``.
    Two versions of one rule may share its id if they are never in force on the same day.

    Parameters
    ----------
    folder
        ``rules/`` of a workspace, with ``siting/*.toml``, ``scopes.toml``, ``confirmations.toml``.

    Raises
    ------
    DefinitionError
        For the first fault: file, rule, key, what was expected, what came.
    """
    book, faults = read_folder(folder)
    if faults:
        more = f" ({len(faults) - 1} more: geo-toolkit rules validate)" if len(faults) > 1 else ""
        raise DefinitionError(f"{faults[0]}{more}")
    return book


def read_folder(folder: Path) -> tuple[RuleBook, list[Fault]]:
    """Return the rules that can be read, and every fault of those that cannot."""
    faults: list[Fault] = []
    entries: list[_Entry] = []
    for path in sorted((folder / "siting").glob("*.toml"), key=lambda p: p.name):
        entries += _entries(path, "rule", faults)
    rules = list(_models(entries, Rule, faults))
    found = _without_overlaps(rules, faults)
    written = {str(entry.table.get("id")) for entry in entries}
    sets = _surface_sets(folder / SURFACES_FILE, faults)
    surfaces = {f"{one.id}.{part.kind}" for one in sets for part in one.surface}
    chosen = _confirmations(found, written | surfaces, folder / CONFIRMATIONS_FILE, faults)
    tables = tuple(_confirmed_set(one, chosen) for one in sets)
    confirmed = [
        _with_surfaces(
            rule.model_copy(update={"confirmation": chosen.get((rule.id, rule.valid_from))}), tables
        )
        for _, rule in found
    ]
    terms = read_terms(folder / TERMS_FILE, faults)
    confirmed = [in_english(rule, terms) for rule in confirmed]
    scopes = _scopes(folder / SCOPES_FILE, faults)
    files = {(rule.id, rule.valid_from): entry.file for entry, rule in found}
    return RuleBook(tuple(confirmed), scopes, files), faults


def _entries(path: Path, key: str, faults: list[Fault]) -> list[_Entry]:
    """Return the tables ``[[key]]`` of a file; a missing file has none."""
    if not path.exists():
        return []
    content = toml_or_fault(path)
    if isinstance(content, Fault):
        faults.append(content)
        return []
    faults += [unknown_key(path.name, "", name, [key]) for name in content if name != key]
    tables = content.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.append(Fault(path.name, "", key, f"expected tables headed [[{key}]]; correct it"))
        return []
    name = "rule_id" if key == "confirmation" else "id"
    return [
        _Entry(path.name, f"{key} {_name(table.get(name), number)}", table)
        for number, table in enumerate(tables, start=1)
    ]


def _name(given: object, number: int) -> str:
    return repr(given) if isinstance(given, str) and given else str(number)


def _models(
    entries: list[_Entry], model: type[_Model], faults: list[Fault]
) -> Iterator[tuple[_Entry, _Model]]:
    known = {field.alias or name for name, field in model.model_fields.items()}
    if model is Rule:
        known -= {"confirmation", "surfaces"}  # filled in from files of their own only
    for entry in entries:
        strange = sorted(set(entry.table) - known)
        if strange:
            faults.append(unknown_key(entry.file, entry.place, strange[0], known))
            continue
        try:
            yield entry, model.model_validate(entry.table)
        except ValidationError as error:
            faults.append(fault_of_value(entry.file, entry.place, error, known))


def _without_overlaps(
    rules: list[tuple[_Entry, Rule]], faults: list[Fault]
) -> list[tuple[_Entry, Rule]]:
    """Return the rules but for those in force while another version of the same id is."""
    kept: list[tuple[_Entry, Rule]] = []
    ordered = sorted(rules, key=lambda pair: (pair[1].id, pair[1].valid_from))
    for pair in ordered:
        entry, rule = pair
        before = kept[-1] if kept and kept[-1][1].id == rule.id else None
        if before and (before[1].valid_to is None or rule.valid_from <= before[1].valid_to):
            until = before[1].valid_to or "further notice"
            message = (
                f"expected an id of its own or a date after {until}, got {rule.valid_from}: "
                f"{before[0].file} has the same id in force from {before[1].valid_from} "
                f"to {until}; end the older version with valid_to or rename one"
            )
            faults.append(Fault(entry.file, entry.place, "valid_from", message))
            continue
        kept.append(pair)
    return kept


def _confirmations(
    rules: list[tuple[_Entry, Rule]], written: set[str], path: Path, faults: list[Fault]
) -> dict[tuple[str, object], Confirmation]:
    """Return what ``confirmations.toml`` says, by rule and version; a surface has no version."""
    chosen: dict[tuple[str, object], Confirmation] = {}
    for entry, confirmation in _models(
        _entries(path, "confirmation", faults), Confirmation, faults
    ):
        days = [rule.valid_from for _, rule in rules if rule.id == confirmation.rule_id]
        day = confirmation.valid_from or (days[0] if len(days) == 1 else None)
        message = ""
        if not days and confirmation.rule_id not in written:
            message = str(UnknownName("rule", confirmation.rule_id, written, where="rules/siting/"))
        elif days and day not in days:
            options = " or ".join(str(option) for option in days)
            message = f"expected valid_from = {options}, got {confirmation.valid_from}; correct it"
        elif (confirmation.rule_id, day) in chosen:
            message = "expected one confirmation of a rule, got a second; remove one"
        if message:
            faults.append(Fault(entry.file, entry.place, "", message))
        else:
            chosen[confirmation.rule_id, day] = confirmation
    return chosen


def _confirmed_set(
    surfaces: SurfaceSet, chosen: dict[tuple[str, object], Confirmation]
) -> SurfaceSet:
    """Return a set of surfaces with who confirmed which of them."""
    parts = tuple(
        part.model_copy(update={"confirmation": chosen.get((f"{surfaces.id}.{part.kind}", None))})
        for part in surfaces.surface
    )
    return surfaces.model_copy(update={"surface": parts})


def _surface_sets(path: Path, faults: list[Fault]) -> list[SurfaceSet]:
    """Return the sets of obstacle surfaces of a file."""
    sets: dict[str, SurfaceSet] = {}
    for entry, surfaces in _models(_entries(path, "surface_set", faults), SurfaceSet, faults):
        if surfaces.id in sets:
            message = f"expected an id of its own, got {surfaces.id!r} twice; rename one"
            faults.append(Fault(entry.file, entry.place, "id", message))
        sets.setdefault(surfaces.id, surfaces)
    return list(sets.values())


def _with_surfaces(rule: Rule, tables: tuple[SurfaceSet, ...]) -> Rule:
    """Return a rule, with the obstacle surfaces if it is one on heights."""
    if rule.relation is not Relation.BELOW_HEIGHT or rule.height_ratio is not None:
        return rule
    return rule.model_copy(update={"surfaces": tables})


def _scopes(path: Path, faults: list[Fault]) -> dict[str, Scope]:
    scopes: dict[str, Scope] = {}
    for entry, scope in _models(_entries(path, "scope", faults), Scope, faults):
        message = key = ""
        if scope.id == FULL.id or scope.id in scopes:
            key, message = "id", f"the scope {scope.id!r} is there already; choose another id"
        elif scope.roles is None:
            key, message = "roles", "expected a list of roles, got none; add it"
        elif twice := [a for a, b in pairwise(sorted(scope.roles)) if a == b]:
            key, message = "roles", f"names {twice[0]!r} twice; remove one"
        if message:
            faults.append(Fault(entry.file, entry.place, key, message))
        else:
            scopes[scope.id] = scope
    return scopes
