"""A batch written as Parquet, read back, and the same bytes twice."""

import hashlib
import json

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest

from geo_toolkit.report.parquet import PARQUET_FILES, write_parquet


@pytest.fixture
def result(city, plots, rectangle, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763942400")
    features = [("a", rectangle(0, 0, 1000)), ("b", rectangle(1000, 0, 1000))]
    city.layer("line", "ecological_red_line", features, coverage="all")
    ws = city.rule("R", "ecological_red_line").rule("N", "wetland").open()
    sites = plots(rectangle(900, 0, 200), rectangle(-100, 0, 100.004, 500), rectangle(5000, 0, 50))
    return ws.check(sites, record=False)


def test_files_read_back_as_what_was_decided(result, tmp_path):
    paths = write_parquet(result, tmp_path)
    assert [path.name for path in paths] == list(PARQUET_FILES)
    sites = gpd.read_parquet(paths[0])
    assert sites.crs.to_epsg() == 4490
    assert sites["site_id"].tolist() == ["plot#1", "plot#2", "plot#3"]
    assert sites["verdict"].tolist() == ["prohibited", "undetermined", "undetermined"]
    assert sites.geometry.geom_equals(result.sites.geometry.reset_index(drop=True)).all()
    overlaps = gpd.read_parquet(paths[2])
    assert overlaps[["site_id", "feature_id", "outcome"]].values.tolist() == [
        ["plot#1", "a", "hit"], ["plot#1", "b", "hit"], ["plot#2", "a", "sliver"],
    ]  # fmt: skip
    assert overlaps["overlap_m2"][0] == pytest.approx(100 * 200, rel=1e-4)
    findings = pd.read_parquet(paths[1])
    listed = [f for s in result.document["sites"] for f in s["findings"]]
    assert findings["rule_id"].tolist() == [f["rule_id"] for f in listed]
    assert findings["overlap_m2"].isna().tolist() == [f["overlap_m2"] is None for f in listed]
    assert findings["citation"][0] == "《测试法》（2020）第一条"
    summary = json.loads(paths[3].read_text(encoding="utf-8"))
    assert summary["verdicts"]["prohibited"] == 1
    assert summary["ranked"][-1]["site_id"] == "plot#1"


def test_types_do_not_depend_on_what_was_found(result, city, plots, rectangle, tmp_path):
    """A batch without any overlap has the columns and types of one with."""
    clean = city.open().check(plots(rectangle(5000, 0, 50)), record=False)
    for name in ("some", "none"):
        (tmp_path / name).mkdir()
    some = write_parquet(result, tmp_path / "some")
    none = write_parquet(clean, tmp_path / "none")
    for full, empty in zip(some[:3], none[:3], strict=True):
        assert pq.read_schema(full).equals(pq.read_schema(empty))
    assert len(gpd.read_parquet(none[2])) == 0


def test_the_same_result_gives_the_same_bytes(result, tmp_path):
    sums = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        paths = write_parquet(result, tmp_path / name)
        sums.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in paths])
    assert sums[0] == sums[1]
