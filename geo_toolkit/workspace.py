"""A workspace: any folder with ``workspace.toml``, ``layers/``, ``rules/`` and ``maps/``.

Everything that opens files for an analysis happens here: the analyses themselves take frames,
rules and frozen values, and return values.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from geo_toolkit import access
from geo_toolkit.catalogue import Catalogue, QueryLog, Records
from geo_toolkit.checks import Checks, Submission
from geo_toolkit.geodesy import topology_crs
from geo_toolkit.rules import Declaration, RuleBook, load_rules, today
from geo_toolkit.rules.faults import read_toml
from geo_toolkit.siting import (
    CheckResult,
    Progress,
    Replay,
    Request,
    edition_again,
    no_progress,
    replay_checks,
    same_again,
)
from geo_toolkit.workspace_file import WorkspaceSettings, find_workspace, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from geo_toolkit.boundary import Sites
    from geo_toolkit.boundary.elevation import ElevationModel

__all__ = ["Workspace", "WorkspaceSettings"]

STATE = ".geo_toolkit"


class Workspace:
    """An open workspace: its layers and rules, and the analyses on them.

    Use ``Workspace.open``. One object may serve several threads.

    Attributes
    ----------
    root
        The folder.
    settings
        What ``workspace.toml`` says.
    topology_crs
        The metric CRS of every overlap and distance: a transverse Mercator on the CGCS2000
        ellipsoid centred on the workspace.
    layers
        The catalogue, a mapping of layer ids.
    """

    def __init__(self, root: Path, settings: WorkspaceSettings) -> None:
        self.root = root
        self.settings = settings
        self.topology_crs = topology_crs(settings.bounds)
        self.layers = Catalogue(root / "layers", settings.bounds)
        self.layers.usable_secrecy = frozenset({"public", "internal", "verdict_only"})
        self.records = Records(root / STATE)
        self.checks = Checks(
            settings, self.topology_crs, self.layers, self.records, QueryLog(root / STATE)
        )
        self._rules: tuple[tuple[tuple[str, int, int], ...], RuleBook] | None = None
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: str | Path | None = None) -> Workspace:
        """Return the workspace in a folder, or the one that is found.

        Looked for in this order: ``path``, the variable ``GEO_TOOLKIT_WORKSPACE``, the current
        folder and its parents, the copy carried with the package.

        Raises
        ------
        WorkspaceNotFound
            If there is none.
        DefinitionError
            If ``workspace.toml`` or a layer definition is wrong.
        """
        root = find_workspace(path)
        return cls(root, read_settings(root))

    @property
    def rules(self) -> RuleBook:
        """The rules and scopes, read again when a file under ``rules/`` has changed."""
        folder = self.root / "rules"
        stamp = tuple(
            (str(path.relative_to(folder)), path.stat().st_size, path.stat().st_mtime_ns)
            for path in sorted(folder.rglob("*.toml"))
        )
        with self._lock:
            if self._rules is None or self._rules[0] != stamp:
                self._rules = (stamp, load_rules(folder))
            return self._rules[1]

    @property
    def is_writable(self) -> bool:
        """Whether checks can be recorded here."""
        return self.records.is_writable

    def check(
        self,
        sites: Sites,
        *,
        project_type: str = "other",
        scope: str | None = None,
        nature: str = "new",
        declaration: Declaration | None = None,
        land_take: Sites | None = None,
        dem: ElevationModel | None = None,
        previous: Sites | str | None = None,
        shift_radius_m: float | None = None,
        as_of: date | None = None,
        lang: str | None = None,
        audience: str = "internal",
        is_trusted: bool = True,
        caller: str = "",
        versions: Mapping[str, int | None] | None = None,
        record: bool = True,
        is_batch: bool = False,
        is_admitted: bool = False,
        progress: Progress = no_progress,
    ) -> CheckResult:
        """Return the siting conclusion for submitted sites (DESIGN §5).

        Parameters
        ----------
        sites
            As ``read_sites`` returns them.
        project_type
            What is to be built; ``other`` asks only the rules for all subjects.
        scope
            Review scope; the workspace's own by default.
        nature
            ``new``, ``expand`` or ``rebuild``.
        declaration
            What is declared of the project, as ``read_declaration`` returns it; a nature
            declared there goes before ``nature``.
        land_take
            The land taken inside each site: overlaps are decided on it, distances on the site.
        dem
            A model of the ground's elevation, as ``ElevationModel.open`` (of
            ``geo_toolkit.boundary.elevation``) returns it: it decides slopes, and heights above
            ground against airport surfaces.
        previous
            The earlier submission, or the id of its recorded check: what moved and changed is
            listed.
        shift_radius_m
            How far the advice may move a site; it proposes no move without.
        as_of
            The day whose rules and layer versions apply; today (UTC+8) by default.
        lang
            Language of the reasons: ``zh`` or ``en``; the workspace's by default.
        audience
            ``internal``, or ``applicant``: an edition without the geometry and exact numbers of
            layers that are not public.
        is_trusted
            Whether the caller may see internal layers; a service's caller without a key may not.
        caller
            Who asks, for the log of questions about layers whose geometry may not leave; the user
            of this machine by default.
        versions
            Layer versions to take instead of those in force, by layer id; None leaves one out.
        record
            Whether to keep the check in the workspace, so that it can be replayed.
        is_batch
            Whether to look only as far as a matter's rules reach, with the inaccuracy: distances
            beyond that are None, and ``cut_off_m`` of the document says how far was looked.
        is_admitted
            Whether the same question was admitted before, as of a check that is made again: it
            then counts for no daily limit.
        progress
            Told the share of the work that is done, from 0 to 1, as it goes on.

        Raises
        ------
        UnknownName
            For an unknown project type, nature or scope.
        NotAvailable
            If a rule or layer needs what this version does not have.
        OptionError
            If too much is asked of a layer whose geometry may not leave.
        """
        said = (declaration or Declaration()).for_sites([str(i) for i in sites.frame.index])
        book = self.rules
        request = Request(
            project_type=project_type,
            nature=said.nature or nature,
            scope=book.scope(scope or self.settings.scope),
            day=as_of or today(),
            lang=lang or self.settings.language,
            audience=audience,
            declaration=said,
            is_trusted=is_trusted,
            shift_radius_m=shift_radius_m,
            is_batch=is_batch,
        )
        submission = Submission(
            sites, land_take, previous, versions or {}, caller, is_admitted, dem
        )
        return self.checks.run(
            submission,
            replace(request, previous=submission.previous_id),
            book,
            record=record,
            progress=progress,
        )

    def access_study(
        self,
        scenario: str = "existing",
        *,
        case: access.Case | None = None,
        as_of: date | None = None,
    ) -> access.Study:
        """Return the logistics network of a scenario on a day, today by default.

        A wrong ``rules/logistics.toml`` or layer is a DefinitionError that names file and key.
        """
        day = as_of or today()
        logistics = access.logistics_from(read_toml(self.root / "rules" / access.FILE))
        layers = {role: self.layers.of_role(role, day) for role in access.NETWORK_ROLES}
        return access.open_study(
            layers, logistics, case, crs=self.topology_crs, scenario=scenario, day=day
        )

    def access_points(self, places: Sites | str, study: access.Study) -> access.Points:
        """Return sites, or the features of the layer of an id, as points for access measures."""
        if isinstance(places, str):
            return access.points_of_layer(self.layers[places].read(study.day), study.network)
        return access.points_of_sites(places, self.topology_crs)

    def access_corridor(
        self, study: access.Study, *, width_m: float | None = None, lang: str | None = None
    ) -> dict[str, Any] | None:  # JSON values
        """Return the check of the lines a scenario opens, None if it opens none; not recorded."""
        width = width_m or study.logistics.network.corridor_m.value
        lines = [x for r in access.LINE_ROLES for x in self.layers.of_role(r, study.day)]
        sites = access.corridor_sites(lines, study.scenario, width_m=width, crs=self.topology_crs)
        if sites is None:
            return None
        checked = self.check(sites, project_type="linear", as_of=study.day, lang=lang, record=False)
        return {"width_m": width, "check": checked.document}

    def keep(self, result: CheckResult, sites: Sites, land_take: Sites | None = None) -> bool:
        """Record a check that was made without; False where the workspace is read-only.

        What is recorded is on the disk when this returns, which takes longer than the check; it
        may be called beside other checks.
        """
        return self.records.keep(result.document, sites, land_take)

    def recorded_check(self, check_id: str) -> dict[str, Any]:
        """Return the document of a recorded check; UnknownName if there is none of that id."""
        return self.records.document(check_id)

    def made_again(self, check_id: str, **options: Any) -> CheckResult:  # noqa: ANN401 (of check)
        """Return a recorded check with its geometries; refused where it would differ today."""
        return same_again(self.records, check_id, self.check, **options)

    def edition(self, check_id: str, audience: str) -> CheckResult:
        """Return a recorded check in an edition, for readers who may see both; as ``made_again``.

        ``internal`` or ``applicant``; the recorded one's document is the recorded one.
        """
        return edition_again(self.records, check_id, self.check, audience=audience)

    def replay(
        self, layer_id: str, from_version: int | None = None, to_version: int | None = None
    ) -> Replay:
        """Return which recorded checks another version of a layer decides otherwise."""
        entry = self.layers[layer_id]
        return replay_checks(
            self.records, entry, self.check, from_version=from_version, to_version=to_version
        )
