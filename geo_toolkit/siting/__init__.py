"""The overlay engine: sites, constraints and rules in, findings and verdicts out."""

from geo_toolkit.siting.check import Decision, check, site_arrays
from geo_toolkit.siting.constraints import Constraints
from geo_toolkit.siting.document import (
    check_id_of,
    check_warnings,
    input_row,
    layer_row,
    method_row,
    scope_row,
)
from geo_toolkit.siting.result import SCHEMA, VERDICTS, CheckResult
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
    "Sign",
    "check",
    "check_id_of",
    "check_warnings",
    "input_row",
    "layer_row",
    "method_row",
    "scope_row",
    "site_arrays",
]
