"""Which rules apply to what and when."""

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from geo_toolkit.errors import UnknownName
from geo_toolkit.rules import (
    NATURES,
    PROJECT_TYPES,
    Rule,
    RuleBook,
    Scope,
    check_nature,
    check_project_type,
)

DAY = date(2026, 11, 24)


def make_rule(rule_id, **changes):
    keys = {
        "id": rule_id,
        "title_zh": "规则",
        "title_en": "rule",
        "subjects": ("*",),
        "role": "ecological_red_line",
        "relation": "overlaps",
        "severity": "prohibited",
        "valid_from": date(2020, 1, 1),
        "confidence": "confirmed",
        "citation": {"title": "法"},
    }
    return Rule.model_validate(keys | changes)


@pytest.fixture
def book():
    return RuleBook(
        rules=(
            make_rule("Z", subjects=("chemical",), natures=("new", "expand"), role="river"),
            make_rule("A"),
            make_rule("B", except_subjects=("linear",), role="highway"),
            make_rule("C", valid_from=date(2026, 3, 15), severity="advisory", role="wetland"),
            make_rule("C", valid_to=date(2026, 3, 14), severity="restricted", role="wetland"),
        ),
        scopes={
            "line": Scope(
                id="line", title_zh="线", title_en="line", roles=("ecological_red_line",)
            ),
            "more": Scope(id="more", title_zh="多", title_en="more", roles=("heritage", "river")),
        },
    )


def ids(rules):
    return [rule.id for rule in rules]


def test_rules_are_sorted_by_id_and_day(book):
    assert [(rule.id, rule.valid_from.year) for rule in book.rules] == [
        ("A", 2020),
        ("B", 2020),
        ("C", 2020),
        ("C", 2026),
        ("Z", 2020),
    ]


def test_the_book_is_frozen(book):
    with pytest.raises(FrozenInstanceError):
        book.rules = ()


@pytest.mark.parametrize(
    ("day", "severity"),
    [(date(2026, 3, 14), "restricted"), (date(2026, 3, 15), "advisory")],
)
def test_both_ends_of_a_validity_are_inclusive(book, day, severity):
    assert book.rule("C", day).severity == severity
    assert [r.severity for r in book.in_force(day) if r.id == "C"] == [severity]


def test_without_a_day_the_latest_version_is_meant(book):
    assert book.rule("C").valid_from == date(2026, 3, 15)


def test_before_the_first_version_there_is_no_rule(book):
    with pytest.raises(UnknownName, match=r"^no rule 'C' in force on 2019-12-31; known: none$"):
        book.rule("C", date(2019, 12, 31))


def test_select_looks_at_subject_nature_scope_and_day(book):
    assert ids(book.select("chemical", "new", "full", DAY)) == ["A", "B", "C", "Z"]
    assert ids(book.select("chemical", "rebuild", "full", DAY)) == ["A", "B", "C"]
    assert ids(book.select("linear", "new", "full", DAY)) == ["A", "C"]
    assert ids(book.select("other", "new", "line", DAY)) == ["A"]
    assert ids(book.select("chemical", "new", book.scope("more"), DAY)) == ["Z"]
    assert ids(book.select("chemical", "new", "full", date(2019, 12, 31))) == []


def test_unasked_counts_rules_for_other_types_only(book):
    assert book.unasked("other", DAY) == 1
    assert book.unasked("chemical", DAY) == 0
    assert book.unasked("linear", DAY) == 2
    assert book.unasked("linear", DAY, "more") == 1


def test_every_rule_in_force_is_selected_by_some_nature_or_unasked(book):
    for project_type in PROJECT_TYPES:
        asked = {r.id for n in NATURES for r in book.select(project_type, n, "full", DAY)}
        assert len(asked) + book.unasked(project_type, DAY) == len(book.in_force(DAY))


def test_what_a_scope_leaves_out_is_named(book):
    assert book.not_examined("line", DAY) == ("highway", "river", "wetland")
    assert book.not_examined("full", DAY) == ()
    assert book.not_examined("line", date(2019, 1, 1)) == ()


def test_a_role_of_the_scope_that_no_rule_asks_about_is_named(book):
    assert book.roles_without_rule("more", DAY) == ("heritage",)
    assert book.roles_without_rule("line", DAY) == ()
    assert book.roles_without_rule("line", date(2019, 1, 1)) == ("ecological_red_line",)
    assert book.roles_without_rule("full", date(2019, 1, 1)) == ()


def test_unknown_names_come_with_the_nearest(book):
    with pytest.raises(UnknownName, match=r"no scope 'lines'; did you mean 'line'\?"):
        book.scope("lines")
    with pytest.raises(UnknownName, match=r"no scope 'lines'; did you mean 'line'\?"):
        book.select("other", "new", "lines", DAY)
    with pytest.raises(UnknownName, match=r"no project type 'chemcal'; did you mean 'chemical'"):
        check_project_type("chemcal")
    with pytest.raises(UnknownName, match=r"no nature 'rebuilt'; did you mean 'rebuild'\?"):
        check_nature("rebuilt")
    with pytest.raises(UnknownName, match=r"no rule 'X' in rules/siting/; known: A, B, C, Z"):
        book.rule("X")


def test_an_empty_book_has_the_full_scope_and_a_hash_of_its_own(book):
    empty = RuleBook()
    assert empty.scope("full").roles is None
    assert empty.select("other", "new", "full", DAY) == ()
    assert empty.sha256 != book.sha256


def test_the_hash_does_not_depend_on_the_order_of_the_rules(book):
    assert RuleBook(tuple(reversed(book.rules)), book.scopes).sha256 == book.sha256
