"""The rules and scopes that come with the workspace."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from geo_toolkit.rules import PROJECT_TYPES, SEVERITIES, Relation, load_rules, validate_folder

FOLDER = Path(__file__).parents[2] / "rules"
DAY = date(2026, 11, 24)

ALWAYS = {
    *("ERL-1", "PBF-1", "PBF-5", "PBF-5-O", "NR-1", "WL-1", "WL-2", "FR-1", "NL-2", "NL-5"),
    *("DW-1", "DW-F-1", "DW-F-2", "ZC-1-A", "ZC-1-B", "ZC-1-C", "CR-1", "CR-2", "RW-1"),
    *("GH-1", "GH-2", "SL-3", "AP-1", "AP-2", "MT-1", "MT-2"),
}
PRODUCTION = {"ERL-2", "NR-2", "DW-2"}
BUILDINGS = {"HW-1", "EL-1", "EL-2", "PL-1", "UDB-3", "UDB-3-E"}
FLOOD = {"RV-1", "RV-3", "RV-4", "RV-5"}
BUILT = PRODUCTION | BUILDINGS | FLOOD
ZONES = {"UDB-1", "HW-2"}  # whole zones and concentrated building
SINGLE = {"UDB-2"}  # single projects outside the development boundary
PARK_OK, PARK_BARRED = {"NP-1-O", "SC-3"}, {"NP-1"}
MATRIX = {
    "chemical": BUILT | ZONES | PARK_BARRED
    | {"YZ-1", "YZ-6", "HC-2", "HW-3", "HW-3-B", "HW-3-T", "DW-3", "SC-1", "CR-3", "AP-3", "AG-2"}
    | {"SL-7"},
    "industrial": BUILT | ZONES | PARK_BARRED | {"HC-2-N", "YZ-6", "CR-3", "AG-2", "SC-3", "SL-7"},
    "logistics": BUILT | ZONES | PARK_OK | {"AG-1", "RV-2", "SL-7"},
    "park": BUILT | ZONES | PARK_BARRED | {"SC-2", "YZ-6", "AG-2", "IND-1", "SL-7"},
    "residential": BUILT | SINGLE | PARK_BARRED | {"HW-2", "HC-2-N", "SC-2-C", "SC-3", "AP-8"}
    | {"SL-6"},
    "tourism": BUILDINGS | FLOOD | SINGLE | PARK_OK
    | {"ERL-3", "NR-2-L", "DW-2-T", "HC-2-N", "SC-2-C"},
    "public": BUILT | SINGLE | PARK_OK | {"HW-2", "SC-2-C", "AP-8", "SL-5"},
    "energy": PRODUCTION | FLOOD - {"RV-1"} | SINGLE | PARK_OK | BUILDINGS - {"EL-1", "EL-2"}
    | {"RV-2", "PL-4", "AP-3", "AP-6", "AP-7", "AG-1", "YZ-6"},
    "mining": BUILT | SINGLE | PARK_BARRED
    | {"PBF-2", "WL-3", "SC-1", "AG-1", "NL-4", "CR-3", "YZ-5", "YZ-6", "SL-2", "AP-3", "AP-7"}
    | {"RW-4", "RW-7-L", "RW-7-M", "RW-7-S", "HW-4", "HW-4-B", "HW-4-T", "PL-4", "PL-6"}
    | {"HW-6-E", "HW-6-L", "HW-6-M"},
    "tailings": BUILT | SINGLE | PARK_BARRED
    | {"YZ-2", "YZ-3", "YZ-5", "YZ-6", "DW-3", "PBF-2", "WL-3", "SC-1", "NL-4", "CR-3"},
    "livestock": BUILT | PARK_BARRED
    | {"DW-4", "LV-1-NR", "LV-1-SC", "LV-1-SH", "LV-1-ST", "JL-1", "JL-2", "JL-3", "AP-5"}
    | {"AP-5-E", "PBF-2", "HC-2-N", "CR-3", "SC-3"},
    "linear": PARK_OK
    | {"ERL-3", "NR-2-L", "DW-2-L", "AG-1", "RV-2", "RV-5", "WW-1", "PL-3", "AP-7", "YZ-6"}
    | {"MT-3", "MT-3-R"},
    "waterworks": BUILDINGS | SINGLE | PARK_OK
    | {"ERL-2", "NR-2-L", "DW-0", "AG-1", "AG-2", "RV-2", "RW-6", "HW-5", "PL-3"},
    "airfield": BUILT | SINGLE | PARK_OK,
    "other": BUILT | PARK_OK,
}  # fmt: skip


@pytest.fixture(scope="module")
def book():
    return load_rules(FOLDER)


def test_nothing_is_wrong_with_them():
    assert validate_folder(FOLDER, []) == []


def test_every_project_type_is_in_the_matrix():
    assert set(MATRIX) == set(PROJECT_TYPES)


@pytest.mark.parametrize("project_type", MATRIX)
def test_each_project_type_is_asked_its_rules(book, project_type):
    asked = {rule.id for rule in book.select(project_type, "new", "full", DAY)}
    assert asked == ALWAYS | MATRIX[project_type]


def test_the_chemical_kilometre_is_for_new_and_expanded_projects(book):
    asked = {
        nature: {rule.id for rule in book.select("chemical", nature, "full", DAY)}
        for nature in ("new", "expand", "rebuild")
    }
    assert "YZ-1" in asked["new"]
    assert "YZ-1" in asked["expand"]
    assert asked["expand"] == asked["new"] - {"HW-2"}
    assert asked["rebuild"] == asked["new"] - {"YZ-1", "DW-3", "HC-2", "HW-2", "UDB-1"} | {"DW-3-R"}
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


def test_a_tailings_pond_rebuilt_to_be_safer_has_a_rule_of_its_own(book):
    new = {rule.id for rule in book.select("tailings", "new", "full", DAY)}
    rebuilt = {rule.id for rule in book.select("tailings", "rebuild", "full", DAY)}
    assert new - rebuilt == {"YZ-2", "YZ-3", "DW-3"}
    assert rebuilt - new == {"YZ-2-R", "YZ-3-R", "DW-3-R"}
    assert [e.severity for e in book.rule("YZ-3-R").exceptions] == ["conditional"]
    assert book.rule("YZ-3").exceptions == ()


@pytest.mark.parametrize("project_type", ["chemical", "industrial", "logistics", "park"])
def test_parks_and_plants_can_claim_no_limited_activity(book, project_type):
    claims = {e.when: e for e in book.rule("ERL-2", DAY).exceptions}
    assert list(claims) == ["unavoidability_opinion", "recognition_opinion", "activity_class"]
    assert all(e.severity == "restricted" for e in claims.values())
    for when in ("recognition_opinion", "activity_class"):
        assert project_type in claims[when].not_for
    assert claims["unavoidability_opinion"].not_for == ()


def test_nobody_can_claim_anything_in_a_core_zone(book):
    assert book.rule("ERL-1", DAY).exceptions == book.rule("NR-1", DAY).exceptions == ()


def test_farmland_may_be_taken_only_by_key_projects_that_the_state_approved(book):
    (claim,) = book.rule("PBF-1", DAY).exceptions
    assert (claim.when, claim.severity) == ("consent", "restricted")
    assert {"park", "chemical", "industrial", "logistics", "residential"} <= set(claim.not_for)


def test_versions_of_a_rule_follow_each_other_without_a_gap(book):
    for rule_id in {rule.id for rule in book.rules}:
        for before, after in pairwise(book.versions(rule_id)):
            assert after.valid_from == before.valid_to + timedelta(days=1), rule_id


def test_a_milder_case_is_never_stricter_than_the_rule(book):
    order = list(SEVERITIES)
    for rule in book.rules:
        for claim in rule.exceptions:
            assert order.index(claim.severity) >= order.index(rule.severity), rule.id


def test_old_zones_of_a_reserve_are_not_cleared_by_the_new_law(book):
    zones = set(book.rule("NR-1", DAY).where.values)
    assert {"核心保护区", "核心区", "缓冲区"} <= zones
    assert not {"一般控制区", "实验区"} & zones


def test_only_law_that_was_read_counts_as_confirmed(book):
    pending = {rule.id: rule.confidence for rule in book.in_force(DAY) if not rule.is_settled}
    press = {rule_id for rule_id, confidence in pending.items() if confidence == "press"}
    assert press == {
        *("UDB-1", "JL-1", "JL-2", "JL-2-R", "JL-3", "JL-3-R", "AP-5", "AP-5-E"),
    }
    assert set(pending) - press == {
        *("DW-0", "DW-1", "DW-2", "DW-2-L", "DW-2-T", "DW-3", "DW-3-R", "DW-F-1", "DW-F-2"),
        *("UDB-2", "UDB-3", "UDB-3-E", "NR-2", "NR-2-L", "NP-1", "NP-1-O", "AG-1", "AG-2"),
        *("NL-2", "NL-4", "NL-5", "AP-2"),
    }
    for rule_id in pending:
        rule = book.rule(rule_id, DAY)
        assert "待核" in rule.citation.article + rule.note_zh + "".join(rule.exceptions_zh), rule_id


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
        measured = (Relation.WITHIN_DISTANCE, Relation.ALONG_LINE, Relation.BELOW_HEIGHT)
        assert bool(rule.baseline_zh) == (rule.relation in measured), rule.id


def test_the_scopes_are_there_and_each_of_their_roles_has_a_rule_in_force(book):
    assert list(book.scopes) == ["full", "red_line", "three_lines", "eia"]
    for scope in book.scopes:
        assert book.roles_without_rule(scope, DAY) == ()


def test_the_red_line_scope_leaves_farmland_out_and_says_so(book):
    assert {rule.id for rule in book.select("park", "new", "red_line", DAY)} == {"ERL-1", "ERL-2"}
    assert "permanent_basic_farmland" in book.not_examined("red_line", DAY)
