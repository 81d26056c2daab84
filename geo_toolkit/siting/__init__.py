"""The overlay engine: sites, constraints and rules in, findings and verdicts out."""

from geo_toolkit.siting.additions import TABLE_ROLES, Additions, additions
from geo_toolkit.siting.again import edition_again, run_again, same_again
from geo_toolkit.siting.approved import APPROVED_LAND, approved_overlaps
from geo_toolkit.siting.check import Decision, check, site_arrays
from geo_toolkit.siting.constraints import Constraints
from geo_toolkit.siting.document import check_warnings
from geo_toolkit.siting.elevation import Terrain
from geo_toolkit.siting.findings import SiteArrays
from geo_toolkit.siting.land_take import with_land_take
from geo_toolkit.siting.line_overlaps import line_overlap_texts, line_overlaps
from geo_toolkit.siting.previous import compare
from geo_toolkit.siting.progress import Progress, Steps, no_progress
from geo_toolkit.siting.replay import Replay, replay_checks
from geo_toolkit.siting.request import Request, document_head
from geo_toolkit.siting.result import SCHEMA, VERDICTS, CheckResult
from geo_toolkit.siting.secrecy import Withheld, withheld_of
from geo_toolkit.siting.unit_lists import UnitLists, parse_unit_lists
from geo_toolkit.siting.windows import constraints_near, is_local
from geo_toolkit.siting.words import (
    ADVISORY_HIT,
    OUTCOME_WORDS,
    SEVERITY_WORDS,
    VERDICT_SIGNS,
    Sign,
)

__all__ = [
    "ADVISORY_HIT",
    "APPROVED_LAND",
    "OUTCOME_WORDS",
    "SCHEMA",
    "SEVERITY_WORDS",
    "TABLE_ROLES",
    "VERDICTS",
    "VERDICT_SIGNS",
    "Additions",
    "CheckResult",
    "Constraints",
    "Decision",
    "Progress",
    "Replay",
    "Request",
    "Sign",
    "SiteArrays",
    "Steps",
    "Terrain",
    "UnitLists",
    "Withheld",
    "additions",
    "approved_overlaps",
    "check",
    "check_warnings",
    "compare",
    "constraints_near",
    "document_head",
    "edition_again",
    "is_local",
    "line_overlap_texts",
    "line_overlaps",
    "no_progress",
    "parse_unit_lists",
    "replay_checks",
    "run_again",
    "same_again",
    "site_arrays",
    "with_land_take",
    "withheld_of",
]
