"""Rules and review scopes as values, checked when they are built."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from geo_toolkit.errors import UnknownName
from geo_toolkit.rules.confirmation import Confirmation, Day
from geo_toolkit.rules.surfaces import SurfaceSet

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "NATURES",
    "PROJECT_TYPES",
    "SEVERITIES",
    "AreaDistances",
    "Citation",
    "ClassDistances",
    "Confidence",
    "Confirmation",
    "Day",
    "Relation",
    "Rule",
    "RuleException",
    "Scope",
    "Severity",
    "Where",
]

PROJECT_TYPES: dict[str, tuple[str, str]] = {
    "chemical": ("化工项目", "chemical project or park"),
    "industrial": ("工业项目", "industrial project"),
    "logistics": ("物流仓储项目", "logistics and storage"),
    "park": ("开发区、园区整体", "development zone as a whole"),
    "residential": ("居住项目", "residential"),
    "tourism": ("旅游项目", "tourism"),
    "public": ("公共服务设施项目", "public facility"),
    "energy": ("能源项目", "energy"),
    "mining": ("采矿项目", "mining"),
    "tailings": ("尾矿库", "tailings pond"),
    "livestock": ("畜禽养殖项目", "livestock farm"),
    "linear": ("线性工程（公路、铁路、管道）", "linear project (road, rail, pipeline)"),
    "waterworks": ("水利工程", "water works"),
    "airfield": ("机场项目", "airfield"),
    "other": ("其他项目", "other"),
}
"""Project types with their Chinese and English titles."""

NATURES: dict[str, tuple[str, str]] = {
    "new": ("新建", "new"),
    "expand": ("扩建", "expansion"),
    "rebuild": ("改建", "rebuilding"),
}


Metres = Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)]
"""A distance: a finite number from 0; text and true/false are refused, not converted."""

Positive = Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)]
"""A finite number above 0."""


class Severity(StrEnum):
    """How strict a rule is; see ``SEVERITIES`` for the order."""

    PROHIBITED = "prohibited"
    RESTRICTED = "restricted"
    CONDITIONAL = "conditional"
    ADVISORY = "advisory"


SEVERITIES = (
    Severity.PROHIBITED,
    Severity.RESTRICTED,
    Severity.CONDITIONAL,
    Severity.ADVISORY,
)
"""Worst first."""


class Confidence(StrEnum):
    """How well the provision is known to be current law."""

    CONFIRMED = "confirmed"
    PRESS = "press"
    RECALL = "recall"


class Relation(StrEnum):
    """How a site must stand to the features of a role for a rule to hit."""

    OVERLAPS = "overlaps"
    NOT_WITHIN = "not_within"
    WITHIN_DISTANCE = "within_distance"
    ALONG_LINE = "along_line"
    LISTED = "listed"
    BELOW_HEIGHT = "below_height"
    SLOPE_BELOW = "slope_below"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Citation(_Frozen):
    """The provision a rule rests on."""

    title: str
    article: str = ""
    year: Annotated[int, Field(strict=True)] | None = None
    title_en: str = ""
    article_en: str = ""

    def text(self, lang: str) -> str:
        """Return the provision in words; in English with the Chinese title beside.

        Examples
        --------
        >>> Citation(title="河道法", article="第一条", title_en="River Law", article_en="Art. 1",
        ...          year=2020).text("en")
        'River Law《河道法》(2020), Art. 1'
        """
        if lang != "en" or not self.title_en:
            return str(self)
        year = f"({self.year})" if self.year else ""
        head = f"{self.title_en}《{self.title}》{year}"
        article = self.article_en or self.article
        return f"{head}, {article}" if article else head

    def __str__(self) -> str:
        """Return title, year and article as one Chinese phrase."""
        year = f"（{self.year}）" if self.year else ""
        return f"《{self.title}》{year}{self.article}"


class Where(_Frozen):
    """A filter on features: ``column`` must hold one of ``values`` (written ``in`` in TOML)."""

    column: str
    values: tuple[str, ...] = Field(alias="in", min_length=1)


class ClassDistances(BaseModel):
    """Distances by the value of a column, e.g. ``{by = "class", expressway = 30}``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    distances_m: dict[str, Metres] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, raw: Any) -> Any:  # noqa: ANN401 (pydantic hands over raw TOML)
        if isinstance(raw, dict) and "distances_m" not in raw:
            by = {"by": raw["by"]} if "by" in raw else {}
            return by | {"distances_m": {k: v for k, v in raw.items() if k != "by"}}
        return raw

    @property
    def largest_m(self) -> float:
        """The distance used where a feature's class is not known."""
        return max(self.distances_m.values())


class AreaDistances(_Frozen):
    """Other distances for sites that lie wholly in an area of some class, e.g. in a city.

    ``role`` names the areas, ``by`` the column that holds their class.
    """

    role: str = Field(min_length=1)
    by: str = Field(min_length=1)
    distance_m: dict[str, Metres | ClassDistances] = Field(min_length=1)


class RuleException(_Frozen):
    """What, declared, makes a rule milder: a limited activity, or a paper of an authority.

    ``not_for`` names the project types that cannot claim it.
    """

    when: Literal["activity_class", "recognition_opinion", "unavoidability_opinion", "consent"]
    severity: Severity
    text_zh: str = Field(min_length=1)
    text_en: str = ""
    not_for: tuple[str, ...] = ()

    def text(self, lang: str) -> str:
        """Return it in words; in Chinese where there is no English."""
        return (self.text_en if lang == "en" else "") or self.text_zh

    @model_validator(mode="after")
    def _check(self) -> RuleException:
        for name in self.not_for:
            if name not in PROJECT_TYPES:
                raise ValueError(str(UnknownName("project type", name, PROJECT_TYPES)))
        return self


class Rule(_Frozen):
    """One provision that can be decided from geometry or a listed attribute.

    The keys are those of ``rules/siting/*.toml`` (DESIGN §4). Of relation ``below_height`` there
    are three: without ``distance_m`` the obstacle surfaces of the role's runways; with it, a
    clearance area of that radius (``line_role`` names the runways in it); with ``height_ratio``
    too, a height above ground of at most the distance divided by it. ``same = "industries"``
    asks only of features that share a declared industry; ``above_ha`` asks whether the overlaps
    together are more than an area; ``areas`` gives other distances inside areas of some class;
    ``stop_role`` names areas outside which a distance does not reach (a catchment);
    ``slope_percent`` goes with ``slope_below``: as steep as that is not below it.
    ``confirmation`` and ``surfaces`` are
    filled in by the loader, from ``rules/confirmations.toml`` and ``obstacle_surfaces.toml``;
    what is said in English only where a rule does not say it itself, from ``terms.toml``.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    subjects: tuple[str, ...] = Field(min_length=1)
    except_subjects: tuple[str, ...] = ()
    natures: tuple[Literal["new", "expand", "rebuild"], ...] = Field(
        default=("new", "expand", "rebuild"), min_length=1
    )
    role: str = Field(min_length=1)
    where: Where | None = None
    relation: Relation
    distance_m: Metres | ClassDistances | None = None
    areas: AreaDistances | None = None
    severity: Severity
    valid_from: Day
    valid_to: Day | None = None
    confidence: Confidence
    line_role: str | None = None
    upstream_m: Metres | None = None
    downstream_m: Metres | None = None
    same: Literal["industries"] | None = None
    height_ratio: Positive | None = None
    above_ha: Positive | None = None
    slope_percent: Positive | None = None
    stop_role: str | None = None
    baseline_zh: str = ""
    baseline_en: str = ""
    authority_zh: str = ""
    authority_en: str = ""
    note_zh: str = ""
    exceptions_zh: tuple[str, ...] = ()
    exceptions: tuple[RuleException, ...] = Field(default=(), alias="exception")
    citation: Citation
    surfaces: tuple[SurfaceSet, ...] = ()
    confirmation: Confirmation | None = None

    @model_validator(mode="after")
    def _check(self) -> Rule:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} is before valid_from {self.valid_from}")
        self._check_distances()
        if self.above_ha is not None and self.relation is not Relation.OVERLAPS:
            raise ValueError("above_ha goes with relation overlaps only")
        if self.same is not None and self.relation is Relation.NOT_WITHIN:
            raise ValueError("same does not go with relation not_within")
        for name in (*(s for s in self.subjects if s != "*"), *self.except_subjects):
            if name not in PROJECT_TYPES:
                raise ValueError(str(UnknownName("project type", name, PROJECT_TYPES)))
        return self

    def _check_distances(self) -> None:
        """Refuse a distance that the relation cannot use, or lacks."""
        high = self.relation is Relation.BELOW_HEIGHT
        if self.distance_m is None and self.relation is Relation.WITHIN_DISTANCE:
            raise ValueError("relation within_distance needs distance_m")
        if self.distance_m is not None and not (high or self.relation is Relation.WITHIN_DISTANCE):
            raise ValueError("distance_m goes with within_distance or below_height only")
        if self.areas is not None and self.relation is not Relation.WITHIN_DISTANCE:
            raise ValueError("areas goes with relation within_distance only")
        if self.areas is not None and self.stop_role is not None:
            raise ValueError("areas does not go with stop_role")
        if (self.slope_percent is not None) != (self.relation is Relation.SLOPE_BELOW):
            raise ValueError("slope_percent goes with relation slope_below, and only so")
        if self.stop_role is not None and self.relation is not Relation.WITHIN_DISTANCE:
            raise ValueError("stop_role goes with relation within_distance only")
        if self.height_ratio is not None and not (high and self.distance_m is not None):
            raise ValueError("height_ratio goes with below_height and distance_m")
        if self.relation is Relation.ALONG_LINE:
            if self.line_role is None or (self.upstream_m is None and self.downstream_m is None):
                raise ValueError("along_line needs line_role and upstream_m or downstream_m")
            return
        if self.upstream_m is not None or self.downstream_m is not None:
            raise ValueError("upstream_m and downstream_m go with along_line only")
        if self.line_role is not None and not (high and self.distance_m is not None):
            raise ValueError("line_role goes with along_line, or with below_height and distance_m")

    def is_in_force(self, day: date) -> bool:
        """Whether the rule is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def is_for(self, project_type: str, nature: str) -> bool:
        """Whether the rule asks of this project type and nature."""
        named = "*" in self.subjects or project_type in self.subjects
        return named and project_type not in self.except_subjects and nature in self.natures

    def authority(self, lang: str) -> str:
        """Return whom to ask; in Chinese where there is no English."""
        return (self.authority_en if lang == "en" else "") or self.authority_zh

    def baseline(self, lang: str) -> str:
        """Return what distances are measured from; in Chinese where there is no English."""
        return (self.baseline_en if lang == "en" else "") or self.baseline_zh

    @property
    def is_settled(self) -> bool:
        """Whether the law behind the rule is confirmed, by its source or by a person since."""
        return self.confidence is Confidence.CONFIRMED or self.confirmation is not None

    @property
    def is_required(self) -> bool:
        """Whether a site's verdict needs this rule decided."""
        return self.severity is not Severity.ADVISORY

    @property
    def other_role(self) -> str | None:
        """The role that decides the rule beside its own: of its lines, areas, or stop."""
        return self.areas.role if self.areas is not None else self.line_role or self.stop_role

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles whose layers decide the rule, its own first."""
        return (self.role,) if self.other_role is None else (self.role, self.other_role)

    @property
    def largest_distance_m(self) -> float:
        """The largest distance at which the rule can hit; 0 without a distance."""
        if isinstance(self.distance_m, ClassDistances):
            return self.distance_m.largest_m
        if self.distance_m is not None:
            return self.distance_m
        reach = [surfaces.reach_m for surfaces in self.surfaces]
        return max([self.upstream_m or 0.0, self.downstream_m or 0.0, *reach])


class Scope(_Frozen):
    """A review scope: the roles a conclusion speaks of; None means every role."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    roles: tuple[str, ...] | None = Field(default=None, min_length=1)

    def has(self, role: str) -> bool:
        """Whether the scope speaks of a role."""
        return self.roles is None or role in self.roles
