"""Many sites ranked and counted, on documents small enough to order by hand."""

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
