"""What could be done about a conflict: the smallest trim, and the nearest shift (仅供参考).

Advice is for the internal edition only. It is worked out from exact geometry, so where a layer
is withheld from the reader there is none, whatever the other layers say. Every proposal is
decided again by the engine before it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.geodesy import area_m2
from geo_toolkit.rules import Relation, Severity
from geo_toolkit.siting.keep_out import keep_out, near_rows
from geo_toolkit.siting.secrecy import NOTHING_WITHHELD, Withheld
from geo_toolkit.siting.shift import Move, nearest_free_move
from geo_toolkit.siting.trim import trimmed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.siting.findings import Finding, SiteArrays
    from geo_toolkit.siting.keep_out import Ground

    Decide = Callable[[SiteArrays], list[list[Finding]]]
    Conflict = tuple[str, int | None, str | None]

__all__ = ["Advice", "advise"]

_ROUNDS = 4
_SHIFT_EXCESS_M = 0.01  # a shift may be longer than the nearest by this; a trim is finer


@dataclass(frozen=True)
class Advice:
    """Advice for one site that is prohibited or restricted; areas in m², geometry in metres.

    Attributes
    ----------
    severity
        The site's worst conflict; advice clears every conflict of this severity or worse.
    rule_ids
        The rules that the site is in conflict with, and that advice clears.
    trim, shift
        The proposed outlines in the topology CRS; None where there is none.
    trim_area_m2
        What remains after the trim.
    trim_reason, shift_reason
        Keys of ``advice_rows.REASONS``, where there is no proposal.
    trim_open, shift_open
        Rules that the proposal still leaves open or milder conflicts with, by id.
    """

    site: int
    site_id: str
    severity: Severity
    rule_ids: tuple[str, ...]
    area_m2: float
    trim: BaseGeometry | None = None
    trim_area_m2: float | None = None
    trim_reason: str | None = None
    trim_open: tuple[str, ...] = ()
    shift: BaseGeometry | None = None
    move: Move | None = None
    shift_reason: str | None = None
    shift_open: tuple[str, ...] = ()


def advise(
    arrays: SiteArrays,
    findings: Sequence[Sequence[Finding]],
    grounds: Mapping[str, Ground],
    decide: Decide,
    *,
    crs: CRS,
    shift_radius_m: float | None = None,
    within: BaseGeometry | None = None,
    withheld: Withheld = NOTHING_WITHHELD,
) -> list[Advice]:
    """Return advice for every site that a rule above conditional stands against.

    Parameters
    ----------
    arrays
        The sites, in the topology CRS.
    findings
        All findings of each site, exceptions and overrides applied, nothing concealed.
    grounds
        For each rule id, the rule and the constraints it is decided on; rules of roles without
        a layer are left out.
    decide
        Decides given sites by all rules again, with the declaration applied.
    crs
        The topology CRS.
    shift_radius_m
        The longest move that is of use; None for no shifts.
    within
        A shifted site stays inside this area: the workspace's bounds, in the topology CRS.
    withheld
        Layers whose geometry the reader may not get: with any of them there is no advice.
    """
    drafts = [
        draft
        for site, of_site in enumerate(findings)
        if (draft := _draft(arrays, site, of_site)) is not None
    ]
    secret = any(ground.is_withheld(withheld) for ground in grounds.values())
    drafts = [_refused(draft, arrays, findings[draft.site], grounds, secret) for draft in drafts]
    drafts = _with_trims(drafts, arrays, findings, grounds, decide, crs)
    if shift_radius_m is None:
        return [d if d.shift_reason else replace(d, shift_reason="not_asked") for d in drafts]
    drafts = [
        _moved(draft, arrays, findings[draft.site], grounds, shift_radius_m, within)
        for draft in drafts
    ]
    return _checked_shifts(drafts, arrays, decide, crs)


def _draft(arrays: SiteArrays, site: int, findings: Sequence[Finding]) -> Advice | None:
    standing = {f.severity for f in findings if f.is_conflict}
    for severity in (Severity.PROHIBITED, Severity.RESTRICTED):
        if severity in standing:
            against = dict.fromkeys(f.rule.id for f in findings if _is_against(f, severity))
            area = float(arrays.area_m2[site])
            return Advice(site, arrays.ids[site], severity, tuple(against), area)
    return None


def _is_against(finding: Finding, severity: Severity) -> bool:
    """Whether a finding is a conflict to clear; one of unconfirmed law is cleared too."""
    levels = (Severity.PROHIBITED, severity)
    return finding.outcome == "hit" and finding.severity in levels


def _refused(
    draft: Advice,
    arrays: SiteArrays,
    findings: Sequence[Finding],
    grounds: Mapping[str, Ground],
    secret: bool,
) -> Advice:
    """Return a draft with the reason why nothing can be proposed, if there is one."""
    reason = None
    against = [f for f in findings if _is_against(f, draft.severity)]
    if secret:
        reason = "withheld"
    elif arrays.lines and arrays.lines[draft.site] is not None:
        reason = "corridor"
    elif arrays.land is not None:
        reason = "land_take"
    elif any(
        f.override is not None or f.rule.id not in grounds or not grounds[f.rule.id].is_planar
        for f in against
    ):
        reason = "not_planar"
    return replace(draft, trim_reason=reason, shift_reason=reason)


def _with_trims(
    drafts: list[Advice],
    arrays: SiteArrays,
    findings: Sequence[Sequence[Finding]],
    grounds: Mapping[str, Ground],
    decide: Decide,
    crs: CRS,
) -> list[Advice]:
    """Return the drafts with trims, cut again where the engine still finds a conflict."""
    done = {draft.site: draft for draft in drafts}
    conflicts = {
        d.site: _conflicts(findings[d.site], d.severity) for d in drafts if not d.trim_reason
    }
    for _ in range(_ROUNDS):
        cut = {}
        for site, known in conflicts.items():
            parts = [(grounds[rule_id], feature, of) for rule_id, feature, of in known]
            left = trimmed(arrays.geometry[site], parts, extra_m=float(arrays.extra_m[site]))
            if shapely.is_empty(left):
                done[site] = replace(done[site], trim_reason="nothing_left")
            else:
                cut[site] = left
        found = _decided(arrays, cut, decide, crs)
        again = {}
        for site, (shape, area, left_over) in found.items():
            new = _conflicts(left_over, done[site].severity) - conflicts[site]
            hit = any(_is_against(f, done[site].severity) for f in left_over)
            if hit and new and all(r in grounds and grounds[r].is_planar for r, _, _ in new):
                again[site] = conflicts[site] | new
            elif hit:
                done[site] = replace(done[site], trim_reason="not_verified")
            else:
                done[site] = replace(
                    done[site], trim=shape, trim_area_m2=area, trim_open=_open(left_over)
                )
        conflicts = again
        if not conflicts:
            break
    for site in conflicts:
        done[site] = replace(done[site], trim_reason="not_verified")
    return list(done.values())


def _conflicts(findings: Sequence[Finding], severity: Severity) -> set[Conflict]:
    return {(f.rule.id, f.feature, f.area_class) for f in findings if _is_against(f, severity)}


def _open(findings: Sequence[Finding]) -> tuple[str, ...]:
    left = (f for f in findings if f.is_required and (f.is_open or f.outcome == "hit"))
    return tuple(dict.fromkeys(f.rule.id for f in left))


def _decided(
    arrays: SiteArrays, shapes: Mapping[int, BaseGeometry], decide: Decide, crs: CRS
) -> dict[int, tuple[BaseGeometry, float, list[Finding]]]:
    """Return each shape with its area and what the engine says of it, as it would be submitted."""
    if not shapes:
        return {}
    sites = list(shapes)
    geometry = np.empty(len(sites), dtype=object)
    geometry[:] = [shapes[site] for site in sites]
    areas = area_m2(geometry, crs)
    proposed = replace(
        arrays,
        ids=tuple(arrays.ids[site] for site in sites),
        geometry=geometry,
        area_m2=areas,
        is_converted=arrays.is_converted[sites],
        is_outside=arrays.is_outside[sites],
        lines=(None,) * len(sites),
        land=None,
    )
    found = decide(proposed)
    return {site: (geometry[i], float(areas[i]), list(found[i])) for i, site in enumerate(sites)}


def _moved(
    draft: Advice,
    arrays: SiteArrays,
    findings: Sequence[Finding],
    grounds: Mapping[str, Ground],
    radius_m: float,
    within: BaseGeometry | None,
) -> Advice:
    """Return a draft with the nearest shift that clears every rule of its severity, if any."""
    if draft.shift_reason:
        return draft
    extra = float(arrays.extra_m[draft.site])
    levels = (Severity.PROHIBITED, draft.severity)
    milder = {f.rule.id for f in findings if f.exception and f.severity not in levels}
    asked = [
        ground
        for rule_id, ground in sorted(grounds.items())
        if ground.rule.severity in levels and rule_id not in milder and _can_be_kept(ground)
    ]

    def area(window: tuple[float, float, float, float]) -> BaseGeometry:
        areas = [
            keep_out(
                ground,
                near_rows(ground, window, extra),
                window,
                extra_m=extra,
                excess_m=_SHIFT_EXCESS_M,
            )
            for ground in asked
        ]
        if within is not None:
            areas.append(shapely.difference(shapely.box(*window), within))
        return shapely.union_all(areas)

    site = arrays.geometry[draft.site]
    move = nearest_free_move(site, area, radius_m)
    if move is None:
        return replace(draft, shift_reason="no_room")
    by = np.array([move.east_m, move.north_m])
    return replace(draft, move=move, shift=shapely.transform(site, lambda xy: xy + by))


def _can_be_kept(ground: Ground) -> bool:
    """Whether a rule draws a line that a shift can keep to."""
    held = ground.constraints
    unknown = held.is_schematic_only or held.faults or held.covered is None
    return ground.is_planar and not (ground.rule.relation is Relation.NOT_WITHIN and unknown)


def _checked_shifts(
    drafts: list[Advice],
    arrays: SiteArrays,
    decide: Decide,
    crs: CRS,
) -> list[Advice]:
    """Return the drafts without the shifts that the engine still finds in conflict."""
    shapes = {d.site: d.shift for d in drafts if d.shift is not None}
    found = _decided(arrays, shapes, decide, crs)
    checked = []
    for draft in drafts:
        if draft.site in found:
            left_over = found[draft.site][2]
            if any(_is_against(f, draft.severity) for f in left_over):
                draft = replace(draft, shift=None, move=None, shift_reason="not_verified")
            else:
                draft = replace(draft, shift_open=_open(left_over))
        checked.append(draft)
    return checked
