"""What would make GDAL ask elsewhere is refused before GDAL sees it; ordinary files are not."""

import json

import pytest

from geo_toolkit.catalogue.plain_geojson import require_plain
from geo_toolkit.errors import BoundaryError

COLLECTION = {"type": "FeatureCollection", "features": []}
NAMED = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
LINKED = {"type": "link", "properties": {"href": "http://127.0.0.1/x", "type": "proj4"}}


def looked_at(tmp_path, text):
    path = tmp_path / "a.geojson"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    require_plain(path, "sent.geojson")


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(COLLECTION),
        "\ufeff \n" + json.dumps(COLLECTION),
        json.dumps({**COLLECTION, "crs": NAMED}),
        json.dumps({**COLLECTION, "crs": None}),
        json.dumps({**COLLECTION, "crs": {"type": "EPSG", "properties": {"code": 4490}}}),
        json.dumps({**COLLECTION, "features": [{"properties": {"crs": "EPSG:4490", "url": "x"}}]}),
        '{"type": "FeatureCollection", "crs" :\n {"type": "name", "properties": {}}}',
    ],
)
def test_ordinary_files_pass(tmp_path, text):
    looked_at(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({**COLLECTION, "crs": LINKED}),
        json.dumps({**COLLECTION, "crs": LINKED}).replace('"crs"', '"\\u0063r\\u0053"'),
        json.dumps({**COLLECTION, "CRS": {"TYPE": "Link", "properties": {}}}),
        json.dumps({**COLLECTION, "crs": {"properties": {"URL": "x"}}}),
        json.dumps({**COLLECTION, "crs": LINKED}).replace('"link"', '"link", "type": "name"'),
        json.dumps({**COLLECTION, "crs": LINKED}).replace('"crs":', '"crs"/**/:'),
        json.dumps({**COLLECTION, "crs": {"type": "name", "properties": {"name": "x" * 30_000}}}),
    ],
)
def test_a_system_behind_an_address_is_refused(tmp_path, text):
    with pytest.raises(
        BoundaryError, match=r"^sent\.geojson its member 'crs': expected"
    ) as refusal:
        looked_at(tmp_path, text)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "<OGRVRTDataSource/>",
        "/vsicurl/http://127.0.0.1/x",
        b"",
        b"[]",
        json.dumps({"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read x"}),
    ],
)
def test_what_is_no_geojson_is_refused(tmp_path, text):
    with pytest.raises(BoundaryError, match="expected GeoJSON, got other content"):
        looked_at(tmp_path, text)
