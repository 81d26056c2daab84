"""The access list of environmental zoning units: four texts a unit, in a versioned table."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from geo_toolkit.errors import DefinitionError, OptionError
from geo_toolkit.rules import parse_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["LIST_COLUMNS", "UnitLists", "parse_unit_lists"]

LIST_COLUMNS: dict[str, tuple[str, str]] = {
    "layout": ("空间布局约束", "spatial layout"),
    "emissions": ("污染物排放管控", "pollutant emissions"),
    "risk": ("环境风险防控", "environmental risk"),
    "resources": ("资源利用效率", "resource efficiency"),
}
"""The four texts of a unit, with their headings in Chinese and English."""

_ALIASES = {
    "code": ("code", "unit_code", "管控单元编码", "环境管控单元编码", "单元编码"),
    "version": ("version", "版本", "清单版本"),
    "effective_from": ("effective_from", "生效日期", "实施日期"),
    "layout": ("layout", "空间布局约束"),
    "emissions": ("emissions", "污染物排放管控"),
    "risk": ("risk", "环境风险防控"),
    "resources": ("resources", "资源利用效率", "资源开发利用效率", "资源开发效率要求"),
}


@dataclass(frozen=True)
class UnitLists:
    """A version of the list: for each unit code, the four texts by the keys of ``LIST_COLUMNS``."""

    version: str
    effective_from: date | None
    texts: dict[str, dict[str, str]]


def parse_unit_lists(text: str, *, file: str) -> UnitLists:
    r"""Return the list table written as CSV or TOML, by the file's suffix.

    A CSV has one row a unit and headings as in ``LIST_COLUMNS``, with 管控单元编码 for the code
    and, the same in every row, 版本 and optionally 生效日期. A TOML has ``version``, optionally
    ``effective_from``, and an array ``[[unit]]`` of ``code``, ``layout``, ``emissions``, ``risk``,
    ``resources``.

    Parameters
    ----------
    text
        The content of the file.
    file
        Its base name, for messages.

    Raises
    ------
    DefinitionError
        If a column or the version is missing, a code is empty or there twice, or rows disagree
        on the version; the message names file, line and column.

    Examples
    --------
    >>> table = parse_unit_lists(
    ...     "管控单元编码,版本,空间布局约束,污染物排放管控,环境风险防控,资源利用效率\n"
    ...     "ZH51130220001,2024,禁止新建化工园区,,,\n", file="units.csv")
    >>> table.version, table.texts["ZH51130220001"]["layout"]
    ('2024', '禁止新建化工园区')
    """
    if file.lower().endswith(".toml"):
        return _from_toml(text, file)
    return _from_csv(text, file)


def _from_csv(text: str, file: str) -> UnitLists:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    names = [(name or "").strip() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    at = {key: next((n for n in names if n in known), None) for key, known in _ALIASES.items()}
    for key in ("code", "version", *LIST_COLUMNS):
        if at[key] is None:
            raise DefinitionError(
                f"{file} line 1: no column {_ALIASES[key][-1]!r} among {', '.join(names)}; "
                "add it, empty where the list says nothing"
            )
    rows = []
    for row in reader:
        values = {k: (row.get(n) or "").strip() if n else "" for k, n in at.items()}
        rows.append((f"line {reader.line_num}", values))
    versions = sorted({values["version"] for _, values in rows})
    days = sorted({values["effective_from"] for _, values in rows})
    if len(versions) != 1 or not versions[0] or len(days) > 1:
        raise DefinitionError(
            f"{file}: expected one version and one date in every row, got {versions} and {days}; "
            "keep one version of the list to a file"
        )
    try:
        day = parse_day(days[0], option=f"{file} column '生效日期'") if days[0] else None
    except OptionError as error:
        raise DefinitionError(str(error)) from error
    return UnitLists(versions[0], day, _texts(rows, file))


def _from_toml(text: str, file: str) -> UnitLists:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{file}: not valid TOML ({error}); correct the line") from error
    version, day = raw.get("version"), raw.get("effective_from")
    units = raw.get("unit", [])
    if not isinstance(version, str) or not version:
        raise DefinitionError(f"{file} key 'version': expected a text, got {version!r}; add it")
    if day is not None and type(day) is not date:
        raise DefinitionError(f"{file} key 'effective_from': expected a day, got {day!r}")
    if not isinstance(units, list) or not all(isinstance(unit, dict) for unit in units):
        raise DefinitionError(f"{file} key 'unit': expected tables [[unit]]; correct it")
    rows = []
    for number, unit in enumerate(units, start=1):
        unknown = sorted(set(unit) - {"code", *LIST_COLUMNS})
        if unknown:
            raise DefinitionError(
                f"{file} unit {number} key {unknown[0]!r}: not known; expected code, "
                f"{', '.join(LIST_COLUMNS)}"
            )
        values = {key: str(unit.get(key, "")).strip() for key in ("code", *LIST_COLUMNS)}
        rows.append((f"unit {number}", values))
    return UnitLists(version, day, _texts(rows, file))


def _texts(rows: Iterable[tuple[str, Mapping[str, str]]], file: str) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    for place, values in rows:
        code = values["code"]
        if not code:
            raise DefinitionError(f"{file} {place}: the unit has no code; add it")
        if code in texts:
            raise DefinitionError(f"{file} {place}: unit {code!r} is there twice; keep one")
        texts[code] = {key: values[key] for key in LIST_COLUMNS}
    return texts
