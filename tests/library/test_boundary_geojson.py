"""GeoJSON: WGS 84 by its standard, mended where that is safe, refused where it is a guess."""

import json

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_toolkit.boundary import read_sites
from geo_toolkit.errors import BoundaryError, GeoToolkitError, NotAvailable, OptionError
from geo_toolkit.geodesy import Datum

SQUARE = [[106.10, 30.80], [106.11, 30.80], [106.11, 30.81], [106.10, 30.81], [106.10, 30.80]]
METRES = [[35605200, 3409250], [35605400, 3409250], [35605400, 3409400], [35605200, 3409250]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def collection(*geometries, properties=None, **members):
    features = [
        {"type": "Feature", "properties": properties, "geometry": geometry}
        for geometry in geometries
    ]
    return {"type": "FeatureCollection", **members, "features": features}


def named(code):
    return {"type": "name", "properties": {"name": code}}


@pytest.fixture
def read(tmp_path):
    def read_document(document, *, raw=None, **options):
        path = tmp_path / "plot.geojson"
        path.write_bytes(raw if raw is not None else json.dumps(document).encode())
        return read_sites(path, **options)

    return read_document


def test_wgs84_by_the_standard(read):
    sites = read(collection(polygon(SQUARE), properties={"name": "甲", "ids": [1, {"a": None}]}))
    source = sites.inputs[0]
    assert source.crs == "EPSG:4326"
    assert source.crs_basis == "declared (the GeoJSON standard, RFC 7946: WGS 84)"
    assert source.datum is Datum.WGS84
    assert source.encoding_basis == "declared (the JSON standard, RFC 8259)"
    assert "often GCJ-02" in source.warnings[0]
    assert sites.frame.loc["plot#1", "name"] == "甲"
    assert sites.frame.loc["plot#1", "attributes"] == {"name": "甲", "ids": [1, {"a": None}]}
    assert shapely.get_coordinates(sites.frame.geometry.iloc[0]).tolist() == SQUARE


@pytest.mark.parametrize(
    "document",
    [
        collection(polygon(SQUARE)),
        {"type": "Feature", "properties": {}, "geometry": polygon(SQUARE)},
        polygon(SQUARE),
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        collection(polygon([[*p, 300.0] for p in SQUARE])),
    ],
)
def test_forms_of_one_square(read, document):
    shape = read(document).frame.geometry.iloc[0]
    assert shapely.get_coordinates(shape).tolist() == SQUARE


def test_heights_are_dropped_and_said(read):
    warnings = read(collection(polygon([[*p, 300.0] for p in SQUARE]))).inputs[0].warnings
    assert "heights of 5 points dropped" in warnings


def test_names_come_from_the_first_column_that_has_one(read):
    document = collection(polygon(SQUARE), properties={"XMMC": "乙", "项目名称": " ", "MC": "丙"})
    assert read(document).frame["name"].tolist() == ["乙"]


def test_not_a_number_in_an_attribute_becomes_none(read):
    sites = read(collection(polygon(SQUARE), properties={"面积": float("nan")}))
    assert sites.frame.loc["plot#1", "attributes"] == {"面积": None}


def test_crs_member_is_honoured(read):
    sites = read(collection(polygon(METRES), crs=named("urn:ogc:def:crs:EPSG::4523")))
    assert sites.inputs[0].crs == "EPSG:4523"
    assert sites.inputs[0].crs_basis == "declared (its crs member)"
    assert sites.frame.geometry.iloc[0].centroid.x == pytest.approx(106.1, abs=0.01)
    crs84 = read(collection(polygon(SQUARE), crs=named("urn:ogc:def:crs:OGC:1.3:CRS84")))
    assert crs84.inputs[0].crs == "OGC:CRS84"


def test_crs_option_replaces_the_standard(read):
    sites = read(collection(polygon(METRES)), crs="EPSG:4523")
    assert sites.inputs[0].crs_basis == "assumed by option --crs EPSG:4523"
    assert sites.inputs[0].warnings == ()


@pytest.mark.parametrize(
    ("datum", "least_m", "most_m"), [("gcj02", 430, 470), ("bd09", 1050, 1100)]
)
def test_web_datums_are_converted(read, datum, least_m, most_m):
    """FORMATS §1.4: offsets of 430-460 m and 1060-1090 m near Nanchong."""
    sites = read(collection(polygon(SQUARE)), datum=datum)
    assert sites.inputs[0].datum == datum
    assert sites.inputs[0].crs_basis == f"assumed by option --datum {datum}"
    assert "for screening only" in sites.inputs[0].warnings[0]
    moved = sites.frame.geometry.to_crs(4544).iloc[0].centroid
    plain = read(collection(polygon(SQUARE))).frame.geometry.to_crs(4544).iloc[0].centroid
    assert least_m < moved.distance(plain) < most_m


def test_open_ring_is_closed_and_listed(read):
    sites = read(collection(polygon(SQUARE[:-1])))
    assert [str(r) for r in sites.inputs[0].repairs] == [
        "feature 1 ring 1: open ring closed (+0.000 m²)"
    ]
    assert shapely.get_coordinates(sites.frame.geometry.iloc[0]).tolist() == SQUARE


def test_bow_tie_is_split_and_listed(read):
    """The two lobes of a crossed square are a quarter of it each, signed against each other."""
    a, b, c, d, _ = METRES[0], METRES[1], [35605400, 3409450], [35605200, 3409450], None
    sites = read(collection(polygon([a, c, b, d, a])), crs="EPSG:4523")
    shape = sites.frame.geometry.to_crs(4523).iloc[0]
    assert shape.is_valid
    assert shape.area == pytest.approx(200 * 200 / 2)
    (repair,) = sites.inputs[0].repairs
    assert repair.what.startswith("outline crossed or touched itself near (35605300, 3409350)")
    assert repair.area_change_m2 == pytest.approx(20_000, rel=1e-3)


def test_a_spike_to_nowhere_is_refused_before_it_is_mended(read):
    """Its area is nothing, so that a mend would take the wrong vertex away."""
    spike = [METRES[0], METRES[1], [99_000_000, 3409250], *METRES[1:]]
    with pytest.raises(BoundaryError, match="expected a place within the area of EPSG:4523"):
        read(collection(polygon(spike)), crs="EPSG:4523")


def test_repeated_points_are_dropped_and_listed(read):
    sites = read(collection(polygon([SQUARE[0], *SQUARE])))
    assert [r.what for r in sites.inputs[0].repairs] == ["1 repeated point(s) dropped"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (collection(), "plot.geojson: expected at least one polygon, got no features"),
        (collection(polygon(METRES)), "feature 1 point 1: expected longitude and latitude in "
         "degrees (EPSG:4326), got 35605200, 3409250; name the system of the numbers with --crs"),
        (collection(polygon([[b, a] for a, b in SQUARE])), "feature 1 point 1: expected longitude "
         "and latitude in degrees (EPSG:4326), got 30.8, 106.1; write longitude first"),
        (collection(polygon(SQUARE), {"type": "Point", "coordinates": [1, 2]}),
         "feature 2: expected a Polygon or MultiPolygon, got Point"),
        (collection({"type": "LineString", "coordinates": SQUARE}), "got a line; submit"),
        (collection({"type": "GeometryCollection", "geometries": [polygon(SQUARE)]}),
         "feature 1: expected a Polygon or MultiPolygon, got GeometryCollection"),
        (collection(polygon(SQUARE), None), "feature 2: expected a Polygon or MultiPolygon, got n"),
        (collection(polygon()), "feature 1: expected an array of rings, got an empty array"),
        (collection(polygon([])), "feature 1 ring 1: expected an array of points, got an empty"),
        (collection(polygon(SQUARE[:2])), "feature 1 ring 1: expected at least 3 different points"),
        (collection(polygon([*SQUARE[:2], [106.12], SQUARE[0]])), "feature 1 ring 1 point 3: "
         "expected two numbers (longitude, latitude), got [106.12]"),
        (collection(polygon([*SQUARE[:2], ["106.1", 30.8], SQUARE[0]])), 'got ["106.1", 30.8]'),
        (collection(polygon([*SQUARE[:2], [True, 30.8], SQUARE[0]])), "got [true, 30.8]"),
        (collection(polygon([*SQUARE[:2], [float("nan"), 30.8], SQUARE[0]])),
         "feature 1 ring 1 point 3: expected finite coordinates, got nan, 30.8; correct or remove"),
        (collection(polygon([*SQUARE[:2], [106.1, float("inf")], SQUARE[0]])), "got 106.1, inf"),
        (collection(polygon([*SQUARE[:2], [10**400, 30.8], SQUARE[0]])), "got inf, inf"),
        (collection(polygon([*SQUARE[:2], [1e308, 30.8], SQUARE[0]])), "got 1e+308, 30.8"),
        (collection(polygon([[106.1, 30.8], [106.2, 30.8], [106.3, 30.8]])),
         "feature 1: expected a polygon with an area, got none"),
        (collection(polygon(SQUARE, [[106.2, 30.8], [106.21, 30.8], [106.21, 30.81]])),
         "feature 1 ring 2: expected a hole inside its outline, got a ring that leaves it"),
        (collection({"type": "MultiPolygon", "coordinates": [
            [SQUARE], [[[106.102, 30.802], [106.103, 30.802], [106.103, 30.803]]]]}),
         "feature 1 part 2: expected a part apart from part 1, got an overlap of the two"),
        ({"type": "Topology"}, "expected a FeatureCollection, a Feature or a polygon, got type"),
        ({"type": "FeatureCollection"}, "expected an array of features, got nothing"),
        ({"type": "FeatureCollection", "features": [1]}, "feature 1: expected a Feature, got a n"),
        ([], "expected a GeoJSON object, got an array"),
        (collection(polygon(SQUARE), properties=[1]), "feature 1: expected properties as an obj"),
        (collection(polygon(SQUARE), crs=named("/etc/passwd")), "crs member: expected a name such"),
        (collection(polygon(SQUARE), crs=named("EPSG:999999")), "crs member: expected a known"),
        (collection(polygon(SQUARE), crs=None), "expected a coordinate system, got none; name the "
         "system of its numbers with --crs"),
        (collection(polygon(METRES), crs=named("EPSG:4545")), "feature 1 point 1: expected a place "
         "within the area of EPSG:4545"),
        (collection(polygon(METRES), crs=named("EPSG:26910")), "expected a system on CGCS2000 or "
         "WGS 84, got NAD83 / UTM zone 10N, of another datum"),
        (collection(polygon(METRES), crs=named("EPSG:4979")), "feature 1 point 1: expected longi"),
        (collection(polygon(METRES), crs=named("EPSG:4978")), "expected a projected system in met"),
        (collection(polygon(METRES), crs=named("EPSG:5737")), "expected a projected system in met"),
    ],
)  # fmt: skip
def test_refusals(read, tmp_path, document, message):
    with pytest.raises(BoundaryError) as caught:
        read(document)
    said = str(caught.value)
    assert said.startswith("plot.geojson")
    assert message in said
    assert "\n" not in said
    assert [p.name for p in tmp_path.iterdir()] == ["plot.geojson"]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"[" * 100_000, "expected GeoJSON of ordinary depth"),
        (b'{"a":' * 100_000, "expected GeoJSON of ordinary depth"),
        (json.dumps(collection(polygon(SQUARE))).encode()[:-40], "line 1 column"),
        (b'{"type": 1e', "line 1 column"),
        (b'{"n": ' + b"1" * 5000 + b"}", "expected numbers of ordinary length"),
        (json.dumps(polygon(SQUARE)).encode("utf-16"), "got UTF-16 (with a byte order mark)"),
        (json.dumps(polygon(SQUARE)).encode("utf-16-le"), "got UTF-16 (without a byte order mark)"),
        ('{"名称": "南充物流地块"}'.encode("gbk"), "expected UTF-8, as the JSON standard says"),
        (b'{"a": "\0"}' + bytes(200), "expected a text file, got binary content"),
        (b" ", "expected valid JSON"),
    ],
)
def test_broken_documents(read, raw, message):
    with pytest.raises(BoundaryError) as caught:
        read(None, raw=raw)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("escape", ["\\ud800", "\\uDFFF", "\\ud800\\ud800"])
def test_half_characters_are_refused(read, escape):
    """Half of a surrogate pair can be written as an escape, and in no file after that."""
    raw = json.dumps(collection(polygon(SQUARE), properties={"name": "HERE"})).encode()
    with pytest.raises(BoundaryError, match=r"feature 1 property 'name': expected whole characte"):
        read(None, raw=raw.replace(b"HERE", escape.encode()))
    key = raw.replace(b'"name": "HERE"', b'"na' + escape.encode() + b'me": 1')
    with pytest.raises(BoundaryError, match=r"expected whole characters"):
        read(None, raw=key)


def test_a_whole_pair_of_escapes_is_a_character(read):
    raw = json.dumps(collection(polygon(SQUARE), properties={"name": "HERE"})).encode()
    sites = read(None, raw=raw.replace(b"HERE", b"\\ud840\\udc00"))
    assert sites.frame["name"].tolist() == ["\U00020000"]


def test_gbk_is_read_when_named(read):
    document = collection(polygon(SQUARE), properties={"name": "南充"})
    raw = json.dumps(document, ensure_ascii=False).encode("gbk")
    assert read(None, raw=raw, encoding="gbk").frame["name"].tolist() == ["南充"]


def test_options_against_the_file_are_refused(read):
    declared = collection(polygon(SQUARE), crs=named("urn:ogc:def:crs:EPSG::4490"))
    with pytest.raises(OptionError, match=r"plot.geojson: expected EPSG:4490 .*--crs EPSG:4523"):
        read(declared, crs="EPSG:4523")
    with pytest.raises(OptionError, match=r"its crs member says, got --datum gcj02"):
        read(declared, datum="gcj02")
    assert read(declared, crs="EPSG:4490").inputs[0].crs_basis == "declared (its crs member)"


def test_options_that_cannot_be_used_are_refused(read):
    plain = collection(polygon(SQUARE))
    with pytest.raises(NotAvailable, match="--datum-params"):
        read(plain, datum="xian80")
    with pytest.raises(NotAvailable, match="--datum-params"):
        read(plain, crs="EPSG:4610")
    with pytest.raises(OptionError, match=r"unknown datum 'wgs' *; expected one of"):
        read(plain, datum="wgs")
    with pytest.raises(OptionError, match="unknown coordinate system"):
        read(plain, crs="EPSG:9999999")
    with pytest.raises(OptionError, match="unknown encoding"):
        read(plain, encoding="rot13")
    with pytest.raises(OptionError, match="expected --datum cgcs2000 with --crs EPSG:4490"):
        read(plain, crs="EPSG:4490", datum="wgs84")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "crs"]),
            inner | st.sampled_from(["Feature", "FeatureCollection", "Polygon", "MultiPolygon"]),
            max_size=4,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=200, deadline=None)
@given(value=JSON)
def test_any_json_is_read_or_refused_in_one_line(tmp_path_factory, value):
    path = tmp_path_factory.getbasetemp() / "fuzz.geojson"
    said = ""
    for document in (value, collection(value), collection(polygon(value))):
        path.write_text(json.dumps(document), encoding="utf-8")
        try:
            read_sites(path)
        except GeoToolkitError as error:
            said += str(error)
    assert "\n" not in said
