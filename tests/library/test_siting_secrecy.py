"""Layers that are not public: what leaves by each door, searched for anything that should not."""

import json
import re
from zipfile import ZipFile

import numpy as np
import pytest
import shapely

from geo_toolkit.errors import OptionError
from geo_toolkit.report import write_gpkg, write_xlsx


def secret_city(city, rectangle, secrecy, *, accuracy_m=0):
    """A red line whose numbers and corners are recognisable, and one prohibition."""
    line = rectangle(1234.5, 2345.6, 3456.7, 1567.8)
    city.layer(
        "secret_line", "ecological_red_line", [("KEY-77", line, {"name": "保密图斑"})],
        coverage="all", secrecy=secrecy, accuracy_m=accuracy_m,
    )  # fmt: skip
    return city.rule("R", "ecological_red_line").open()


def first(result):
    return result.document["sites"][0]


def test_the_internal_edition_of_an_internal_layer_is_whole(city, plots, rectangle):
    ws = secret_city(city, rectangle, "internal")
    result = ws.check(plots(rectangle(1000, 2400, 500)), record=False)
    finding = first(result)["findings"][0]
    assert (finding["feature_id"], finding["feature_name"]) == ("KEY-77", "保密图斑")
    assert abs(finding["overlap_m2"] - 265.5 * 500) < 1
    assert len(result.overlaps) == 1


@pytest.mark.parametrize(
    ("secrecy", "options"),
    [
        ("verdict_only", {}),
        ("verdict_only", {"audience": "applicant"}),
        ("internal", {"audience": "applicant"}),
        ("internal", {"is_trusted": False}),
    ],
)
def test_a_withheld_finding_is_coarse_and_names_no_feature(
    city, plots, rectangle, secrecy, options
):
    ws = secret_city(city, rectangle, secrecy)
    result = ws.check(plots(rectangle(1000, 2400, 500)), record=False, **options)
    site = first(result)
    (finding,) = site["findings"]
    assert site["verdict"] == "prohibited"
    assert (finding["feature_id"], finding["feature_name"]) == (None, None)
    assert finding["overlap_m2"] == 132_700.0  # 265.5 x 500 = 132,750 to 0.01 ha
    assert finding["overlap_share"] == 0.53
    (role,) = site["roles"]
    assert (role["overlap_m2"], role["overlap_share"]) == (132_700.0, 0.53)
    assert (role["withheld"], role["features"]) == (True, None)
    assert result.overlaps.empty
    assert result.nearest.empty


def test_a_withheld_distance_is_to_100_m(city, plots, rectangle):
    ws = secret_city(city, rectangle, "verdict_only")
    site = first(ws.check(plots(rectangle(600, 2400, 400)), record=False))
    assert site["verdict"] == "clear"
    assert site["findings"][0]["distance_m"] == 200.0  # 234.5
    assert site["roles"][0]["nearest_m"] == 200.0


def test_what_lies_within_accuracy_is_not_told_apart(city, plots, rectangle):
    """Sliver, borderline and suspected boundary error all read the same."""
    exact = secret_city(city, rectangle, "verdict_only")
    for x in (1234.5 - 499.995, 1234.5 - 499.7):  # a sliver of 5 mm, a strip of 0.3 m
        site = first(exact.check(plots(rectangle(x, 2400, 500)), record=False))
        assert (site["verdict"], site["reason_code"]) == ("undetermined", "within_accuracy")
    city.rules.clear()
    vague = secret_city(city, rectangle, "verdict_only", accuracy_m=20)
    site = first(vague.check(plots(rectangle(1234.5 - 510, 2400, 500)), record=False))
    assert (site["verdict"], site["reason_code"]) == ("undetermined", "within_accuracy")
    assert site["findings"][0]["overlap_m2"] is None


@pytest.mark.parametrize("polygon", [(2000, 2500, 99), (2000, 2500, 19.9, 900)])
def test_small_and_narrow_sites_get_no_answer(city, plots, rectangle, polygon):
    ws = secret_city(city, rectangle, "verdict_only")
    for place in (polygon, (polygon[0] + 9000, *polygon[1:])):  # inside the line, and far away
        site = first(ws.check(plots(rectangle(*place)), record=False))
        assert (site["verdict"], site["reason_code"]) == ("undetermined", "secrecy_minimum")
        (finding,) = site["findings"]
        assert (finding["distance_m"], finding["overlap_m2"]) == (None, None)


def test_the_applicant_edition_of_a_trusted_maker_keeps_small_outcomes(city, plots, rectangle):
    ws = secret_city(city, rectangle, "internal")
    small = plots(rectangle(2000, 2500, 50))
    assert first(ws.check(small, audience="applicant", record=False))["verdict"] == "prohibited"
    untrusted = first(ws.check(small, is_trusted=False, record=False))
    assert untrusted["reason_code"] == "secrecy_minimum"


def test_questions_are_counted_and_limited(city, plots, rectangle):
    ws = secret_city(city, rectangle, "verdict_only")
    many = plots(*[rectangle(5000 + 150 * n, 0, 120) for n in range(51)])
    with pytest.raises(OptionError, match="at most 50 sites a check"):
        ws.check(many, record=False)
    for _ in range(200):
        ws.check(plots(rectangle(5000, 0, 120)), caller="me", record=False)
    with pytest.raises(OptionError, match="200 sites a day"):
        ws.check(plots(rectangle(5000, 0, 120)), caller="me", record=False)
    ws.check(plots(rectangle(5000, 0, 120)), caller="you", record=False)


def traces(ws):
    """Every number of the secret line that must not be found: vertices, clip, centre, extent."""
    line = ws.layers["secret_line"].read().frame.geometry.iloc[0]
    corners = shapely.get_coordinates(line)
    centre = shapely.get_coordinates(shapely.centroid(line))
    return {f"{value:.5f}" for value in np.concatenate([corners, centre]).ravel()}


@pytest.mark.parametrize(
    ("secrecy", "options"),
    [("verdict_only", {}), ("internal", {"audience": "applicant"})],
)
def test_no_output_gives_a_vertex_a_clip_a_name_or_an_exact_number(
    city, plots, rectangle, tmp_path, secrecy, options
):
    ws = secret_city(city, rectangle, secrecy)
    result = ws.check(plots(rectangle(1000, 2400, 500)), **options)
    write_xlsx(result, tmp_path / "check.xlsx")
    write_gpkg(result, tmp_path / "check.gpkg")
    texts = [json.dumps(result.document, ensure_ascii=False)]
    with ZipFile(tmp_path / "check.xlsx") as book:
        texts += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    recorded = ws.root / ".geo_toolkit" / "checks" / result.document["check_id"]
    texts.append((recorded / "check.json").read_text(encoding="utf-8"))
    for text in texts:
        numbers = set(re.findall(r"\d+\.\d{5}", text))
        assert not numbers & traces(ws)
        assert "KEY-77" not in text
        assert "保密图斑" not in text
        assert "132749" not in text
        assert "132750" not in text
    import geopandas

    assert len(geopandas.read_file(tmp_path / "check.gpkg", layer="overlaps")) == 0
    assert b"KEY-77" not in (tmp_path / "check.gpkg").read_bytes()


def test_a_public_layer_of_the_same_role_keeps_its_findings(city, plots, rectangle):
    city.layer("open", "ecological_red_line", [("b", rectangle(1000, 2000, 600))], coverage="all")
    ws = secret_city(city, rectangle, "verdict_only")
    result = ws.check(plots(rectangle(1000, 2400, 500)), record=False)
    by_layer = {f["layer_id"]: f["feature_id"] for f in first(result)["findings"]}
    assert by_layer == {"secret_line": None, "open": "b"}
    assert set(result.overlaps["layer_id"]) == {"open"}


def test_words_of_a_withheld_finding_have_no_more_than_its_numbers(city, plots, rectangle):
    ws = secret_city(city, rectangle, "verdict_only")
    reason = first(ws.check(plots(rectangle(1000, 2400, 500)), record=False))["findings"][0]
    assert "13.2700公顷" in reason["reason"]
    assert "53.00%" in reason["reason"]
