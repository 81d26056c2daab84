"""The rules and scopes that come with the workspace."""

from datetime import date
from pathlib import Path

import pytest

from geo_toolkit.rules import PROJECT_TYPES, Relation, load_rules, validate_folder

FOLDER = Path(__file__).parents[2] / "rules"
DAY = date(2026, 11, 24)

ALWAYS = {"DW-1", "ERL-1", "NR-1", "PBF-1", "RW-1", "WL-1"}
BUILT = ALWAYS | {"ERL-2", "HW-1"}
MATRIX = {
    "chemical": BUILT | {"UDB-1", "YZ-1"},
    "industrial": BUILT | {"UDB-1"},
    "logistics": BUILT | {"UDB-1"},
    "park": BUILT | {"UDB-1"},
    "residential": BUILT,
    "tourism": ALWAYS | {"ERL-3", "HW-1"},
    "public": BUILT,
    "energy": BUILT,
    "mining": BUILT,
    "tailings": BUILT,
    "livestock": BUILT,
    "linear": ALWAYS | {"ERL-3"},
    "waterworks": BUILT,
    "airfield": BUILT,
    "other": BUILT,
}


@pytest.fixture(scope="module")
def book():
    return load_rules(FOLDER)


def test_nothing_is_wrong_with_them():
    assert validate_folder(FOLDER, []) == []


def test_every_project_type_is_in_the_matrix():
    assert set(MATRIX) == set(PROJECT_TYPES)


@pytest.mark.parametrize("project_type", MATRIX)
def test_each_project_type_is_asked_its_rules(book, project_type):
    assert {rule.id for rule in book.select(project_type, "new", "full", DAY)} == (
        MATRIX[project_type]
    )


def test_the_chemical_kilometre_is_for_new_and_expanded_projects(book):
    asked = {
        nature: {rule.id for rule in book.select("chemical", nature, "full", DAY)}
        for nature in ("new", "expand", "rebuild")
    }
    assert "YZ-1" in asked["new"]
    assert "YZ-1" in asked["expand"]
    assert asked["rebuild"] == asked["new"] - {"YZ-1"}
    rule = book.rule("YZ-1", DAY)
    assert (rule.distance_m, rule.severity, rule.is_settled) == (1000.0, "prohibited", True)
    assert "中心线" in rule.baseline_zh


@pytest.mark.parametrize(
    ("rule_id", "day", "article"),
    [
        ("NR-1", date(2026, 3, 14), "第三十二条"),
        ("NR-1", date(2026, 3, 15), "第二十六条（国务院令第830号）"),
        ("DW-1", date(2026, 8, 14), "第六十五条"),
        ("DW-1", date(2026, 8, 15), "条文编号待核（原水污染防治法第六十五条）"),
    ],
)
def test_a_revised_law_takes_over_on_its_day(book, rule_id, day, article):
    assert book.rule(rule_id, day).citation.article == article
    assert [rule.id for rule in book.in_force(day)].count(rule_id) == 1


def test_old_zones_of_a_reserve_are_not_cleared_by_the_new_law(book):
    zones = set(book.rule("NR-1", DAY).where.values)
    assert {"核心保护区", "核心区", "缓冲区"} <= zones
    assert not {"一般控制区", "实验区"} & zones


def test_only_law_that_was_read_counts_as_confirmed(book):
    pending = {
        (rule.id, rule.confidence.value) for rule in book.in_force(DAY) if not rule.is_settled
    }
    assert pending == {("DW-1", "recall"), ("UDB-1", "press")}
    assert all("待核" in book.rule(rule_id, DAY).citation.article for rule_id, _ in pending)


def test_distances_by_class_are_those_of_the_regulations(book):
    highway = book.rule("HW-1", DAY).distance_m.distances_m
    assert [highway[c] for c in ("expressway", "national", "provincial", "county", "township")] == [
        30.0,
        20.0,
        15.0,
        10.0,
        5.0,
    ]
    assert [highway[c] for c in ("高速公路", "国道", "省道", "县道", "乡道")] == [30, 20, 15, 10, 5]
    railway = book.rule("RW-1", DAY).distance_m.distances_m
    assert (railway["high_speed"], railway["ordinary"]) == (20.0, 15.0)


def test_a_distance_says_what_it_is_measured_from_and_every_rule_whom_to_ask(book):
    for rule in book.rules:
        assert rule.authority_zh, rule.id
        assert bool(rule.baseline_zh) == (rule.relation is Relation.WITHIN_DISTANCE), rule.id


def test_every_relation_can_be_decided(book):
    assert book.undecidable == ()


def test_the_scopes_are_there_and_each_of_their_roles_has_a_rule_in_force(book):
    assert list(book.scopes) == ["full", "red_line", "three_lines", "eia"]
    for scope in book.scopes:
        assert book.roles_without_rule(scope, DAY) == ()


def test_the_red_line_scope_leaves_farmland_out_and_says_so(book):
    assert {rule.id for rule in book.select("park", "new", "red_line", DAY)} == {"ERL-1", "ERL-2"}
    assert "permanent_basic_farmland" in book.not_examined("red_line", DAY)
