"""Rules as values."""

from datetime import date

import pytest

from geo_toolkit.rules import NATURES, PROJECT_TYPES, ROLES, Citation, Rule, role_title


@pytest.fixture
def make_rule():
    def _make(**changes):
        keys = {
            "id": "A",
            "title_zh": "规则",
            "title_en": "rule",
            "subjects": ["*"],
            "role": "wetland",
            "relation": "overlaps",
            "severity": "prohibited",
            "valid_from": date(2020, 1, 1),
            "confidence": "confirmed",
            "citation": {"title": "法"},
        }
        return Rule.model_validate(keys | changes)

    return _make


def test_a_rule_for_all_subjects_asks_everyone_but_the_excepted(make_rule):
    rule = make_rule(except_subjects=["linear"])
    asked = {name for name in PROJECT_TYPES if rule.is_for(name, "new")}
    assert asked == set(PROJECT_TYPES) - {"linear"}


def test_a_rule_asks_of_its_natures_only(make_rule):
    rule = make_rule(natures=["new", "expand"])
    assert [n for n in NATURES if rule.is_for("other", n)] == ["new", "expand"]


@pytest.mark.parametrize(("confidence", "settled"), [("confirmed", 1), ("press", 0), ("recall", 0)])
def test_only_confirmed_law_is_settled(make_rule, confidence, settled):
    assert make_rule(confidence=confidence).is_settled == bool(settled)


def test_advisory_rules_are_not_required(make_rule):
    assert make_rule().is_required
    assert not make_rule(severity="advisory").is_required


def test_the_largest_distance_stands_for_an_unknown_class(make_rule):
    by_class = {"by": "class", "expressway": 30, "township": 5}
    rule = make_rule(relation="within_distance", distance_m=by_class)
    assert rule.largest_distance_m == 30.0
    assert make_rule().largest_distance_m == 0.0


def test_a_citation_reads_as_one_phrase():
    assert str(Citation(title="长江保护法", article="第二十六条", year=2020)) == (
        "《长江保护法》（2020）第二十六条"
    )
    assert str(Citation(title="某法")) == "《某法》"


def test_every_role_has_both_titles():
    assert all(zh and en for zh, en in ROLES.values())
    assert role_title("own_role", "zh") == "own_role"
