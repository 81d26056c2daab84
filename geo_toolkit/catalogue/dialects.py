"""Names of the national planning and survey databases: which table is which role, and so on.

Two dialects of most tables are about; they are mapped by alias and never by an exact schema.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_toolkit.catalogue.layer import FEATURE_NAME_COLUMNS
from geo_toolkit.catalogue.text import texts
from geo_toolkit.rules import ROLES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DATE_COLUMNS", "DIALECTS", "Dialect", "role_of_table", "version_date", "with_names"]

DATE_COLUMNS = ("SJNF", "SLSJ", "SLSJ_", "GXSJ", "SJSJ")
_COUNTY_CODE_LENGTH = 6


@dataclass(frozen=True)
class Dialect:
    """The tables of one role.

    Attributes
    ----------
    tables
        Names met, in capitals.
    names
        Columns that name a feature where none of the usual ones does.
    """

    role: str
    tables: tuple[str, ...]
    names: tuple[str, ...] = ()


DIALECTS = (
    Dialect("ecological_red_line", ("STBHHX",), ("HXMC", "ZRBHDMC", "MC")),
    Dialect(
        "permanent_basic_farmland",
        ("YJJBNTBHTB", "YJJBNTTB", "YJJBNT", "JBNTBHTB", "JBNTTB"),
        ("DLMC", "QSDWMC"),
    ),
    Dialect("urban_development_boundary", ("CZKFBJ", "CZKFBJGX"), ("GHFQMC", "XZQMC")),
    Dialect("land_survey", ("DLTB",), ("DLMC",)),
    Dialect("county", ("XZQ",), ("XZQMC",)),
    Dialect("heritage", ("LSWHBHX",), ("MC", "XZQMC")),
)
"""Source: the table names of the national databases; a role's Chinese title is matched too."""

_BY_TABLE = {table: dialect.role for dialect in DIALECTS for table in dialect.tables}
_BY_TITLE = {title: role for role, (title, _) in ROLES.items()}
_TOWNSHIP = "township"


def role_of_table(name: str, columns: pd.DataFrame) -> str | None:
    """Return the role of a delivered table, None where its name is not known.

    Region codes, years and separators around the name do not matter. Administrative units whose
    codes are longer than a county's are townships.

    Examples
    --------
    >>> import pandas as pd
    >>> role_of_table("STBHHX_510000", pd.DataFrame()), role_of_table("DLTB2024", pd.DataFrame())
    ('ecological_red_line', 'land_survey')
    >>> role_of_table("GHYDYH", pd.DataFrame()) is None
    True
    """
    bare = re.sub(r"[^A-Z\u4e00-\u9fff]", "", name.upper())
    role = _BY_TABLE.get(bare) or _BY_TITLE.get(bare)
    if role == "county" and "XZQDM" in columns.columns and len(columns):
        lengths = texts(columns["XZQDM"]).str.len()
        if (lengths > _COUNTY_CODE_LENGTH).mean() > 0.5:
            return _TOWNSHIP
    return role


def with_names(columns: pd.DataFrame, role: str) -> pd.DataFrame:
    """Return the columns with ``name_zh`` from the dialect's own, where none names a feature."""
    if any(name in columns.columns for name in FEATURE_NAME_COLUMNS):
        return columns
    for dialect in DIALECTS:
        for name in dialect.names if dialect.role == role else ():
            if name in columns.columns:
                return columns.assign(name_zh=texts(columns[name]))
    return columns


def version_date(columns: pd.DataFrame) -> str:
    """Return the latest date or year that the features state of themselves, "" without any."""
    for name in DATE_COLUMNS:
        if name in columns.columns:
            values = texts(columns[name])
            given = values[values != ""]
            if len(given):
                return str(given.max())
    return ""
