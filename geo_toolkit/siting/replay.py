"""Past conclusions under another version of a layer: which verdicts and areas change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_toolkit.errors import GeoToolkitError, LayerError
from geo_toolkit.siting.again import run_again

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_toolkit.catalogue import LayerEntry, Records
    from geo_toolkit.siting.result import CheckResult

__all__ = ["ChangedSite", "Replay", "replay_checks"]

_NOTICED_M2 = 0.01
Measured = dict[str, tuple[str, bool, float]]  # by site: verdict, complete, overlap of the role


@dataclass(frozen=True)
class ChangedSite:
    """One site of a recorded check that another version decides otherwise.

    Overlaps are those with the layer's role, in m² on the ellipsoid.
    """

    check_id: str
    as_of: str
    site: str
    name: str
    verdict_before: str
    verdict_after: str
    complete_before: bool
    complete_after: bool
    overlap_before_m2: float
    overlap_after_m2: float

    def as_row(self) -> dict[str, Any]:  # JSON values
        """Return the site as a row of ``layers replay``."""
        return {
            "check_id": self.check_id,
            "as_of": self.as_of,
            "site": self.site,
            "name": self.name,
            "verdict_before": self.verdict_before,
            "verdict_after": self.verdict_after,
            "complete_before": self.complete_before,
            "complete_after": self.complete_after,
            "overlap_before_m2": round(self.overlap_before_m2, 4),
            "overlap_after_m2": round(self.overlap_after_m2, 4),
        }


@dataclass(frozen=True)
class Replay:
    """What a version changes in the recorded checks.

    Attributes
    ----------
    from_version, to_version
        None: without the layer.
    checks
        How many recorded checks ask for the layer's role and were run again.
    failed
        Checks that could not be run again, each with the reason.
    """

    layer: str
    from_version: int | None
    to_version: int | None
    checks: int
    changed: tuple[ChangedSite, ...]
    failed: tuple[tuple[str, str], ...] = ()

    @property
    def changed_checks(self) -> tuple[str, ...]:
        """The ids of the checks with a changed site, in order."""
        return tuple(dict.fromkeys(site.check_id for site in self.changed))

    def as_json(self) -> dict[str, Any]:  # JSON values
        """Return the answer of ``layers replay``."""
        return {
            "layer": self.layer,
            "from": self.from_version,
            "to": self.to_version,
            "checks": self.checks,
            "changed_checks": list(self.changed_checks),
            "changed": [site.as_row() for site in self.changed],
            "failed": [{"check_id": check, "reason": why} for check, why in self.failed],
        }


def replay_checks(
    records: Records,
    entry: LayerEntry,
    check: Callable[..., CheckResult],
    *,
    from_version: int | None = None,
    to_version: int | None = None,
) -> Replay:
    """Run the recorded checks again with two versions of a layer, and compare.

    Everything else is as it was asked then: the day, the rules of that day, the declaration.

    Parameters
    ----------
    check
        ``Workspace.check``.
    from_version, to_version
        By default the version before the highest and the highest. A version 0 that does not
        exist, because the layer was added later, means without the layer.

    Raises
    ------
    LayerError
        If the layer has no such version.
    """
    numbers = [version.number for version in entry.history()]
    if not numbers:
        raise LayerError(f"layer {entry.id}: expected a published version, got none")
    newest = _pin(entry, numbers[-1] if to_version is None else to_version, numbers)
    before = [n for n in numbers if newest is not None and n < newest]
    default = before[-1] if before else 0
    oldest = _pin(entry, default if from_version is None else from_version, numbers)
    pins = {"before": oldest, "after": newest}
    asked = [i for i in records.ids() if _asks_for(records.document(i), entry.definition.role)]
    failed: dict[str, str] = {}
    found: dict[str, dict[str, Measured]] = {}
    for side, pin in pins.items():  # one side after the other: each keeps its layers in memory
        found[side] = {}
        for check_id in asked:
            try:
                found[side][check_id] = _run(records, check_id, check, entry, pin)
            except GeoToolkitError as error:
                failed[check_id] = str(error)
    changed = [
        site
        for check_id in asked
        if check_id not in failed
        for site in _changes(
            records.document(check_id), found["before"][check_id], found["after"][check_id]
        )
    ]
    return Replay(
        entry.id, pins["before"], pins["after"], len(asked) - len(failed), tuple(changed),
        tuple(sorted(failed.items())),
    )  # fmt: skip


def _pin(entry: LayerEntry, number: int, numbers: list[int]) -> int | None:
    if number in numbers:
        return number
    if number == 0:
        return None
    known = ", ".join(str(n) for n in numbers)
    raise LayerError(f"layer {entry.id}: no version {number}; known: {known}")


def _asks_for(document: dict[str, Any], role: str) -> bool:  # JSON document
    return any(row["role"] == role for site in document["sites"] for row in site["roles"])


def _run(
    records: Records,
    check_id: str,
    check: Callable[..., CheckResult],
    entry: LayerEntry,
    pin: int | None,
) -> Measured:
    result = run_again(records, check_id, check, versions={entry.id: pin})
    measured: Measured = {}
    for site in result.document["sites"]:
        rows = [row for row in site["roles"] if row["role"] == entry.definition.role]
        overlap = sum(row["overlap_m2"] or 0.0 for row in rows)
        measured[site["id"]] = (site["verdict"], site["complete"], overlap)
    return measured


def _changes(
    document: dict[str, Any],
    before: Measured,
    after: Measured,  # JSON document
) -> list[ChangedSite]:
    changed = []
    for site in document["sites"]:
        old, new = before[site["id"]], after[site["id"]]
        if old[:2] != new[:2] or abs(old[2] - new[2]) >= _NOTICED_M2:
            changed.append(
                ChangedSite(
                    document["check_id"], document["as_of"], site["id"], site["name"],
                    old[0], new[0], old[1], new[1], old[2], new[2],
                )
            )  # fmt: skip
    return changed
