"""Roads of an OpenStreetMap extract become a layer, and the layer a network."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import scipy
import shapely
from pyproj import Geod

from geo_toolkit.access import Graph
from geo_toolkit.access.examples import example_content
from geo_toolkit.catalogue.osm import read_osm_roads
from geo_toolkit.cli.app import run
from geo_toolkit.errors import LayerError
from geo_toolkit.geodesy import from_geographic
from geo_toolkit.workspace import Workspace

GEOD = Geod(ellps="WGS84")

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


# An extract as it comes: the GDAL bindings bring one of a few streets as their own test data


@pytest.fixture
def shipped():
    path = Path(pyogrio.__file__).parent / "tests" / "fixtures" / "sample.osm.pbf"
    if not path.is_file():
        pytest.skip("not in this build of pyogrio: tests/fixtures/sample.osm.pbf")
    return path


def hours_by_vertices(roads, speed_kmh):
    """Hours from every vertex to every vertex, worked without any of ours: a graph of segments."""
    index, tails, heads, hours = {}, [], [], []
    for line, kind, oneway in zip(roads.geometry, roads["class"], roads["oneway"], strict=True):
        for a, b in pairwise(line.coords):
            away = GEOD.inv(*a, *b)[2] / 1000 / speed_kmh[kind]
            ends = [index.setdefault(point, len(index)) for point in (a, b)]
            for tail, head in [ends] if oneway == "yes" else [ends, ends[::-1]]:
                tails.append(tail)
                heads.append(head)
                hours.append(away)
    graph = scipy.sparse.coo_array((hours, (tails, heads)), shape=(len(index), len(index)))
    return index, scipy.sparse.csgraph.dijkstra(graph.tocsr())


def test_a_shipped_pbf_builds_a_network_and_answers(shipped, tmp_path, capsys, monkeypatch):
    """Its nodes are not in order, as GDAL's quick index needs them: they are read all the same."""
    root = tmp_path / "town"
    root.mkdir()
    (root / "workspace.toml").write_text(
        'name = "town"\ntitle_zh = "镇"\ntitle_en = "town"\n'
        "bounds = [-0.30, 51.70, -0.15, 51.85]\n",
        encoding="utf-8",
    )
    content = example_content()
    aliases = {"expressway": ["motorway"], "provincial": ["secondary"], "county": ["tertiary"],
               "village": ["residential", "unclassified"]}  # fmt: skip
    for name, known in aliases.items():
        content["road"][name]["aliases"] = known
    (root / "rules").mkdir()
    text = "".join(f"{key} = {toml(value)}\n" for key, value in content.items())
    (root / "rules" / "logistics.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(root)
    assert run(["access", "roads", str(shipped), "--out", "roads.geojson"]) == 0
    said = ["--role", "highway", "--key", "id", "--evidence", "published", "--accuracy-m", "20"]
    assert run(["layers", "add", "osm_roads", "roads.geojson", *said, "--note", "OSM"]) == 0
    capsys.readouterr()

    study = Workspace.open(root).access_study()
    assert study.network.level == "full"
    roads = read_osm_roads(shipped)
    assert len(roads) == 23
    speeds = {"motorway": 60, "secondary": 60, "tertiary": 30, "residential": 20}
    index, hours = hours_by_vertices(roads, speeds)
    plain = from_geographic(shapely.points(np.array(list(index))), study.network.crs)
    nodes = np.flatnonzero(study.network.nodes["kind"] == "junction")
    away, at = scipy.spatial.KDTree(shapely.get_coordinates(plain)).query(study.network.xy[nodes])
    known = away < 0.1  # written to seven decimals
    assert known.sum() > 30
    roads_only = study.roads.keep(study.roads.edge >= 0)
    graph = Graph.of(roads_only.n, roads_only.tail, roads_only.head, roads_only.minutes)
    ours = graph.distances(nodes[known])[:, nodes[known]] / 60
    theirs = hours[np.ix_(at[known], at[known])]
    both = np.isfinite(theirs) & (theirs > 0)
    assert both.sum() > 300
    # half a metre for ends written to a centimetre; nothing longer, nothing shorter
    assert ours[both] == pytest.approx(theirs[both], rel=1e-3, abs=2.5e-5)

    plot = root / "plot.geojson"
    x, y = next(iter(index))
    square = shapely.box(x, y, x + 0.0005, y + 0.0003)
    plot.write_text(
        json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"name": "甲"},
             "geometry": json.loads(shapely.to_geojson(square))},
        ]}), encoding="utf-8",
    )  # fmt: skip
    times = ["--minutes", "0.5,5", "--format", "json"]
    assert run(["access", "isochrone", "plot.geojson", *times]) == 0
    areas = json.loads(capsys.readouterr().out)["features"]
    assert [row["properties"]["network_level"] for row in areas] == ["full", "full"]
    assert areas[0]["properties"]["area_km2"] > areas[1]["properties"]["area_km2"] > 0
