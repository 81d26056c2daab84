"""The main job on the bundled workspace, as its users see it: examples in, conclusions out."""

import json

import jsonschema
import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from pyproj import Transformer

from geo_toolkit import Workspace, read_sites
from geo_toolkit.rules import Declaration

EXAMPLE = """[属性描述]
格式版本号=1.01版本
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号={zone}
精度=0.001
转换参数=,,,,,,
[地块坐标]
{count},,DK01,跨带地块,面,,工业用地,0601,@
{points}
"""


@pytest.fixture(scope="module")
def nanchong(request):
    return Workspace.open(request.config.rootpath)


@pytest.fixture(scope="module")
def examples(request):
    return request.config.rootpath / "examples"


def the_site(result):
    (site,) = result.document["sites"]
    return site


def test_the_chemical_plot_is_prohibited_by_the_yangtze_law(nanchong, examples):
    sites = read_sites(examples / "chemical_plot.txt")
    site = the_site(nanchong.check(sites, project_type="chemical", record=False))
    assert site["verdict"] == "prohibited"
    assert "YZ-1" in {f["rule_id"] for f in site["findings"] if f["outcome"] == "hit"}
    undetermined = {r["role"] for r in site["roles"] if r["verdict"] == "undetermined"}
    assert "permanent_basic_farmland" in undetermined
    assert (site["lon"], site["lat"]) == pytest.approx((106.0475, 30.676), abs=0.003)


def test_rebuilding_is_not_in_the_sentence_of_the_law(nanchong, examples):
    sites = read_sites(examples / "chemical_plot.txt")
    rebuild = Declaration(nature="rebuild")
    result = nanchong.check(sites, project_type="chemical", declaration=rebuild, record=False)
    assert "YZ-1" not in {f["rule_id"] for f in the_site(result)["findings"]}
    assert result.document["nature"] == "rebuild"


@pytest.mark.parametrize(
    ("name", "project_type"),
    [
        ("chemical_plot.txt", "chemical"),
        ("logistics_plot.zip", "logistics"),
        ("tourism_plot.geojson", "tourism"),
        ("boundary_106_5E.geojson", "industrial"),
    ],
)
def test_every_example_answers_to_the_published_schema(
    nanchong, examples, request, name, project_type
):
    schema_path = request.config.rootpath / "docs" / "check-result.schema.json"
    schema = json.loads(schema_path.read_text(encoding="utf-8"))
    result = nanchong.check(read_sites(examples / name), project_type=project_type, record=False)
    document = json.loads(json.dumps(result.document, ensure_ascii=False, allow_nan=False))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert the_site(result)["verdict"] != "clear"  # no proxy can clear


def forms_of(polygon, folder):
    """Write one plot as zone 35 text, zone 36 text, degrees and Web Mercator."""
    files = []
    for zone, epsg in ((35, 4523), (36, 4524)):
        east_north = Transformer.from_crs(4490, epsg, always_xy=True)
        ring = np.column_stack(east_north.transform(*shapely.get_coordinates(polygon).T))
        lines = [
            f"J{n + 1 if n < len(ring) - 1 else 1},1,{y:.3f},{x:.3f}"
            for n, (x, y) in enumerate(ring)
        ]
        path = folder / f"zone{zone}.txt"
        text = EXAMPLE.format(zone=zone, count=len(ring), points="\n".join(lines))
        path.write_bytes(text.replace("\n", "\r\n").encode("gb18030"))
        files.append(path)
    frame = GeoDataFrame({"name": ["跨带地块"]}, geometry=[polygon], crs=4490)
    frame.set_crs(4326, allow_override=True).to_file(folder / "degrees.geojson")
    frame.set_crs(4326, allow_override=True).to_crs(3857).to_file(folder / "mercator.gpkg")
    return [*files, folder / "degrees.geojson", folder / "mercator.gpkg"]


@pytest.mark.parametrize("place", [(106.499, 31.05), (106.046, 30.678), (105.63, 31.53)])
def test_one_plot_in_four_forms_has_one_area_and_one_verdict(nanchong, tmp_path, place):
    lon, lat = place
    polygon = shapely.Polygon(
        [(lon, lat), (lon + 0.004, lat + 0.0005), (lon + 0.0035, lat + 0.003), (lon, lat + 0.002)]
    )
    sites = []
    for path in forms_of(polygon, tmp_path):
        result = nanchong.check(read_sites(path), project_type="chemical", record=False)
        sites.append(the_site(result))
    areas = [site["area_m2"] for site in sites]
    assert max(areas) / min(areas) - 1 < 5e-6
    assert len({site["verdict"] for site in sites}) == 1
    outcomes = [{(f["rule_id"], f["outcome"]) for f in site["findings"]} for site in sites]
    assert all(found == outcomes[0] for found in outcomes)


def test_the_survey_example_of_the_format_notes(nanchong, tmp_path):
    """FORMATS §3.2, written out: 200 × 150 m with a hole of 60 × 40 m; 27,592.454 m²."""
    shell = [(3409400, 35605200), (3409400, 35605400), (3409250, 35605400), (3409250, 35605200)]
    hole = [(3409350, 35605260), (3409310, 35605260), (3409310, 35605320), (3409350, 35605320)]
    lines = []
    for ring, first, points in ((1, 1, shell), (2, 5, hole)):
        for n, (x, y) in enumerate([*points, points[0]]):
            number = first + n if n < 4 else first
            lines.append(f"J{number},{ring},{x:.3f},{y:.3f}")
    text = EXAMPLE.format(zone=35, count=10, points="\n".join(lines))
    path = tmp_path / "plot.txt"
    path.write_bytes(text.replace("\n", "\r\n").encode("gbk"))
    site = the_site(nanchong.check(read_sites(path), record=False))
    assert site["area_m2"] == pytest.approx(27_592.454, abs=0.03)
    assert site["area_mu"] == pytest.approx(site["area_m2"] * 3 / 2000)


def test_scopes_of_the_workspace(nanchong, examples):
    sites = read_sites(examples / "chemical_plot.txt")
    narrow = nanchong.check(sites, project_type="chemical", scope="red_line", record=False)
    assert [r["role"] for r in the_site(narrow)["roles"]] == ["ecological_red_line"]
    assert "river_shoreline" in narrow.document["scope"]["not_examined"]
