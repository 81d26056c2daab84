"""Words of cards: labels and units, never raw keys."""

import pytest

from geo_toolkit.webmap.labels import FACTS, facts_of, status_word, value_word
from geo_toolkit.webmap.symbols import line_variant, park_glyph, symbol_of
from geo_toolkit.webmap.words import page_words


def test_columns_without_a_label_are_left_out():
    assert facts_of({"accuracy_m": 5, "basis": "recall", "BSM": "1", "size_basis": "x"}, "zh") == []


def test_at_most_six_facts_with_units():
    row = dict.fromkeys((fact.column for fact in FACTS), 7.5)
    facts = facts_of(row, "zh")
    assert len(facts) == 6
    assert facts_of({"area_ha": 12.5}, "zh") == [["面积", "12.5 公顷"]]
    assert facts_of({"area_ha": 12.5}, "en") == [["Area", "12.5 ha"]]


def test_every_label_is_there_in_both_languages():
    for fact in FACTS:
        assert fact.zh
        assert fact.en
        assert bool(fact.unit_zh) == bool(fact.unit_en) or fact.column == "pop2020"
    for lang in ("zh", "en"):
        assert all(page_words(lang).values())


@pytest.mark.parametrize(
    ("value", "column", "zh"),
    [
        ("national", "level", "国家级"),
        ("III", "target_class", "Ⅲ级"),
        ("III", "iata", "III"),
        ("甲,乙", "towns", "甲、乙"),
        ("a|b", "stations", "a、b"),
        (True, "near_zero_carbon", "是"),
        (2400.0, "runway_m", "2400"),
        (1234567.0, "pop2020", "1234567"),
    ],
)
def test_values_read_as_a_bureau_writes_them(value, column, zh):
    assert value_word(value, "zh", column=column) == zh


def test_status_words():
    assert status_word("planned", "zh") == "规划"
    assert status_word(float("nan"), "zh") == ""
    assert status_word("拆除", "zh") == "拆除"


def test_high_speed_is_told_by_class_speed_or_the_lines_of_a_station():
    assert line_variant("railway", {"class": "high_speed"}) == "high_speed"
    assert line_variant("railway", {"speed_kmh": "200"}) == "high_speed"
    assert line_variant("railway", {"speed_kmh": None}) == ""
    assert line_variant("station", {"lines": "某某高铁"}) == "high_speed"
    assert line_variant("river", {"class": "stream"}) == "stream"


def test_a_park_wears_the_glyph_of_its_kind_before_that_of_its_industries():
    assert park_glyph("bonded", "某物流园", "物流") == "bonded"
    assert park_glyph("industrial_park", "某园", "半导体、物流") == "chip"
    assert park_glyph("", "", "") == "gear"


def test_every_role_has_a_symbol():
    assert symbol_of("railway", "line").draw == "railway"
    for geometry in ("point", "line", "polygon"):
        assert symbol_of("something_else", geometry).draw
