"""Rules and review scopes: the model, loading, and which apply to what and when."""

from geo_toolkit.rules.book import (
    FULL,
    RuleBook,
    check_nature,
    check_project_type,
)
from geo_toolkit.rules.confirm import confirm_rule
from geo_toolkit.rules.dates import now_text, parse_day, today
from geo_toolkit.rules.declare import Approval, Declaration, Override, Structure, read_declaration
from geo_toolkit.rules.faults import Fault
from geo_toolkit.rules.load import load_rules
from geo_toolkit.rules.model import (
    NATURES,
    PROJECT_TYPES,
    SEVERITIES,
    AreaDistances,
    Citation,
    ClassDistances,
    Confidence,
    Confirmation,
    Relation,
    Rule,
    RuleException,
    Scope,
    Severity,
    Where,
)
from geo_toolkit.rules.roles import ROLES, role_title
from geo_toolkit.rules.surfaces import Section, Surface, SurfaceSet
from geo_toolkit.rules.validate import validate_folder, validate_rules

__all__ = [
    "FULL",
    "NATURES",
    "PROJECT_TYPES",
    "ROLES",
    "SEVERITIES",
    "Approval",
    "AreaDistances",
    "Citation",
    "ClassDistances",
    "Confidence",
    "Confirmation",
    "Declaration",
    "Fault",
    "Override",
    "Relation",
    "Rule",
    "RuleBook",
    "RuleException",
    "Scope",
    "Section",
    "Severity",
    "Structure",
    "Surface",
    "SurfaceSet",
    "Where",
    "check_nature",
    "check_project_type",
    "confirm_rule",
    "load_rules",
    "now_text",
    "parse_day",
    "read_declaration",
    "role_title",
    "today",
    "validate_folder",
    "validate_rules",
]
