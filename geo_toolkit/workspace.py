"""A workspace: any folder with ``workspace.toml``, ``layers/``, ``rules/`` and ``maps/``.

Everything that opens files for an analysis happens here: the analyses themselves take frames,
rules and frozen values, and return values.
"""

from __future__ import annotations

import os
import threading
import tomllib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geo_toolkit._version import __version__
from geo_toolkit.catalogue import Catalogue, Records
from geo_toolkit.errors import DefinitionError, WorkspaceNotFound
from geo_toolkit.geodesy import topology_crs
from geo_toolkit.rules import Declaration, RuleBook, load_rules, today
from geo_toolkit.siting import (
    CheckResult,
    Constraints,
    Request,
    Withheld,
    check,
    check_warnings,
    document_head,
    site_arrays,
    with_land_take,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from geo_toolkit.boundary import Sites

__all__ = ["Workspace", "WorkspaceSettings"]

FILE = "workspace.toml"
VARIABLE = "GEO_TOOLKIT_WORKSPACE"
STATE = ".geo_toolkit"


class WorkspaceSettings(BaseModel):
    """What ``workspace.toml`` says (DESIGN §4)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title_zh: str
    title_en: str
    language: Literal["zh", "en"] = "zh"
    bounds: tuple[
        Annotated[float, Field(ge=-180, le=180)],
        Annotated[float, Field(ge=-90, le=90)],
        Annotated[float, Field(ge=-180, le=180)],
        Annotated[float, Field(ge=-90, le=90)],
    ]
    scope: str = "full"

    @model_validator(mode="after")
    def _check(self) -> WorkspaceSettings:
        west, south, east, north = self.bounds
        if not (west < east and south < north):
            raise ValueError("bounds are west, south, east, north in degrees, in that order")
        return self


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
        self.records = Records(root / STATE)
        self._rules: tuple[tuple[tuple[str, int, int], ...], RuleBook] | None = None
        self._constraints: dict[str, tuple[tuple[Any, ...], Constraints]] = {}  # key parts
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
        try:
            raw = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
            settings = WorkspaceSettings.model_validate(raw)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DefinitionError(f"{FILE}: not valid TOML ({error}); correct the line") from error
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"]) or "bounds"
            raise DefinitionError(f"{FILE} key {key!r}: {first['msg']}; correct it") from error
        return cls(root, settings)

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
        as_of: date | None = None,
        lang: str | None = None,
        audience: str = "internal",
        is_trusted: bool = True,
        record: bool = True,
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
        as_of
            The day whose rules and layer versions apply; today (UTC+8) by default.
        lang
            Language of the reasons: ``zh`` or ``en``; the workspace's by default.
        audience
            ``internal``, or ``applicant``: an edition without the geometry and exact numbers of
            layers that are not public.
        is_trusted
            Whether the caller may see internal layers; a service's caller without a key may not.
        record
            Whether to keep the check in the workspace, so that it can be replayed.

        Raises
        ------
        UnknownName
            For an unknown project type, nature or scope.
        NotAvailable
            If a rule or layer needs what this version does not have.
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
        )
        rules = request.rules_of(book)
        unruled = book.roles_without_rule(request.scope, request.day)
        with self._lock:
            roles = sorted({rule.role for rule in rules})
            constraints = {role: self._constraints_of(role, request.day) for role in roles}
        arrays = site_arrays(
            sites,
            self.topology_crs,
            self.settings.bounds,
            chainage_origin_m=said.chainage_origin_m,
        )
        if land_take is not None:
            arrays = with_land_take(sites, arrays, land_take, self.topology_crs)
        decision = check(
            sites,
            arrays,
            rules,
            constraints,
            unruled=unruled,
            crs=self.topology_crs,
            lang=request.lang,
            project_type=project_type,
            declaration=said,
            withheld=_withheld(constraints, request),
        )
        layers = [layer for known in constraints.values() if known for layer in known.layers]
        unasked = book.unasked(project_type, request.day, request.scope)
        document = {
            **document_head(
                request,
                book,
                layers,
                sites,
                land_take,
                crs=self.topology_crs,
                workspace=self._identity(request.lang),
                toolkit_version=__version__,
            ),
            "warnings": check_warnings(
                arrays,
                layers,
                unruled,
                len(rules),
                unasked if project_type == "other" else 0,
                request.lang,
            ),
            "site_overlaps": decision.site_overlaps,
            "sites": decision.rows,
        }
        if record:
            self.records.keep(document, sites)
        return CheckResult(document, decision.sites, decision.overlaps, decision.nearest)

    def recorded_check(self, check_id: str) -> dict[str, Any]:
        """Return the document of a recorded check; UnknownName if there is none of that id."""
        return self.records.document(check_id)

    def _constraints_of(self, role: str, day: date) -> Constraints | None:
        layers = self.layers.of_role(role, day)
        if not layers:
            return None
        key = tuple((layer.id, layer.version, id(layer)) for layer in layers)
        known = self._constraints.get(role)
        if known is None or known[0] != key:
            known = (key, Constraints.build(role, layers, self.topology_crs))
            self._constraints[role] = known
        return known[1]

    def _identity(self, lang: str) -> dict[str, Any]:  # JSON values
        settings = self.settings
        title = settings.title_en if lang == "en" else settings.title_zh
        return {"name": settings.name, "title": title, "bounds": list(settings.bounds)}


def _withheld(constraints: Mapping[str, Constraints | None], request: Request) -> Withheld:
    """Return what the reader of a check may not get of each layer that is not public."""
    layers = [la for known in constraints.values() if known for la in known.layers]
    verdict_only = {la.id for la in layers if la.definition.secrecy == "verdict_only"}
    internal = {la.id for la in layers if la.definition.secrecy == "internal"}
    strict = verdict_only | (set() if request.is_trusted else internal)
    hidden = strict | (internal if request.audience == "applicant" else set())
    return Withheld(frozenset(hidden), frozenset(strict))


def find_workspace(path: str | Path | None = None) -> Path:
    """Return the folder of the workspace to use; see ``Workspace.open`` for the order.

    Raises
    ------
    WorkspaceNotFound
        If there is none, or the folder named has no ``workspace.toml``.
    """
    named = path or os.environ.get(VARIABLE)
    if named:
        root = Path(named)
        if not (root / FILE).is_file():
            by = "--workspace" if path else VARIABLE
            raise WorkspaceNotFound(
                f"{by} {str(named)!r}: no {FILE} there; name a workspace folder"
            )
        return root.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    carried = Path(str(resources.files("geo_toolkit")))
    for folder in (carried / "_workspace", carried.parent):
        if (folder / FILE).is_file():
            return folder
    raise WorkspaceNotFound(
        f"no {FILE} in this folder or above it; name one with --workspace or {VARIABLE}, "
        "or make one with: geo-toolkit init DIR"
    )
