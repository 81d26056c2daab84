"""What was declared, applied to findings: exceptions of the law, and a reviewer's overrides."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from geo_toolkit.errors import OptionError
from geo_toolkit.rules import NATURES

if TYPE_CHECKING:
    from geo_toolkit.rules import Declaration, Override, RuleException, Structure
    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import Finding

__all__ = ["Declared"]


@dataclass
class Declared:
    """A declaration bound to the sites of one check, while it is applied to their findings.

    Parameters
    ----------
    declaration
        Every part of it names its site.
    project_type
        Some project types cannot claim some exceptions.
    """

    declaration: Declaration
    project_type: str
    _used: set[int] = field(default_factory=set)
    _claims: dict[int, set[str]] = field(default_factory=dict)

    def applied(self, finding: Finding, site_id: str, constraints: Constraints | None) -> Finding:
        """Return a finding with the exception that is claimed and the override that is given."""
        if self.declaration.nature is None and len(finding.rule.natures) < len(NATURES):
            finding = replace(finding, assumes_nature=True)
        if finding.outcome in ("hit", "borderline"):
            exception = self._exception(finding, site_id)
            if exception is not None:
                finding = replace(finding, exception=exception)
        override = self._override(finding, site_id, constraints)
        if override is None:
            return finding
        return replace(
            finding,
            outcome=override.outcome,
            reason_code="overridden",
            original=(finding.outcome, finding.reason_code),
            override=override,
        )

    def structures(self, site_id: str) -> tuple[Structure, ...]:
        """Return how the centreline of a site is declared to cross."""
        return tuple(s for s in self.declaration.crossings if s.site == site_id)

    def refuse_unused(self) -> None:
        """Refuse an override that matched no finding, and a consent that is not to be placed.

        A consent is one authority's word on one rule: where several rules could claim it, it
        must say which, and where it says which, that rule must have claimed it.

        Raises
        ------
        OptionError
            Names the override or the consent, and the rules.
        """
        for position, approval in enumerate(self.declaration.approvals):
            claims = sorted(self._claims.get(position, ()))
            if approval.kind == "consent" and approval.rule_id is None and len(claims) > 1:
                raise OptionError(
                    f"consent {approval.number!r} at site {approval.site!r}: rules "
                    f"{', '.join(claims)} could claim it; add rule_id = {claims[0]!r} or another"
                )
            if approval.rule_id is not None and not claims:
                raise OptionError(
                    f"approval {approval.number!r} at site {approval.site!r}: rule "
                    f"{approval.rule_id!r} does not claim it in this check; correct it or take "
                    "it out"
                )
        for position, override in enumerate(self.declaration.overrides):
            if position not in self._used:
                what = f" feature {override.feature_id!r}" if override.feature_id else ""
                raise OptionError(
                    f"override of rule {override.rule_id!r}{what} at site {override.site!r}: "
                    "no such finding in this check; correct it or take it out"
                )

    def _exception(self, finding: Finding, site_id: str) -> RuleException | None:
        """Return the mildest exception of the rule that this site may claim."""
        has_class = self.declaration.activity_class is not None
        classed = has_class and self.declaration.applies_to(site_id)
        for exception in finding.rule.exceptions:
            if self.project_type in exception.not_for:
                continue
            if exception.when == "activity_class" and classed:
                return exception
            for position, approval in enumerate(self.declaration.approvals):
                here = approval.site == site_id and approval.kind == exception.when
                if here and approval.rule_id in (None, finding.rule.id):
                    self._claims.setdefault(position, set()).add(finding.rule.id)
                    return exception
        return None

    def _override(
        self, finding: Finding, site_id: str, constraints: Constraints | None
    ) -> Override | None:
        feature_id = None
        if constraints is not None and finding.feature is not None:
            feature_id = str(constraints.feature_id[finding.feature])
        for position, override in enumerate(self.declaration.overrides):
            same = override.site == site_id and override.rule_id == finding.rule.id
            if same and override.feature_id in (None, feature_id):
                self._used.add(position)
                return override
        return None
