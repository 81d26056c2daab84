"""Roads of an OpenStreetMap extract become a layer, and the layer a network."""

import json

import pytest
import shapely

from geo_toolkit.access.examples import example_content
from geo_toolkit.catalogue.osm import read_osm_roads
from geo_toolkit.cli.app import run
from geo_toolkit.errors import LayerError

NODES = {
    1: (106.20, 30.70), 2: (106.21, 30.70), 3: (106.22, 30.70), 4: (106.21, 30.71),
    5: (106.21, 30.69), 6: (106.20, 30.72), 7: (106.22, 30.72),
}  # fmt: skip
WAYS = {
    10: ([1, 2, 3], {"highway": "secondary", "name": "东大街", "ref": "S101"}),
    11: ([5, 2], {"highway": "residential", "oneway": "-1"}),
    12: ([2, 4], {"highway": "residential", "oneway": "yes"}),
    13: ([6, 7], {"highway": "motorway", "bridge": "yes"}),
    14: ([1, 6], {"highway": "footway"}),
    15: ([3, 7], {"highway": "track", "tunnel": "yes"}),
}


@pytest.fixture
def extract(tmp_path):
    path = tmp_path / "city.osm"
    nodes = "".join(f'<node id="{k}" lon="{x}" lat="{y}"/>' for k, (x, y) in NODES.items())
    ways = "".join(
        f'<way id="{k}">'
        + "".join(f'<nd ref="{ref}"/>' for ref in refs)
        + "".join(f'<tag k="{a}" v="{b}"/>' for a, b in tags.items())
        + "</way>"
        for k, (refs, tags) in WAYS.items()
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{nodes}{ways}</osm>',
        encoding="utf-8",
    )
    return path


def test_roads_and_their_tags(extract):
    frame = read_osm_roads(extract)
    assert frame["id"].tolist() == ["10", "11", "12", "13"]
    assert frame["class"].tolist() == ["secondary", "residential", "residential", "motorway"]
    assert frame["name"].tolist() == ["东大街", "", "", ""]
    assert frame["oneway"].tolist() == ["", "yes", "yes", "yes"]
    assert frame["bridge"].tolist() == ["", "", "", "yes"]
    assert frame["ref"][0] == "S101"
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry[1].coords[0] == NODES[2]  # open against its direction: turned round


def test_tracks_where_they_are_wanted(extract):
    assert read_osm_roads(extract, with_tracks=True)["id"].tolist()[-1] == "15"


def test_what_is_no_extract_is_refused(tmp_path):
    path = tmp_path / "x.osm.pbf"
    path.write_bytes(b"no such thing")
    with pytest.raises(LayerError, match=r"x\.osm\.pbf: expected an OpenStreetMap extract"):
        read_osm_roads(path)
    empty = tmp_path / "empty.osm"
    empty.write_text('<?xml version="1.0"?><osm version="0.6"></osm>', encoding="utf-8")
    with pytest.raises(LayerError, match=r"empty\.osm: expected roads, got none"):
        read_osm_roads(empty)


def test_an_extract_builds_a_network_and_answers(extract, city, capsys, monkeypatch):
    """Street, then into the one-way street; back only by the other one-way street."""
    monkeypatch.chdir(city.root)
    assert run(["access", "roads", str(extract), "--out", "roads.geojson"]) == 0
    assert "secondary" in capsys.readouterr().out
    features = json.loads((city.root / "roads.geojson").read_text(encoding="utf-8"))["features"]
    folder = city.root / "layers" / "osm"
    folder.mkdir(parents=True)
    (folder / "osm_roads.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    (folder / "osm_roads.toml").write_text(
        'id = "osm_roads"\nrole = "highway"\ngeometry = "line"\ndata = "osm_roads.geojson"\n'
        'key = "id"\ncrs = "EPSG:4326"\ndatum = "wgs84"\nevidence = "published"\naccuracy_m = 20\n'
        'coverage = "none"\nsource = "test"\n',
        encoding="utf-8",
    )
    content = example_content()
    for name, alias in (("expressway", "motorway"), ("provincial", "secondary"),
                        ("village", "residential")):  # fmt: skip
        content["road"][name]["aliases"] = [alias]
    (city.root / "rules").mkdir()
    text = "".join(f"{key} = {toml(value)}\n" for key, value in content.items())
    (city.root / "rules" / "logistics.toml").write_text(text, encoding="utf-8")
    study = city.open().access_study()
    assert study.network.level == "full"
    xy = study.network.xy
    arcs = study.roads
    ends = {
        tuple(shapely.Point(xy[n]).coords[0]): n
        for n in range(len(xy))
        if study.network.nodes["kind"].iat[n] == "junction"
    }
    assert len(ends) == 5
    edges = study.network.edges
    street = edges[(edges["cls"] == "village") & edges["is_oneway"]]
    assert len(street) == 2
    for a, b in zip(street["a"], street["b"], strict=True):
        there = (arcs.tail == a) & (arcs.head == b)
        back = (arcs.tail == b) & (arcs.head == a)
        assert there.sum() == 1
        assert back.sum() == 0


def toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)
