"""A delivery read in the limited process is the delivery read here."""

import numpy as np
import pandas as pd
import pytest
import shapely
from geo_toolkit_api.parsing.delivered import carried_delivery, delivery_of
from geo_toolkit_api.parsing.messages import from_bytes, to_bytes
from geo_toolkit_api.parsing.reader import Reader, Submission
from geopandas import GeoDataFrame

from geo_toolkit.boundary.options import ReadOptions
from geo_toolkit.catalogue.delivery import read_delivery
from geo_toolkit.catalogue.text import texts
from geo_toolkit.errors import LayerError


@pytest.fixture
def frame():
    shapes = [shapely.box(106, 30, 106.1, 30.1), None, shapely.Point(106.123456789012, 30.5)]
    return GeoDataFrame(
        {
            "id": ["a", "b", "三"],
            "whole": [1, 2, 3],
            "share": [0.1, float("nan"), 1e300],
            "flag": [True, False, True],
            "text": ["甲", None, ""],
            "day": pd.to_datetime(["2026-01-01", None, "2026-02-03"]),
        },
        geometry=shapes,
        crs=4490,
    )


@pytest.mark.parametrize("name", ["交付.parquet", "d.gpkg"])
def test_what_is_carried_is_what_was_read(frame, tmp_path, name):
    path = tmp_path / name
    if name.endswith("parquet"):
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    there = read_delivery(path, ReadOptions())
    back = delivery_of(from_bytes(to_bytes(carried_delivery(there))), tmp_path)
    assert (back.path, back.name, back.format, back.sha256) == (
        there.path, there.name, there.format, there.sha256,
    )  # fmt: skip
    assert back.system.crs == there.system.crs
    assert (back.system.basis, back.system.datum) == (there.system.basis, there.system.datum)
    assert shapely.equals_exact(back.geometry, there.geometry, 0).tolist()[::2] == [True, True]
    assert back.geometry[1] is None
    for column in ("id", "text"):  # nothing may come as None or as NaN: the same to all readers
        assert texts(back.columns[column]).tolist() == texts(there.columns[column]).tolist()
        assert (back.columns[column].isna() == there.columns[column].isna()).all()
    for column in ("whole", "share", "flag"):
        assert back.columns[column].dtype == there.columns[column].dtype
        np.testing.assert_array_equal(back.columns[column], there.columns[column])


def test_the_limited_process_gives_the_same_and_the_same_refusals(frame, tmp_path):
    frame.to_file(tmp_path / "d.gpkg", layer="one")
    frame.to_file(tmp_path / "two.gpkg", layer="one")
    frame.to_file(tmp_path / "two.gpkg", layer="other")
    reader = Reader(1024)
    try:
        found = reader.deliver(Submission(tmp_path, "d.gpkg"), timeout_s=60)
        plain = read_delivery(tmp_path / "d.gpkg", ReadOptions())
        assert found.columns["id"].tolist() == plain.columns["id"].tolist()
        with pytest.raises(LayerError, match=r"two\.gpkg"):
            reader.deliver(Submission(tmp_path, "two.gpkg"), timeout_s=60)
        chosen = Submission(tmp_path, "two.gpkg", {"layer": "other"})
        assert reader.deliver(chosen, timeout_s=60).name == "other"
    finally:
        reader.stop()
