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

__all__ = ["edition_again", "run_again", "same_again"]


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
        Further options of it, such as other layer versions or another language; a new record is
        never made.

    Raises
    ------
    UnknownName
        If there is no such record.
    OptionError
        If it used an elevation model, which no record keeps, and none is given as ``dem``.
    """
    document = records.document(check_id)
    models = [row["file"] for row in document["inputs"] if row.get("kind") == "elevation_model"]
    if models and options.get("dem") is None:
        raise OptionError(
            f"check {check_id}: it used the elevation model {models[0]}, which is not kept; "
            "check the file again with --dem"
        )
    declared = json.dumps(document.get("declaration") or {})
    return check(
        records.sites(check_id),
        project_type=document["project_type"],
        scope=document["scope"]["id"],
        nature=document["nature"],
        declaration=Declaration.model_validate_json(declared),
        land_take=records.land_take(check_id),
        as_of=date.fromisoformat(document["as_of"]),
        shift_radius_m=document.get("shift_radius_m"),
        record=False,
        is_batch="cut_off_m" in document,
        is_admitted=True,
        **{"lang": document["language"], **options},
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
    return CheckResult(document, made.sites, made.overlaps, made.nearest, made.advice)


def edition_again(
    records: Records,
    check_id: str,
    check: Callable[..., CheckResult],
    *,
    audience: str,
) -> CheckResult:
    """Return a recorded check in an edition, with the geometries behind it.

    The other edition than the recorded one is for readers who may see both: of an internal record
    it is what its holder would hand to the applicant.

    Raises
    ------
    UnknownName
        If there is no such record.
    OptionError
        If rules or layers have changed since.
    """
    recorded = records.document(check_id)["audience"]
    if recorded == "internal":
        same = same_again(records, check_id, check, audience=recorded, is_trusted=True)
    else:
        try:
            same = same_again(records, check_id, check, audience=recorded, is_trusted=False)
        except OptionError:  # handed out by a holder of the internal edition
            same = same_again(records, check_id, check, audience=recorded, is_trusted=True)
    if audience == recorded:
        return same
    return run_again(records, check_id, check, audience=audience, is_trusted=True)
