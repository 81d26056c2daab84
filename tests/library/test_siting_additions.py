"""Advice, tables and the second submission, as ``Workspace.check`` puts them into the document."""

import pytest

from geo_toolkit.errors import OptionError, UnknownName


@pytest.fixture
def red_line(city, rectangle):
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all")
    return city.rule("R", "ecological_red_line").open()


def test_a_trim_is_proposed_in_the_internal_edition_only(red_line, plots, rectangle):
    """A plot 100 m inside on one side: what remains is the other 300 m, less a millimetre."""
    sites = plots(rectangle(900, 100, 400))
    result = red_line.check(sites, record=False)
    advice = result.document["sites"][0]["advice"]
    assert advice["note"]
    assert advice["trim"]["remaining_ha"] == pytest.approx(300 * 400 / 10_000, abs=1e-4)
    assert list(result.advice["kind"]) == ["trim"]
    for options in ({"audience": "applicant"}, {"is_trusted": False}):
        other = red_line.check(sites, record=False, **options)
        assert "advice" not in other.document["sites"][0]
        assert other.advice is None


def test_a_shift_is_proposed_when_asked_and_clears(red_line, plots, rectangle):
    sites = plots(rectangle(900, 100, 200))
    near = red_line.check(sites, record=False, shift_radius_m=500)
    (shift,) = near.advice[near.advice["kind"] == "shift"].itertuples()
    assert shift.distance_m == pytest.approx(100, abs=0.05)
    none = red_line.check(sites, record=False)
    assert "shift" not in set(none.advice["kind"])
    assert near.document["check_id"] != none.document["check_id"]


@pytest.mark.parametrize("radius", [0, -5, 1e9])
def test_a_radius_that_makes_no_sense_is_refused(red_line, plots, rectangle, radius):
    with pytest.raises(OptionError, match="shift radius"):
        red_line.check(plots(rectangle(0, 0, 100)), shift_radius_m=radius)


def test_a_secret_layer_shapes_no_advice(city, plots, rectangle):
    city.layer(
        "line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all",
        secrecy="verdict_only",
    )  # fmt: skip
    ws = city.rule("R", "ecological_red_line").open()
    result = ws.check(plots(rectangle(900, 100, 400)), record=False, shift_radius_m=500)
    assert result.advice is None or result.advice.empty
    assert result.document["sites"][0]["verdict"] == "prohibited"


def test_the_second_submission_lists_what_moved(red_line, plots, rectangle):
    first = plots(rectangle(900, 100, 400))
    second = plots(rectangle(1000, 100, 400))
    changed = red_line.check(second, previous=first, record=False).document["previous"]
    text = str(changed)
    assert "prohibited" in text
    assert "clear" in text
    recorded = red_line.check(first).document["check_id"]
    by_id = red_line.check(second, previous=recorded, record=False).document["previous"]
    assert str(by_id).count("prohibited") == text.count("prohibited")
    with pytest.raises(UnknownName):
        red_line.check(second, previous="check-00000000000000000000", record=False)


def test_land_classes_of_a_survey_add_up_to_the_site(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [], coverage="all")
    parts = [
        ("1", rectangle(0, 0, 60, 100), {"DLBM": "0101", "DLMC": "水田", "QSXZ": "30"}),
        ("2", rectangle(60, 0, 60, 100), {"DLBM": "0301", "DLMC": "乔木林地", "QSXZ": "30"}),
    ]
    city.layer("survey", "land_survey", parts, coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    row = ws.check(plots(rectangle(0, 0, 100)), record=False).document["sites"][0]
    areas = {r["class_code"]: r["area_m2"] for r in row["land_class"] if r["within"] == "site"}
    assert areas["0101"] == pytest.approx(6000, abs=1)
    assert areas["0301"] == pytest.approx(4000, abs=1)
    assert sum(areas.values()) == pytest.approx(round(row["area_m2"], 2), abs=0.011)


def test_zoning_units_with_their_list(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [], coverage="all")
    units = [("ZH51130210001", rectangle(0, 0, 1000), {"name": "优先一", "class": "优先保护"})]
    city.layer("units", "zoning_unit", units)
    text = (
        "管控单元编码,版本,空间布局约束,污染物排放管控,环境风险防控,资源利用效率\n"
        "ZH51130210001,2024,禁止开发,无,无,节水\n"
    )
    path = city.root / "layers" / "test" / "units_lists.csv"
    path.write_text(text, encoding="utf-8")
    ws = city.rule("R", "ecological_red_line").open()
    row = ws.check(plots(rectangle(0, 0, 100)), record=False).document["sites"][0]
    assert "禁止开发" in str(row["zoning"])
