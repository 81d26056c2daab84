"""Totals of overlaps: more than so many hectares of the land classes asked of."""

import pytest

from geo_toolkit.errors import DefinitionError
from geo_toolkit.rules import load_rules

WHERE = {"column": "DLBM", "in": ["0101", "0103"]}


@pytest.fixture
def decide(city, plots, rectangle):
    """Two fields of 20 ha side by side, one overlapping the other by 5 ha, and a wood."""

    def _decide(last_class="0103", limit_ha=30.0, accuracy_m=0, size=(2000, 1000)):
        features = [
            ("a", rectangle(0, 0, 400, 500), {"DLBM": "0101"}),
            ("b", rectangle(300, 0, 400, 500), {"DLBM": last_class}),
            ("wood", rectangle(1000, 0, 1000), {"DLBM": "0301"}),
        ]
        city.layer("land", "land_survey", features, coverage="all", accuracy_m=accuracy_m)
        city.rules.clear()
        ws = city.rule("T", "land_survey", where=WHERE, above_ha=limit_ha).open()
        site = ws.check(plots(rectangle(0, 0, *size)), record=False).document["sites"][0]
        (finding,) = site["findings"]
        return site["verdict"], finding

    return _decide


def test_what_two_fields_share_counts_once(decide):
    """400 x 500 and 400 x 500 sharing 100 x 500: 35 ha, not 40."""
    verdict, finding = decide(limit_ha=34.9)
    assert (verdict, finding["feature_id"]) == ("prohibited", None)
    assert finding["overlap_ha"] == pytest.approx(35, abs=1e-3)
    assert decide(limit_ha=35.1)[0] == "clear"


def test_other_classes_do_not_count(decide):
    verdict, finding = decide(limit_ha=100)
    assert (verdict, finding["outcome"]) == ("clear", "clear")
    assert finding["reason"] == "按国土调查地类图斑（DLBM）汇总35.0000公顷，界限100公顷。"


def test_a_field_of_unknown_class_may_be_one(decide):
    verdict, finding = decide(last_class="", limit_ha=25)
    assert (verdict, finding["reason_code"]) == ("undetermined", "attribute_missing")
    assert decide(last_class="", limit_ha=36)[0] == "clear"  # whatever it is
    assert decide(last_class="", limit_ha=19)[0] == "prohibited"  # the known one is enough


def test_the_accuracy_of_the_fields_makes_it_borderline(decide):
    """10 m all round 700 x 500 m is 24 ha m more or less: 32.6 to 37.4 ha less corners."""
    verdict, finding = decide(limit_ha=35, accuracy_m=10)
    assert (verdict, finding["outcome"]) == ("undetermined", "borderline")
    assert finding["reason_code"] == "within_accuracy"


def test_above_ha_goes_with_overlaps_only(city):
    city.rule("T", "land_survey", "listed", above_ha=35.0).open()
    with pytest.raises(DefinitionError, match="above_ha goes with relation overlaps only"):
        load_rules(city.root / "rules")
