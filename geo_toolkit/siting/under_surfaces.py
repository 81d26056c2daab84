"""Rules on obstacle surfaces: what a declared top conflicts with, and what would be permitted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_toolkit.siting.along_line import as_features
from geo_toolkit.siting.findings import Finding, absence, presence
from geo_toolkit.siting.obstacle_surfaces import Lowest, Runway, lowest
from geo_toolkit.siting.over_ground import found_by_band, one_site, permitted_height_m
from geo_toolkit.siting.pairs import measure_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.rules import Declaration, Rule, Surface, SurfaceSet
    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import SiteArrays

__all__ = ["Runways", "permitting", "under_surfaces", "with_ground"]

ELEVATION_COLUMN = "elevation_m"
ERROR_COLUMN = "elevation_accuracy_m"
SET_COLUMN = "surface_set"
_OPEN = ("hit", "borderline", "undetermined")


class Runways:
    """The runways of a role with their surfaces and elevations, and the sites to look at them.

    ``grown`` are the sites grown by the inaccuracy of the runways and their own.
    """

    def __init__(
        self, constraints: Constraints, surfaces: tuple[SurfaceSet, ...], sites: SiteArrays
    ) -> None:
        table = constraints.attributes
        by_id = {one.id: one for one in surfaces}
        names = list(table[SET_COLUMN]) if SET_COLUMN in table else [None] * len(constraints)
        self.elevation_m = _numbers(constraints, ELEVATION_COLUMN)
        self.elevation_error_m = np.nan_to_num(_numbers(constraints, ERROR_COLUMN)).clip(0.0)
        self.runways = [
            Runway.build(shape, by_id.get(str(name), surfaces[0]))
            for shape, name in zip(constraints.geometry, names, strict=True)
        ]
        self.accuracy_m = constraints.accuracy_m
        by = float(self.accuracy_m.max(initial=0.0)) + sites.extra_m
        self.grown = sites.geometry.copy()
        self.grown[by > 0] = shapely.buffer(self.grown[by > 0], by[by > 0])

    @property
    def known(self) -> NDArray[np.int64]:
        """Positions of the runways whose elevation is known."""
        return np.flatnonzero(~np.isnan(self.elevation_m))

    def lowest(self, rows: NDArray[np.int64]) -> Lowest:
        """Return the lowest top that some runways permit wherever the inaccuracy puts a site."""
        low_m = self.elevation_m[rows] - self.elevation_error_m[rows]
        return lowest([self.runways[row] for row in rows], low_m, self.grown)


def _numbers(constraints: Constraints, column: str) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where it is absent or no number."""
    table = constraints.attributes
    if column not in table:
        return np.full(len(constraints), np.nan)
    return pd.to_numeric(table[column], errors="coerce").to_numpy(float)


def under_surfaces(
    rule: Rule,
    sites: SiteArrays,
    known: Constraints,
    declaration: Declaration,
    declared: NDArray[np.bool_],
) -> list[list[Finding]]:
    """Return the findings on obstacle surfaces: a conflict is a top above one over the site."""
    if not rule.surfaces:
        return [[Finding(rule, "undetermined", "input_missing")] for _ in sites.ids]
    held = Runways(known, rule.surfaces, sites)
    permitted = held.lowest(held.known)
    compared = declared & (declaration.height_datum == "1985")
    found: list[list[Finding]] = [[] for _ in sites.ids]
    height_m = declaration.height_m or 0.0
    if compared.any():
        found = _above_surfaces(rule, sites, known, held, height_m, height_m)
    if declaration.height_datum == "ground":
        for site in np.flatnonzero(declared & _has_ground(sites)).tolist():
            is_limited = permitted.of_site(site) is not None
            found[site] = _above_ground(
                rule, one_site(sites, site), known, held, height_m, is_limited=is_limited
            )
            compared[site] = True
    everything = np.ones(len(sites.ids), dtype=bool)
    own = absence(rule, sites, known, np.zeros(len(known)), everything)
    unknown = _unknown(rule, sites, known, held)
    result = []
    for site in range(len(sites.ids)):
        mine: list[Finding] = []
        top = permitted.of_site(site)
        if top is not None and not compared[site]:
            row = int(held.known[permitted.runway[site]])
            mine.append(
                Finding(
                    rule,
                    "undetermined",
                    "input_missing",
                    layer=int(known.layer_of[row]),
                    feature=row,
                    accuracy_m=float(held.accuracy_m[row] + sites.extra_m[site]),
                )
            )
        elif compared[site]:
            mine += found[site]
        if not any(finding.outcome in _OPEN for finding in (*mine, *unknown[site])):
            mine.insert(0, own[site])
        if top is not None:
            mine = [permitting(finding, *top) for finding in mine]
        result.append(mine + unknown[site])
    return with_ground(result, sites, held, {None: held.known})


def permitting(finding: Finding, top_m: float, surface: Surface) -> Finding:
    """Return a finding with the lowest permitted top over the site."""
    return replace(finding, permitted_top_m=top_m, surface=surface)


def _has_ground(sites: SiteArrays) -> NDArray[np.bool_]:
    """Whether the elevation of any ground of each site is known."""
    has = np.zeros(len(sites.ids), dtype=bool)
    if sites.terrain is not None:
        for site, (site_id, shape) in enumerate(zip(sites.ids, sites.geometry, strict=True)):
            cells = sites.terrain.cells(site_id, shape)
            has[site] = bool((~np.isnan(cells.elevation_m)).any())
    return has


def with_ground(
    found: list[list[Finding]],
    sites: SiteArrays,
    held: Runways,
    rows_of: dict[int | None, NDArray[np.int64]],
) -> list[list[Finding]]:
    """Return findings that give a permitted top with the ground, and what it permits above it.

    Parameters
    ----------
    rows_of
        The runways that limit the findings of each feature; ``None`` for those of any.
    """
    if sites.terrain is None:
        return found
    error_m = sites.terrain.error_m
    result = []
    for site, of_site in enumerate(found):
        cells = sites.terrain.cells(sites.ids[site], sites.geometry[site])
        relief, heights = cells.relief(error_m), {}
        if relief is not None:
            for feature, rows in rows_of.items():
                heights[feature] = permitted_height_m(
                    cells,
                    [held.runways[row] for row in rows],
                    held.elevation_m[rows] - held.elevation_error_m[rows],
                    grow_m=float(held.accuracy_m.max(initial=0.0) + sites.extra_m[site]),
                    error_m=error_m,
                )
        result.append(
            [
                replace(
                    f, relief=relief, permitted_height_m=heights.get(f.feature, heights.get(None))
                )
                if f.permitted_top_m is not None
                else f
                for f in of_site
            ]
        )
    return result


def _above_ground(
    rule: Rule,
    site: SiteArrays,
    known: Constraints,
    held: Runways,
    height_m: float,
    *,
    is_limited: bool,
) -> list[Finding]:
    """Return the findings of one site for a height above its ground.

    Where a part has no elevation and a surface lies over the site, the rule stays open.
    """
    if site.terrain is None:
        return []
    cells = site.terrain.cells(site.ids[0], site.geometry[0])

    def above(part: SiteArrays, high_m: float, low_m: float) -> list[Finding]:
        return _above_surfaces(rule, part, known, held, high_m, low_m)[0]

    found = found_by_band(
        site, cells, above, height_m=height_m, error_m=site.terrain.error_m, crs=known.crs
    )
    is_hit = any(finding.outcome == "hit" for finding in found)
    if is_limited and not is_hit and cells.missing_share(cells.elevation_m) > 0:
        found.append(Finding(rule, "undetermined", "input_missing"))
    return found


def _unknown(
    rule: Rule, sites: SiteArrays, known: Constraints, held: Runways
) -> list[list[Finding]]:
    """Return a finding for each runway over the site whose elevation is not known."""
    found: list[list[Finding]] = [[] for _ in sites.ids]
    for row in np.flatnonzero(np.isnan(held.elevation_m)).tolist():
        meets = shapely.intersects(held.grown, held.runways[row].footprint)
        for site in np.flatnonzero(meets).tolist():
            found[site].append(
                Finding(
                    rule,
                    "undetermined",
                    "input_missing",
                    layer=int(known.layer_of[row]),
                    feature=row,
                )
            )
    return found


def _above_surfaces(
    rule: Rule,
    sites: SiteArrays,
    known: Constraints,
    held: Runways,
    highest_m: float,
    lowest_m: float,
) -> list[list[Finding]]:
    """Return the findings on the areas where a top elevation is above a surface.

    Parameters
    ----------
    highest_m, lowest_m
        The elevation that the top may have at most, and at least.
    """
    rows = held.known
    runways = [held.runways[row] for row in rows]
    high_m = held.elevation_m[rows] + held.elevation_error_m[rows]
    low_m = held.elevation_m[rows] - held.elevation_error_m[rows]

    def decided(
        runways: list[Runway], elevation_m: NDArray[np.float64], top_m: float
    ) -> list[list[Finding]]:
        areas = [
            runway.below(top_m - above_m)
            for runway, above_m in zip(runways, elevation_m.tolist(), strict=True)
        ]
        zones = as_features(known, rows, areas, known.accuracy_m[rows])
        reach = float(zones.accuracy_m.max(initial=0.0) + sites.extra_m.max(initial=0.0))
        pairs = measure_pairs(sites.geometry, sites.area_m2, zones, reach_m=reach)
        sure = np.ones(len(rows), dtype=bool)
        found = presence(rule, sites, zones, pairs, np.zeros(len(rows)), sure)
        return [[replace(f, feature=int(rows[f.feature or 0])) for f in mine] for mine in found]

    def hits(found: list[list[Finding]]) -> set[tuple[int, int | None]]:
        return {
            (site, f.feature) for site, mine in enumerate(found) for f in mine if f.outcome == "hit"
        }

    certain = hits(decided(runways, high_m, lowest_m))
    settled = hits(decided([runway.confirmed() for runway in runways], high_m, lowest_m))
    return [
        [_graded(f, (site, f.feature) in certain, (site, f.feature) in settled) for f in mine]
        for site, mine in enumerate(decided(runways, low_m, highest_m))
    ]


def _graded(finding: Finding, is_certain: bool, is_settled: bool) -> Finding:
    """Return a finding at the lowest elevation by what is left of it at the highest.

    A hit that depends on the elevation is borderline; one on a surface whose numbers are not
    confirmed awaits confirmation.
    """
    if finding.outcome != "hit" or is_settled:
        return finding
    if is_certain:
        return _recalled(finding)
    code = "within_accuracy" if finding.rule.is_settled else "law_unconfirmed"
    return replace(finding, outcome="borderline", reason_code=code, suspected_boundary_error=False)


def _recalled(finding: Finding) -> Finding:
    """Return a hit on a surface whose numbers are not confirmed."""
    recalled = replace(finding, is_recalled=True)
    return recalled if recalled.is_settled else replace(recalled, reason_code="law_unconfirmed")
