"""A rule that asks only of features sharing a declared industry: duplicate parks."""

import pytest

from geo_toolkit.errors import DefinitionError
from geo_toolkit.rules import Declaration, load_rules

KEYS = {"distance_m": 3000, "same": "industries", "severity": "advisory"}


@pytest.fixture
def parks(city, rectangle):
    features = [
        ("a", rectangle(0, 0, 100), {"industries": "锂电材料、汽车零部件"}),
        ("b", rectangle(8000, 0, 100), {"industries": "现代物流"}),
        ("c", rectangle(-8000, 0, 100), {"industries": ""}),
    ]
    city.layer("parks", "industrial_park", features, coverage="all")
    city.layer("line", "ecological_red_line", [], coverage="all")
    city.rule("R", "ecological_red_line")
    return city.rule("I", "industrial_park", "within_distance", **KEYS).open()


@pytest.fixture
def decide(parks, plots, rectangle):
    def _decide(x, *industries, size=100):
        said = Declaration(industries=industries)
        sites = plots(rectangle(x, 0, size))
        site = parks.check(sites, declaration=said, record=False).document["sites"][0]
        role = next(r for r in site["roles"] if r["role"] == "industrial_park")
        findings = [f for f in site["findings"] if f["rule_id"] == "I"]
        return site["verdict"], role, findings

    return _decide


def test_a_park_near_one_with_the_same_industry_is_advised_against(decide):
    verdict, role, (finding,) = decide(1000, "汽车零部件", "化工")
    assert (verdict, role["verdict"], role["advisory_hit"]) == ("clear", "clear", True)
    assert (finding["outcome"], finding["feature_id"]) == ("hit", "a")
    assert (finding["severity"], finding["threshold_m"]) == ("advisory", 3000)


def test_another_industry_or_too_far_is_clear(decide):
    assert decide(1000, "化工")[2][0]["outcome"] == "clear"
    assert decide(1000, "汽车")[2][0]["outcome"] == "clear"  # part of a word is no industry
    assert decide(3100, "汽车零部件")[2][0]["outcome"] == "hit"  # exactly 3,000 m
    assert decide(3101, "汽车零部件")[2][0]["outcome"] == "clear"


def test_a_park_whose_industries_are_unknown_may_be_the_same(decide):
    _, role, (finding,) = decide(-8000, "化工")
    assert (finding["outcome"], finding["reason_code"]) == ("undetermined", "attribute_missing")
    assert role["verdict"] == "undetermined"


def test_without_declared_industries_there_is_an_input_missing(decide):
    verdict, role, (finding,) = decide(1000)
    assert (verdict, role["verdict"]) == ("clear", "undetermined")
    assert (finding["outcome"], finding["reason_code"]) == ("undetermined", "input_missing")


def test_industries_declared_for_one_site_are_not_those_of_another(parks, plots, rectangle):
    said = Declaration(site="plot#1", industries=("现代物流",))
    sites = plots(rectangle(8000, 0, 100), rectangle(8200, 0, 100))
    document = parks.check(sites, declaration=said, record=False).document
    codes = [
        next(f["reason_code"] for f in site["findings"] if f["rule_id"] == "I")
        for site in document["sites"]
    ]
    assert codes == [None, "input_missing"]


def test_same_does_not_go_with_not_within(city):
    city.rule("I", "industrial_park", "not_within", same="industries").open()
    with pytest.raises(DefinitionError, match="same does not go with relation not_within"):
        load_rules(city.root / "rules")
