"""Logistics parameters: what is refused, and how scenarios are found."""

import copy
from datetime import date

import pytest

from geo_toolkit.access.arcs import Case
from geo_toolkit.access.examples import example_content, example_logistics
from geo_toolkit.access.features import is_open
from geo_toolkit.access.parameters import logistics_from
from geo_toolkit.errors import DefinitionError, UnknownName


def changed(path, value):
    """Return the example's content with one key replaced, or left out for None."""
    content = copy.deepcopy(example_content())
    *tables, last = path.split("/")
    table = content
    for name in tables:
        table = table[name]
    if value is None:
        del table[last]
    else:
        table[last] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (
            "road/expressway/speed_kmh/heavy/low",
            -80.0,
            ["road.expressway.speed_kmh.heavy.low", "0 or more", "-80"],
        ),
        (
            "road/expressway/speed_kmh/heavy/low",
            0.0,
            ["road.expressway.speed_kmh.heavy", "above 0"],
        ),
        ("road/county", None, ["road.county", "got none"]),
        ("road/county/speed_kmh/heavy", None, ["road.county.speed_kmh.heavy", "got none"]),
        ("rail/ordinary/speed_kmh/bulk", None, ["rail.ordinary.speed_kmh.bulk"]),
        ("transfer/port", None, ["transfer.port"]),
        ("transfer/port/yuan_per_t/bulk", None, ["transfer.port.yuan_per_t.bulk"]),
        ("value_of_time/bulk", None, ["value_of_time.bulk"]),
        ("score/airport", None, ["score.airport"]),
        ("water", None, ["key 'water'", "got none"]),
        ("network/detour/value", 9.0, ["network.detour", "low <= value <= high"]),
        ("network/detour/value", "1.4", ["network.detour.value", "'1.4'"]),
        ("network/detour/unit", "km", ["network.detour", "unit '1'", "'km'"]),
        ("network/detour/source", "", ["network.detour.source", "not empty"]),
        ("network/detuor", 1.4, ["network.detuor", "unknown key"]),
        ("road/expressway/level", "fine", ["road.expressway.level", "skeleton"]),
    ],
)
def test_a_wrong_parameter_is_refused_with_file_and_key(path, value, words):
    with pytest.raises(DefinitionError) as caught:
        logistics_from(changed(path, value))
    message = str(caught.value)
    assert message.startswith("logistics.toml")
    assert "\n" not in message
    for word in words:
        assert word in message


def test_best_time_must_lie_below_worst():
    content = changed("score/port/best_min/value", 500.0)
    content["score"]["port"]["best_min"].update(low=500.0, high=500.0)
    with pytest.raises(DefinitionError, match=r"score.port': expected best_min below worst_min"):
        logistics_from(content)


def test_scenario_ids_are_unique():
    entry = {"id": "existing", "title_zh": "甲", "title_en": "a"}
    with pytest.raises(DefinitionError, match="expected a scenario id of its own, got 'existing'"):
        logistics_from({**example_content(), "scenario": [entry]})


def test_scenarios_are_found_by_id_and_named_when_misspelt():
    entry = {"id": "new-line", "title_zh": "新线", "title_en": "new line", "opens": ["r1"]}
    logistics = logistics_from({**example_content(), "scenario": [entry]})
    assert logistics.scenario_of("new-line").opens == ("r1",)
    assert logistics.scenario_of("planned").title("zh") == "现状、在建加规划"
    with pytest.raises(UnknownName, match="did you mean 'new-line'"):
        logistics.scenario_of("newline")


def test_aliases_of_road_classes():
    content = changed("road/expressway/aliases", ["motorway"])
    logistics = logistics_from(content)
    assert logistics.road_class("motorway", "layer x feature 'y'") == "expressway"
    with pytest.raises(DefinitionError, match=r"key 'road': layer x feature 'y' has class 'lane'"):
        logistics.road_class("lane", "layer x feature 'y'")


def test_every_parameter_is_listed_with_its_source():
    rows = example_logistics().as_rows()
    detour = rows["network.detour"]
    assert (detour["value"], detour["low"], detour["high"]) == (1.4, 1.2, 1.7)
    assert {"unit", "source", "confidence"} <= set(detour)
    assert rows["road.expressway.speed_kmh.heavy"]["value"] == 60
    assert rows["score.port.weight"] == {"value": 0.15, "unit": "1"}


@pytest.mark.parametrize("names", [{"vehicle": "van"}, {"cargo": "bulky"}, {"season": "summer"}])
def test_an_unknown_case_is_refused(names):
    with pytest.raises(UnknownName, match=next(iter(names))):
        Case(**names)


@pytest.mark.parametrize(
    ("status", "opened", "scenario", "is_named", "expected"),
    [
        ("existing", "", "existing", False, True),
        ("", "", "existing", False, True),
        ("existing", "2026-01-02", "existing", False, False),
        ("existing", "2026-01", "existing", False, True),
        ("existing", "2026", "existing", False, True),
        ("existing", "第一期 2030", "existing", False, True),  # no date at its start: no date
        ("existing", "2026-13-40", "existing", False, True),
        ("planned", "", "existing", False, False),
        ("planned", "", "under_construction", False, False),
        ("under_construction", "", "under_construction", False, True),
        ("planned", "", "planned", False, True),
        ("planned", "", "my-line", True, True),
        ("planned", "", "my-line", False, False),
    ],
)
def test_what_is_open(status, opened, scenario, is_named, expected):
    assert is_open(status, opened, scenario, date(2026, 1, 1), is_named=is_named) is expected
