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
from geo_toolkit.catalogue import Catalogue, Layer, Records
from geo_toolkit.errors import DefinitionError, OptionError, WorkspaceNotFound
from geo_toolkit.geodesy import topology_crs
from geo_toolkit.rules import (
    RuleBook,
    Scope,
    check_nature,
    check_project_type,
    load_rules,
    now_text,
    today,
)
from geo_toolkit.siting import (
    SCHEMA,
    CheckResult,
    Constraints,
    check,
    check_id_of,
    check_warnings,
    input_row,
    layer_row,
    method_row,
    scope_row,
    site_arrays,
)

if TYPE_CHECKING:
    from datetime import date

    from geo_toolkit.boundary import Sites

__all__ = ["Workspace", "WorkspaceSettings"]

FILE = "workspace.toml"
VARIABLE = "GEO_TOOLKIT_WORKSPACE"
STATE = ".geo_toolkit"
LANGUAGES = ("zh", "en")


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
        as_of: date | None = None,
        lang: str | None = None,
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
        as_of
            The day whose rules and layer versions apply; today (UTC+8) by default.
        lang
            Language of the reasons: ``zh`` or ``en``; the workspace's by default.
        record
            Whether to keep the check in the workspace, so that it can be replayed.

        Raises
        ------
        UnknownName
            For an unknown project type, nature or scope.
        NotAvailable
            If a rule or layer needs what this version does not have.
        """
        check_project_type(project_type)
        check_nature(nature)
        lang = lang or self.settings.language
        if lang not in LANGUAGES:
            raise OptionError(f"unknown language {lang!r}; expected zh or en")
        day = as_of or today()
        book = self.rules
        chosen = book.scope(scope or self.settings.scope)
        rules = book.select(project_type, nature, chosen, day)
        unruled = book.roles_without_rule(chosen, day)
        with self._lock:
            roles = sorted({rule.role for rule in rules})
            constraints = {role: self._constraints_of(role, day) for role in roles}
        arrays = site_arrays(sites, self.topology_crs, self.settings.bounds)
        decision = check(
            sites,
            arrays,
            rules,
            constraints,
            unruled=unruled,
            crs=self.topology_crs,
            lang=lang,
        )
        layers = [layer for known in constraints.values() if known for layer in known.layers]
        head = self._head(sites, project_type, nature, chosen, day, lang, layers)
        unasked = book.unasked(project_type, day, chosen) if project_type == "other" else 0
        document = {
            **head,
            "warnings": check_warnings(arrays, layers, unruled, len(rules), unasked, lang),
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

    def _head(
        self,
        sites: Sites,
        project_type: str,
        nature: str,
        scope: Scope,
        day: date,
        lang: str,
        layers: list[Layer],
    ) -> dict[str, Any]:  # JSON values
        """Return the document's head: what was asked, of what, by which rules and data."""
        book = self.rules
        selected = book.select(project_type, nature, scope, day)
        roles = list(scope.roles) if scope.roles else sorted({rule.role for rule in selected})
        left_out = book.not_examined(scope, day)
        title = scope.title_en if lang == "en" else scope.title_zh
        body: dict[str, Any] = {  # JSON values
            "workspace": self.settings.name,
            "workspace_title": self.settings.title_en if lang == "en" else self.settings.title_zh,
            "language": lang,
            "as_of": day.isoformat(),
            "project_type": project_type,
            "nature": nature,
            "audience": "internal",
            "scope": scope_row(scope.id, title, roles, left_out),
            "method": method_row(self.topology_crs),
            "rules": {"count": len(selected), "sha256": book.sha256},
            "layers": [layer_row(layer, lang) for layer in layers],
            "inputs": [input_row(source) for source in sites.inputs],
        }
        identity = {
            **body,
            "toolkit_version": __version__,
            "bounds": self.settings.bounds,
            "sites": [str(index) for index in sites.frame.index],
        }
        return {
            "schema": SCHEMA,
            "check_id": check_id_of(identity),
            "generated_at": now_text(),
            "toolkit_version": __version__,
            **body,
        }


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
