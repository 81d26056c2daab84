"""The check as a whole: what is asked, loaded, decided, added, written down and recorded.

``Workspace.check`` is the door; this is the room behind it.
"""

from __future__ import annotations

import getpass
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit._version import __version__
from geo_toolkit.geodesy import from_geographic
from geo_toolkit.rules import today
from geo_toolkit.siting import (
    APPROVED_LAND,
    TABLE_ROLES,
    CheckResult,
    Constraints,
    Request,
    Steps,
    Terrain,
    UnitLists,
    additions,
    approved_overlaps,
    check,
    check_warnings,
    compare,
    constraints_near,
    document_head,
    is_local,
    line_overlap_texts,
    line_overlaps,
    no_progress,
    parse_unit_lists,
    site_arrays,
    with_land_take,
    withheld_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pyproj import CRS

    from geo_toolkit.boundary import Sites
    from geo_toolkit.boundary.elevation import ElevationModel
    from geo_toolkit.catalogue import Catalogue, QueryLog, Records
    from geo_toolkit.rules import Rule, RuleBook
    from geo_toolkit.siting import Additions, Decision, Progress, SiteArrays, Withheld
    from geo_toolkit.workspace_file import WorkspaceSettings

    Pins = Mapping[str, int | None]
    Known = Mapping[str, Constraints | None]

__all__ = ["Checks", "Submission"]

_CONFLICTS = ("prohibited", "restricted")


@dataclass(frozen=True)
class Submission:
    """What is submitted to one check beside the sites, and who asks.

    ``is_admitted``: the same question was admitted before, so it counts for no limit again.
    """

    sites: Sites
    land_take: Sites | None = None
    previous: Sites | str | None = None
    versions: Pins = field(default_factory=dict)
    caller: str = ""
    is_admitted: bool = False
    dem: ElevationModel | None = None

    @property
    def previous_id(self) -> tuple[str, ...]:
        """What identifies the earlier submission: a check id, or the checksums of its files."""
        if self.previous is None or isinstance(self.previous, str):
            return (self.previous,) if self.previous else ()
        return tuple(source.sha256 for source in self.previous.inputs)


@dataclass
class Checks:
    """All that checks of one workspace share: its layers, its records, what is in memory."""

    settings: WorkspaceSettings
    crs: CRS
    layers: Catalogue
    records: Records
    queries: QueryLog
    _constraints: dict[str, tuple[tuple[Any, ...], Constraints]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def run(
        self,
        submission: Submission,
        request: Request,
        book: RuleBook,
        *,
        record: bool,
        progress: Progress = no_progress,
    ) -> CheckResult:
        """Return the conclusion for what was submitted, recorded if wanted.

        ``progress`` is told the share that is done: one step for each role that is loaded, two
        for each that is decided, for all sites at once.

        Raises
        ------
        OptionError
            If too much is asked of a layer whose geometry may not leave.
        """
        sites = submission.sites
        rules = request.rules_of(book)
        unruled = book.roles_without_rule(request.scope, request.day)
        wanted = self._wanted(rules, request.day)
        steps = Steps(len(wanted) + 2 * len({rule.role for rule in rules}) + 2, progress)
        constraints = self._known(wanted, rules, request.day, submission, steps)
        withheld = withheld_of(constraints, request)
        if withheld.strict and not submission.is_admitted:
            self._admit(submission, withheld)
        arrays = self._arrays(submission, request)
        decision = check(
            sites,
            arrays,
            rules,
            constraints,
            unruled=unruled,
            crs=self.crs,
            lang=request.lang,
            project_type=request.project_type,
            declaration=request.declaration,
            withheld=withheld,
            steps=steps,
            is_batch=request.is_batch,
        )
        added = self._added(arrays, rules, constraints, request, withheld, decision)
        used = [known for known in constraints.values() if known is not None]
        layers = [layer for known in used for layer in known.layers]
        given = request.project_type != "other"
        unasked = 0 if given else book.unasked("other", request.day, request.scope)
        head = document_head(
            request,
            book,
            layers,
            sites,
            submission.land_take,
            submission.dem,
            crs=self.crs,
            workspace=self._identity(request.lang),
            toolkit_version=__version__,
        )
        crossed = line_overlaps(arrays, constraints, withheld)
        said = check_warnings(arrays, layers, unruled, len(rules), unasked, request.lang)
        document = {
            **head,
            "warnings": [*said, *added.warnings, *line_overlap_texts(crossed, request.lang)],
            "line_overlaps": crossed,
            **({} if decision.cut_off_m is None else {"cut_off_m": decision.cut_off_m}),
            "site_overlaps": decision.site_overlaps,
            "approved_land_overlaps": approved_overlaps(
                arrays, constraints[APPROVED_LAND], withheld
            ),
            "sites": [{**row, **more} for row, more in zip(decision.rows, added.rows, strict=True)],
        }
        if submission.previous is not None:
            document["previous"] = self._changes(submission, document, request, book)
        steps.done()
        if record:
            self.records.keep(document, sites, submission.land_take)
        steps.done()
        return CheckResult(
            document, decision.sites, decision.overlaps, decision.nearest, added.advice
        )

    def _arrays(self, submission: Submission, request: Request) -> SiteArrays:
        arrays = site_arrays(
            submission.sites,
            self.crs,
            self.settings.bounds,
            chainage_origin_m=request.declaration.chainage_origin_m,
        )
        if submission.dem is not None:
            terrain = Terrain.around(submission.sites, submission.dem, self.crs)
            arrays = replace(arrays, terrain=terrain)
        if submission.land_take is None:
            return arrays
        return with_land_take(submission.sites, arrays, submission.land_take, self.crs)

    def _admit(self, submission: Submission, withheld: Withheld) -> None:
        envelopes = shapely.bounds(submission.sites.frame.geometry.to_numpy())
        caller = submission.caller or getpass.getuser()
        self.queries.admit(caller, today(), sorted(withheld.strict), envelopes)

    def _added(
        self,
        arrays: SiteArrays,
        rules: Sequence[Rule],
        constraints: Known,
        request: Request,
        withheld: Withheld,
        decision: Decision,
    ) -> Additions:
        bounds = np.array([shapely.box(*self.settings.bounds)])
        return additions(
            arrays,
            rules,
            constraints,
            request,
            withheld,
            crs=self.crs,
            within=from_geographic(bounds, self.crs)[0],
            lists=self._unit_lists(request.day),
            findings=decision.findings,
            in_conflict=any(row["verdict"] in _CONFLICTS for row in decision.rows),
        )

    def _wanted(self, rules: Sequence[Rule], day: date) -> list[str]:
        """Return the roles that are asked of, those of the tables and approved land too."""
        tables = {role for role in TABLE_ROLES if self.layers.entries_of_role(role, day)}
        if "land_survey" in tables:
            tables.add("county")
        asked = {role for rule in rules for role in rule.roles}
        return sorted(asked | tables | {APPROVED_LAND})

    def _known(
        self,
        roles: Sequence[str],
        rules: Sequence[Rule],
        day: date,
        submission: Submission,
        steps: Steps,
    ) -> Known:
        """Return what is known of each role; None for one without a layer in force."""
        known = {}
        with self._lock:
            for role in roles:
                known[role] = self._constraints_of(role, day, rules, submission)
                steps.done()
        return known

    def _constraints_of(
        self, role: str, day: date, rules: Sequence[Rule], submission: Submission
    ) -> Constraints | None:
        """Return what is known of a role: of small layers all, of large ones what is near."""
        lonlat = submission.sites.frame.geometry.to_numpy()
        nearby = self.layers.nearby(role, day, lonlat, submission.versions)
        if not nearby.chosen:
            return None
        asking = [rule for rule in rules if role in rule.roles]
        if nearby.is_large and is_local(asking):
            shapes = from_geographic(lonlat, self.crs)
            return constraints_near(
                role, asking, shapes, nearby.within, nearby.accuracy_m, self.crs
            )
        layers = nearby.whole()
        key = tuple((layer.id, layer.version, id(layer)) for layer in layers)
        known = self._constraints.get(role)
        if known is None or known[0] != key:
            known = (key, Constraints.build(role, layers, self.crs))
            self._constraints[role] = known
        return known[1]

    def _unit_lists(self, day: date) -> UnitLists | None:
        """Return the access list beside the zoning layer, ``<id>_lists.csv`` or ``.toml``."""
        for entry in self.layers.entries_of_role("zoning_unit", day):
            for suffix in (".csv", ".toml"):
                path = entry.folder / f"{entry.id}_lists{suffix}"
                if path.is_file():
                    return parse_unit_lists(path.read_text(encoding="utf-8-sig"), file=path.name)
        return None

    def _changes(
        self,
        submission: Submission,
        document: dict[str, Any],
        request: Request,
        book: RuleBook,
    ) -> dict[str, Any]:  # JSON values
        """Return what changed since an earlier submission, checked now where it is a file."""
        earlier = submission.previous
        if earlier is None:
            return {}
        if isinstance(earlier, str):
            old, before = self.records.sites(earlier), self.records.document(earlier)
        else:
            old = earlier
            plain = request.without_declaration()
            before = self.run(
                Submission(old, dem=submission.dem), plain, book, record=False
            ).document
        return compare(old, before, submission.sites, document, crs=self.crs, lang=request.lang)

    def _identity(self, lang: str) -> dict[str, Any]:  # JSON values
        settings = self.settings
        title = settings.title_en if lang == "en" else settings.title_zh
        return {"name": settings.name, "title": title, "bounds": list(settings.bounds)}
