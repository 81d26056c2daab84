"""The overlay engine: sites, constraints and rules in, findings and verdicts out."""

from geo_toolkit.siting.check import Decision, check, site_arrays
from geo_toolkit.siting.constraints import Constraints
from geo_toolkit.siting.document import check_warnings
from geo_toolkit.siting.land_take import with_land_take
from geo_toolkit.siting.request import Request, document_head
from geo_toolkit.siting.result import SCHEMA, VERDICTS, CheckResult
from geo_toolkit.siting.secrecy import Withheld
from geo_toolkit.siting.words import (
    ADVISORY_HIT,
    OUTCOME_WORDS,
    SEVERITY_WORDS,
    VERDICT_SIGNS,
    Sign,
)

__all__ = [
    "ADVISORY_HIT",
    "OUTCOME_WORDS",
    "SCHEMA",
    "SEVERITY_WORDS",
    "VERDICTS",
    "VERDICT_SIGNS",
    "CheckResult",
    "Constraints",
    "Decision",
    "Request",
    "Sign",
    "Withheld",
    "check",
    "check_warnings",
    "document_head",
    "site_arrays",
    "with_land_take",
]
