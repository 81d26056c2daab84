"""Many sites ranked and counted, on documents small enough to order by hand."""

import pytest

from geo_toolkit.siting.batch import batch_summary, ranked_sites


def role(name, verdict, *, share=None, complete=True):
    return {
        "role": name, "title": name, "verdict": verdict, "complete": complete,
        "reason_code": None if complete else "no_layer", "ask": None if complete else "某局",
        "overlap_m2": None if share is None else share * 100, "overlap_share": share,
        "advisory_hit": False,
    }  # fmt: skip


def site(site_id, verdict, *roles, complete=True):
    return {
        "id": site_id, "name": site_id, "verdict": verdict, "complete": complete,
        "reason_code": None if complete else "no_layer", "area_m2": 100.0, "area_ha": 0.01,
        "roles": list(roles), "findings": [{}],
    }  # fmt: skip


DOCUMENT = {
    "check_id": "check-1",
    "sites": [
        site("a", "prohibited", role("x", "prohibited", share=0.5)),
        site("b", "clear", role("x", "clear")),
        site("c", "undetermined", role("x", "undetermined", complete=False), complete=False),
        site("d", "prohibited", role("x", "prohibited", share=0.1)),
        site("e", "restricted", role("x", "restricted", share=0.1), role("y", "conditional")),
        site("f", "clear", role("x", "clear")),
        site("g", "restricted", role("x", "restricted", share=0.9)),
        site("h", "prohibited", role("x", "prohibited", share=0.1),
             role("y", "undetermined", complete=False), complete=False),
    ],
}  # fmt: skip


def test_ranked_from_clean_to_conflicted():
    rows = ranked_sites(DOCUMENT)
    assert [(r["rank"], r["site_id"]) for r in rows] == [
        (1, "b"), (1, "f"), (3, "c"), (4, "g"), (5, "e"), (6, "d"), (7, "a"), (8, "h"),
    ]  # fmt: skip


def test_a_row_says_what_is_in_conflict_and_whom_to_ask():
    row = ranked_sites(DOCUMENT)[-1]
    assert [(c["role"], c["verdict"]) for c in row["conflicts"]] == [("x", "prohibited")]
    assert row["open"] == [{"role": "y", "title": "y", "reason_code": "no_layer", "ask": "某局"}]


def test_counts():
    summary = batch_summary(DOCUMENT)
    assert summary["schema"] == "geo-toolkit/batch/1"
    assert (summary["sites"], summary["complete"], summary["findings"]) == (8, 6, 8)
    assert summary["verdicts"] == {
        "prohibited": 3, "restricted": 2, "conditional": 0, "undetermined": 1, "clear": 2,
    }  # fmt: skip
    assert summary["roles"]["y"]["conditional"] == 1
    assert summary["area_m2"] == 800.0


def test_no_site_is_no_rank():
    assert ranked_sites({"sites": []}) == []


def test_a_batch_looks_no_farther_than_its_rules_reach(city, plots, rectangle):
    """1,000 m from a river that is known to 50 m: a site at 5 km gets no distance."""
    river = [("r", rectangle(-9000, 0, 18000, 10))]
    city.layer("river", "river_shoreline", river, coverage="all", accuracy_m=50)
    city.layer("line", "ecological_red_line", [("e", rectangle(0, 300, 10))], coverage="all")
    ws = city.rule("W", "river_shoreline", "within_distance", distance_m=1000)
    ws = ws.rule("E", "ecological_red_line").open()
    sites = plots(rectangle(0, 510, 100), rectangle(0, 1040, 100), rectangle(0, 5000, 100))
    whole = ws.check(sites, record=False).document
    batch = ws.check(sites, record=False, is_batch=True).document
    assert batch["cut_off_m"] == {"ecological_red_line": 0.0, "river_shoreline": 1050.0}
    assert batch["check_id"] != whole["check_id"]
    for site, full in zip(batch["sites"], whole["sites"], strict=True):
        assert site["verdict"] == full["verdict"]
        assert [f["outcome"] for f in site["findings"]] == [f["outcome"] for f in full["findings"]]

    def nearest(document):
        return [
            role["nearest_m"]
            for site in document["sites"]
            for role in site["roles"]
            if role["role"] == "river_shoreline"
        ]

    assert nearest(batch) == [*nearest(whole)[:2], None]
    assert nearest(whole)[2] == pytest.approx(4990, abs=1)
    far = next(f for f in batch["sites"][2]["findings"] if f["rule_id"] == "W")
    assert (far["outcome"], far["distance_m"]) == ("clear", None)
    assert far["reason"] == "1050.0米范围内未见河湖岸线。"
    assert batch_summary(batch)["cut_off_m"] == batch["cut_off_m"]
    assert "cut_off_m" not in whole
