"""What is asked of a check, and the head of its document: the question, the rules, the data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geo_toolkit.errors import OptionError
from geo_toolkit.rules import Declaration, check_nature, check_project_type, now_text
from geo_toolkit.siting.document import (
    check_id_of,
    elevation_row,
    input_row,
    layer_row,
    method_row,
    scope_row,
)
from geo_toolkit.siting.result import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pyproj import CRS

    from geo_toolkit.boundary import Sites
    from geo_toolkit.boundary.elevation import ElevationModel
    from geo_toolkit.catalogue import Layer
    from geo_toolkit.rules import Rule, RuleBook, Scope

__all__ = ["Request", "document_head"]

LANGUAGES = ("zh", "en")
LARGEST_SHIFT_M = 20_000.0
AUDIENCES = ("internal", "applicant")


@dataclass(frozen=True)
class Request:
    """The question of one check.

    ``previous`` identifies the earlier submission that is compared with: a check id, or the
    checksums of its files. A batch looks no farther than its rules reach.

    Raises
    ------
    UnknownName
        For an unknown project type or nature.
    OptionError
        For an unknown language or audience.
    """

    project_type: str
    nature: str
    scope: Scope
    day: date
    lang: str
    audience: str
    declaration: Declaration
    is_trusted: bool = True
    shift_radius_m: float | None = None
    previous: tuple[str, ...] = ()
    is_batch: bool = False

    def __post_init__(self) -> None:
        """Refuse what no check can be asked."""
        check_project_type(self.project_type)
        check_nature(self.nature)
        if self.lang not in LANGUAGES:
            raise OptionError(f"unknown language {self.lang!r}; expected zh or en")
        if self.audience not in AUDIENCES:
            raise OptionError(f"unknown audience {self.audience!r}; expected internal or applicant")
        if self.shift_radius_m is not None and not 0 < self.shift_radius_m <= LARGEST_SHIFT_M:
            raise OptionError(
                f"shift radius {self.shift_radius_m:g} m; expected more than 0 and at most "
                f"{LARGEST_SHIFT_M:g}"
            )

    @property
    def edition(self) -> str:
        """The edition the answer is: a caller who may not see internal layers gets no other."""
        return "internal" if self.audience == "internal" and self.is_trusted else "applicant"

    def without_declaration(self) -> Request:
        """Return the same question of sites of which only the nature is declared."""
        plain = Declaration(nature=self.declaration.nature)
        return replace(self, declaration=plain, shift_radius_m=None, previous=())

    def rules_of(self, book: RuleBook) -> tuple[Rule, ...]:
        """Return the rules to be decided: in force, in scope, for this project and nature."""
        return book.select(self.project_type, self.nature, self.scope, self.day)


def document_head(
    request: Request,
    book: RuleBook,
    layers: Sequence[Layer],
    sites: Sites,
    land_take: Sites | None,
    dem: ElevationModel | None = None,
    *,
    crs: CRS,
    workspace: dict[str, Any],  # JSON values
    toolkit_version: str,
) -> dict[str, Any]:  # JSON values
    """Return all of the document but its warnings and sites.

    Parameters
    ----------
    layers
        The layers that were used.
    land_take
        The land taken, where it was given apart.
    dem
        The elevation model, where one was given; it stands last among the inputs.
    crs
        The topology CRS.
    workspace
        Its ``name``, ``title`` in the request's language, and ``bounds``.
    """
    rules = request.rules_of(book)
    scope, en = request.scope, request.lang == "en"
    roles = list(scope.roles) if scope.roles else sorted({rule.role for rule in rules})
    left_out = book.not_examined(scope, request.day)
    in_force = book.in_force(request.day)
    taken = land_take.inputs if land_take else ()
    body: dict[str, Any] = {  # JSON values
        "workspace": workspace["name"],
        "workspace_title": workspace["title"],
        "language": request.lang,
        "as_of": request.day.isoformat(),
        "project_type": request.project_type,
        "nature": request.nature,
        "nature_basis": "declared" if request.declaration.nature else "assumed",
        "audience": request.edition,
        "declaration": request.declaration.model_dump(
            mode="json", by_alias=True, exclude_defaults=True
        ),
        "scope": scope_row(
            scope.id,
            scope.title_en if en else scope.title_zh,
            roles,
            left_out,
            in_force,
            request.lang,
        ),
        "method": method_row(crs),
        "rules": {"count": len(rules), "sha256": book.sha256},
        "layers": [layer_row(layer, request.lang) for layer in layers],
        "inputs": [
            *(input_row(source, request.lang) for source in sites.inputs),
            *([elevation_row(dem, request.lang)] if dem else []),
        ],
        "land_take": [input_row(source, request.lang) for source in taken],
    }
    if request.is_batch:
        body["is_batch"] = True
    if request.shift_radius_m is not None:
        body["shift_radius_m"] = request.shift_radius_m
    identity = {
        **body,
        "toolkit_version": toolkit_version,
        "bounds": workspace["bounds"],
        "sites": [str(index) for index in sites.frame.index],
        "is_trusted": request.is_trusted,
        "shift_radius_m": request.shift_radius_m,
        "previous": request.previous,
    }
    return {
        "schema": SCHEMA,
        "check_id": check_id_of(identity),
        "generated_at": now_text(),
        "toolkit_version": toolkit_version,
        **body,
    }
