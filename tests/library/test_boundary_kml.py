"""KML and KMZ: placemarks to sites; entities, links and other geometry refused or left alone."""

import math
import zipfile

import pytest
import shapely

from geo_toolkit.boundary import read_sites, safe_xml
from geo_toolkit.errors import BoundaryError, NotAvailable

RING = "106.10,30.80 106.11,30.80 106.11,30.81 106.10,30.81 106.10,30.80"
HOLE = "106.102,30.802 106.104,30.802 106.104,30.804 106.102,30.804 106.102,30.802"


def ring(text, side="outer"):
    inner = f"<LinearRing><coordinates>{text}</coordinates></LinearRing>"
    return f"<{side}BoundaryIs>{inner}</{side}BoundaryIs>"


def polygon(*parts):
    return f"<Polygon>{''.join(parts)}</Polygon>"


def placemark(geometry, head="<name>甲</name>"):
    return f"<Placemark>{head}{geometry}</Placemark>"


def kml(*content, head='<?xml version="1.0" encoding="UTF-8"?>'):
    return (
        f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"".join(content)}'
        "</Document></kml>"
    )


@pytest.fixture
def read(tmp_path):
    def read_text(text, *, encoding="utf-8", name="plot.kml", **options):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return read_sites(path, **options)

    return read_text


def test_a_polygon_with_a_hole_in_any_order(read):
    for parts in ((ring(RING), ring(HOLE, "inner")), (ring(HOLE, "inner"), ring(RING))):
        sites = read(kml(placemark(polygon(*parts))))
        shape = sites.frame.geometry.iloc[0]
        assert shape.area == pytest.approx(1e-4 - 4e-6)
        assert len(shape.interiors) == 1
    source = sites.inputs[0]
    assert source.crs_basis == "declared (the KML standard: WGS 84)"
    assert "often GCJ-02" in source.warnings[0]


def test_folders_parts_and_other_namespaces(read):
    other = polygon(ring(RING.replace("106.1", "106.2")))
    several = placemark(f"<MultiGeometry>{polygon(ring(RING))}{other}</MultiGeometry>")
    text = kml(f"<Folder><Folder>{several}</Folder></Folder>", placemark("<Style/>"))
    assert shapely.get_num_geometries(read(text).frame.geometry.iloc[0]) == 2
    old = text.replace("http://www.opengis.net/kml/2.2", "http://earth.google.com/kml/2.1")
    assert len(read(old)) == 1


def test_extended_data_and_heights(read):
    data = (
        '<name> 乙 </name><ExtendedData><SchemaData schemaUrl="#a"><SimpleData name="编号">7'
        '</SimpleData></SchemaData><Data name="用途"><value>物流</value></Data></ExtendedData>'
    )
    sites = read(kml(placemark(polygon(ring(RING.replace(" ", ",310 ") + ",310")), data)))
    assert sites.frame.attributes.iloc[0] == {"name": "乙", "编号": "7", "用途": "物流"}
    assert "heights of 5 points dropped" in sites.inputs[0].warnings


def test_an_open_ring_is_closed(read):
    sites = read(kml(placemark(polygon(ring(RING.rpartition(" ")[0])))))
    assert [str(r) for r in sites.inputs[0].repairs] == [
        "placemark 1 (甲) ring 1: open ring closed (+0.000 m²)"
    ]


def test_spaces_beside_the_commas(read):
    spaced = RING.replace(",", " ,\n ")
    assert read(kml(placemark(polygon(ring(spaced))))).frame.geometry.iloc[0].area > 0


@pytest.mark.parametrize("height", ["", ",0", ",310.5"])
def test_long_rings_are_read_the_same(read, height):
    """Many points go another way; a damaged one among them is found all the same."""
    angles = [2 * math.pi * n / 2000 for n in range(2000)]
    points = [f"{106.1 + 0.01 * math.cos(a):.9f},{30.8 + 0.01 * math.sin(a):.9f}{height}"
              for a in angles]  # fmt: skip
    sites = read(kml(placemark(polygon(ring("\n".join([*points, points[0]]))))))
    shape = sites.frame.geometry.iloc[0]
    assert shapely.get_num_coordinates(shape) == 2001
    assert shape.area == pytest.approx(math.pi * 1e-4, rel=1e-5)
    assert ("heights of 2001 points dropped" in sites.inputs[0].warnings) == ("310" in height)
    points[1500] = "106.1,x"
    with pytest.raises(BoundaryError, match=r"ring 1 point 1501: .* got '106.1,x'"):
        read(kml(placemark(polygon(ring(" ".join(points))))))


def test_gbk_as_declared(read):
    head = '<?xml version="1.0" encoding="GB2312"?>'
    sites = read(kml(placemark(polygon(ring(RING))), head=head), encoding="gbk")
    assert sites.frame["name"].tolist() == ["甲"]
    assert (sites.inputs[0].encoding, sites.inputs[0].encoding_basis) == (
        "GB2312", "declared (its header)",
    )  # fmt: skip


def test_lines(read):
    text = kml(placemark(f"<LineString><coordinates>{RING}</coordinates></LineString>"))
    assert len(read(text, corridor_m=20).lines[0].coords) == 5
    with pytest.raises(BoundaryError, match="placemark 1 \\(甲\\): expected a polygon, got a line"):
        read(text)


def test_links_are_not_followed(read):
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
    sites = read(kml(link, placemark(polygon(ring(RING)))))
    assert "1 links to other files or addresses were not followed" in sites.inputs[0].warnings
    with pytest.raises(BoundaryError, match="expected at least one polygon, got no features"):
        read(kml(link))


ENTITY = '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
BOMB = ('<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa">'
        '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>')  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (kml(placemark("&a;"), head=ENTITY), "expected XML without document type and entities"),
        (kml(placemark("&b;"), head=BOMB), "expected XML without document type and entities"),
        (kml(head="<!DOCTYPE kml>"), "expected XML without document type and entities"),
        (kml(placemark(polygon(ring(RING))))[:-40], "line 1: expected well-formed XML"),
        (kml(placemark(polygon(ring("1,2 x,3 4,5")))), "ring 1 point 2: expected longitude,latit"),
        (kml(placemark(polygon(ring("nan,2 1,3 4,5")))), "point 1: expected longitude,latitude in "
         "degrees, got 'nan,2'"),
        (kml(placemark(polygon(ring("1,2,3,4 1,3 4,5")))), "got '1,2,3,4'"),
        (kml(placemark(polygon(ring("106.1,30.8 106.2,30.8")))), "at least 3 different points"),
        (kml(placemark(polygon())), "placemark 1 (甲): expected one outer boundary, got 0"),
        (kml(placemark(polygon(ring(RING), ring(RING)))), "expected one outer boundary, got 2"),
        (kml(placemark("<Point><coordinates>1,2</coordinates></Point>")),
         "placemark 1 (甲): expected a Polygon or LineString, got Point"),
        (kml(placemark("<Track/>")), "expected a Polygon or LineString, got Track"),
        (kml(placemark(polygon(ring("30.8,106.1 30.9,106.1 30.9,106.2")))), "write longitude firs"),
        (kml(placemark("<a>" * 150 + "</a>" * 150)), "expected at most 1000000 elements, 100 deep"),
        (kml(head='<?xml version="1.0" encoding="no-such"?>'), "expected "),
    ],
)  # fmt: skip
def test_refusals(read, text, message):
    with pytest.raises(BoundaryError) as caught:
        read(text)
    assert str(caught.value).startswith("plot.kml")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_too_many_elements(read, monkeypatch):
    monkeypatch.setattr(safe_xml, "MAX_ELEMENTS", 5)
    with pytest.raises(BoundaryError, match="expected at most 5 elements"):
        read(kml(placemark(polygon(ring(RING)))))


def test_other_xml_is_named(read):
    with pytest.raises(NotAvailable, match="got XML"):
        read("<gml:FeatureCollection/>", name="plot.gml")


def test_archives(tmp_path):
    path = tmp_path / "plot.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("files/icon.png", b"x")
        archive.writestr("doc.kml", kml(placemark(polygon(ring(RING)))))
        archive.writestr("other.kml", kml())
    assert read_sites(path).inputs[0].format == "KMZ"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.kml", kml())
        archive.writestr("b.kml", kml())
    with pytest.raises(BoundaryError, match=r"expected one .kml in the archive, got a.kml, b.kml"):
        read_sites(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.ovkml", kml(placemark(polygon(ring(RING)))))
    with pytest.raises(BoundaryError, match="GCJ-02"):
        read_sites(path)
