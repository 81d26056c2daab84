"""``geo-toolkit rules``: what applies to what and when, and who confirmed the law."""

from typing import Annotated, Any

import typer

from geo_toolkit.cli.console import print_json, print_table, say
from geo_toolkit.cli.options import (
    AsOfOption,
    Form,
    FormOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    language,
)
from geo_toolkit.errors import DefinitionError
from geo_toolkit.report.labels import label, word
from geo_toolkit.rules import (
    NATURES,
    ClassDistances,
    Rule,
    check_project_type,
    confirm_rule,
    parse_day,
    role_title,
    today,
    validate_folder,
)
from geo_toolkit.siting.words import SEVERITY_WORDS
from geo_toolkit.workspace import Workspace

__all__ = ["app"]

app = typer.Typer(
    help="Rules: list, show, validate, confirm. 规则：查看、校验、核实条文。",
    no_args_is_help=False,
    rich_markup_mode=None,
)
_RuleId = Annotated[str, typer.Argument(metavar="ID", show_default=False)]


@app.command("list")
def list_rules(
    project_type: Annotated[
        str | None, typer.Option("--project-type", metavar="TYPE", show_default=False)
    ] = None,
    as_of: AsOfOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """List the rules in force on a day."""
    day = parse_day(as_of) if as_of else today()
    if project_type is not None:
        check_project_type(project_type)
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    rules = [
        rule
        for rule in opened.rules.in_force(day)
        if project_type is None or any(rule.is_for(project_type, nature) for nature in NATURES)
    ]
    if form is Form.JSON:
        print_json([_as_json(rule) for rule in rules])
    elif not quiet:
        _print_rules(rules, words)


@app.command("show")
def show_rule(
    rule_id: _RuleId,
    as_of: AsOfOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show one rule whole, the latest version by default."""
    day = parse_day(as_of) if as_of else None
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    rule = opened.rules.rule(rule_id, day)
    if form is Form.JSON:
        print_json(_as_json(rule))
    elif not quiet:
        shown = [(key, _cell(value)) for key, value in _as_json(rule).items()]
        columns = [(rule.id, "left"), (_title(rule, words), "left")]
        print_table(columns, [row for row in shown if row[1]])


@app.command("validate")
def validate(
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find every fault in rules/ at once."""
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    roles = {entry.definition.role for entry in opened.layers.values()}
    faults = [str(fault) for fault in validate_folder(opened.root / "rules", roles)]
    if form is Form.JSON:
        print_json({"valid": not faults, "faults": faults})
    elif not quiet:
        for fault in faults:
            say(fault)
        if not faults:
            say(label("all_valid", words, n=len(opened.rules.rules)))
    if faults:
        raise DefinitionError(f"rules/: {len(faults)} faults, the first: {faults[0]}")


@app.command("confirm")
def confirm(
    rule_id: _RuleId,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who read the text in force.")],
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="Where it was read.")],
    date: Annotated[str, typer.Option("--date", metavar="DATE", help="When, as 2026-03-15.")],
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Record who confirmed a provision, and from where."""
    day = parse_day(date, option="--date")
    opened = Workspace.open(workspace)
    done = confirm_rule(opened.root / "rules", rule_id, by=by, source=source, date=day)
    if not quiet:
        words = language(lang, opened)
        who = label("confirmed_by", words, by=done.by, date=done.date.isoformat())
        say(f"{done.rule_id}  {who}")


def _print_rules(rules: list[Rule], lang: str) -> None:
    columns = [
        (label("rule_id", lang), "left"),
        (label("title", lang), "left"),
        (label("role", lang), "left"),
        (label("severity", lang), "left"),
        (label("threshold_m", lang), "right"),
        (label("confidence", lang), "left"),
        (label("citation", lang), "left"),
    ]
    rows = [
        (
            rule.id,
            _title(rule, lang),
            role_title(rule.role, lang),
            SEVERITY_WORDS[rule.severity.value][lang == "en"],
            _distance(rule),
            _confidence(rule, lang),
            str(rule.citation),
        )
        for rule in rules
    ]
    print_table(columns, rows)


def _title(rule: Rule, lang: str) -> str:
    return rule.title_en if lang == "en" else rule.title_zh


def _distance(rule: Rule) -> str:
    if isinstance(rule.distance_m, ClassDistances):
        values = rule.distance_m.distances_m.values()
        return f"{min(values):g}-{max(values):g}"
    return "" if rule.distance_m is None else f"{rule.distance_m:g}"


def _confidence(rule: Rule, lang: str) -> str:
    if rule.confirmation is not None:
        done = rule.confirmation
        return label("confirmed_by", lang, by=done.by, date=done.date.isoformat())
    return word("confidence", rule.confidence.value, lang)


def _as_json(rule: Rule) -> dict[str, Any]:  # JSON values
    """Return a rule as it stands in TOML, and whether its law is settled."""
    return {**rule.model_dump(mode="json", by_alias=True), "settled": rule.is_settled}


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{key} = {text}" for key, part in value.items() if (text := _cell(part)))
    if isinstance(value, list):
        between = "; " if value and isinstance(value[0], dict) else ", "
        return between.join(_cell(part) for part in value)
    return "" if value is None else str(value)
