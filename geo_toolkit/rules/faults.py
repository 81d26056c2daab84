"""Faults of hand-written TOML: where, what was expected, what came, what to do."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from geo_toolkit.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

__all__ = ["Fault", "fault_of_value", "read_toml", "toml_or_fault", "unknown_key"]

_INNER_NAMES = {"constrained-float", "ClassDistances", "distances_m"}
"""Parts of a place that stand for the model, not for anything in the file."""

_EXPECTED = {
    "string_type": "text in quotes",
    "date_type": "a date such as 2026-03-15, without quotes",
    "float_type": "a number",
    "int_type": "a whole number",
    "greater_than_equal": "a number of 0 or more",
    "finite_number": "a finite number",
    "tuple_type": "a list in square brackets",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "too_short": "at least one entry",
    "string_too_short": "text that is not empty",
}
_PATTERNS = {
    r"\S": "text that is not blank",
    r"^[A-Za-z0-9][A-Za-z0-9_.-]*$": "letters, digits, '_', '.' and '-' only",
}


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a definition file.

    Attributes
    ----------
    file
        Base name.
    entry
        The rule, scope or confirmation, e.g. ``rule 'YZ-1'`` or ``rule 3``; empty for the file.
    key
        The key that is wrong; empty where the entry or file as a whole is meant.
    message
        What was expected, what came, what to do.

    Examples
    --------
    >>> str(Fault("yangtze.toml", "rule 'YZ-1'", "distance_m", "expected a number, got '1 km'"))
    "yangtze.toml rule 'YZ-1' key 'distance_m': expected a number, got '1 km'"
    """

    file: str
    entry: str
    key: str
    message: str

    def __str__(self) -> str:
        """Return the fault as one line."""
        where = [self.file, self.entry, f"key {self.key!r}" if self.key else ""]
        return " ".join(part for part in where if part) + f": {self.message}"


def read_toml(path: Path) -> dict[str, Any]:  # TOML: values of every type
    """Return the content of a TOML file.

    Raises
    ------
    DefinitionError
        If the file cannot be read, is not UTF-8 or not TOML; names file, line, entry and key.
    """
    content = toml_or_fault(path)
    if isinstance(content, Fault):
        raise DefinitionError(str(content))
    return content


def toml_or_fault(path: Path) -> dict[str, Any] | Fault:  # TOML: values of every type
    """Return the content of a TOML file, with or without a byte order mark, or what is wrong."""
    text = ""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        message = f"expected UTF-8, got another encoding at byte {error.start}; save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        entry, key = _place_in(text, str(error))
        return Fault(path.name, entry, key, f"expected valid TOML, got {error}; correct the line")
    except RecursionError:
        message = "expected a plain table, got values nested too deeply; flatten them"
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"cannot be read ({reason}); check the path and its permissions"
    return Fault(path.name, "", "", message)


def fault_of_value(
    file: str,
    entry: str,
    error: ValidationError,
    known: Collection[str],
) -> Fault:
    """Return the first thing that a definition's model refused, in words for its author.

    Parameters
    ----------
    file, entry
        Where it stands.
    error
        What the model said.
    known
        The keys that the entry may have, to suggest one for a key that is misspelt.
    """
    details = error.errors()
    first = details[0]
    if (
        len(details) > 1
        and isinstance(first["input"], dict)
        and "constrained-float" in first["loc"]
    ):
        first = details[1]  # a table was given for a number: speak of the table
    key = ".".join(str(p) for p in first["loc"] if p not in _INNER_NAMES)
    if first["type"] == "extra_forbidden":
        return unknown_key(file, entry, key, known if len(first["loc"]) == 1 else ())
    if first["type"] == "missing":
        return Fault(file, entry, key, "expected this key, got none; add it")
    if first["type"] == "value_error":
        return Fault(file, entry, key, f"{first['ctx']['error']}; correct it")
    got = _short(first["input"])
    return Fault(file, entry, key, f"expected {_expected(first)}, got {got}; correct it")


def unknown_key(file: str, entry: str, key: str, known: Collection[str]) -> Fault:
    """Return the fault of a key that nothing reads, with the nearest that something does."""
    near = get_close_matches(key, sorted(known), n=1, cutoff=0.5)
    if near:
        remedy = f"did you mean {near[0]!r}?"
    else:
        remedy = "known: " + ", ".join(sorted(known)) if known else "remove it"
    return Fault(file, entry, key, f"unknown key; {remedy}")


def _place_in(text: str, message: str) -> tuple[str, str]:
    """Return the entry and the key of a syntax error, as far as the text before it tells."""
    place = re.search(r"line (\d+)", message)
    lines = text.split("\n")
    heading, entry, key = "", "", ""
    for line in lines[: int(place[1]) if place else len(lines)]:
        headed = re.match(r"\s*\[\[\s*(\w+)", line)
        named = re.match(r"""\s*id\s*=\s*["']([^"']+)["']""", line)
        assigned = re.match(r"\s*([A-Za-z0-9_-]+)\s*=", line)
        if headed:
            heading, entry = headed[1], headed[1]
        elif named:
            entry = f"{heading} {named[1]!r}".lstrip()
        key = assigned[1] if assigned else ""
    return entry, key


def _expected(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in {"enum", "literal_error"}:
        return f"one of {context['expected']}"
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], f"text of the form {context['pattern']}")
    return _EXPECTED.get(kind, detail["msg"])


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
