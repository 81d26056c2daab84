"""A recorded check run again: the same sites, options and day."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_toolkit.errors import OptionError
from geo_toolkit.rules import Declaration
from geo_toolkit.siting.result import CheckResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_toolkit.catalogue import Records

__all__ = ["run_again", "same_again"]


def run_again(
    records: Records,
    check_id: str,
    check: Callable[..., CheckResult],
    **options: Any,  # noqa: ANN401 (options of Workspace.check)
) -> CheckResult:
    """Return what a recorded check gives today, asked as it was asked then.

    Parameters
    ----------
    check
        ``Workspace.check``.
    options
        Further options of it, such as other layer versions; a new record is never made.

    Raises
    ------
    UnknownName
        If there is no such record.
    """
    document = records.document(check_id)
    declared = json.dumps(document.get("declaration") or {})
    return check(
        records.sites(check_id),
        project_type=document["project_type"],
        scope=document["scope"]["id"],
        nature=document["nature"],
        declaration=Declaration.model_validate_json(declared),
        land_take=records.land_take(check_id),
        as_of=date.fromisoformat(document["as_of"]),
        lang=document["language"],
        record=False,
        **options,
    )


def same_again(
    records: Records,
    check_id: str,
    check: Callable[..., CheckResult],
    **options: Any,  # noqa: ANN401 (options of Workspace.check)
) -> CheckResult:
    """Return a recorded check with the geometries behind it, its document as it was recorded.

    Raises
    ------
    OptionError
        If rules or layers have changed since, so that the sites are decided otherwise now.
    """
    document = records.document(check_id)
    made = run_again(records, check_id, check, **options)
    if json.loads(json.dumps(made.document["sites"])) != document["sites"]:
        raise OptionError(
            f"check {check_id}: rules or layers have changed since it was made; "
            "check the file again for a report of today"
        )
    return CheckResult(document, made.sites, made.overlaps, made.nearest)
