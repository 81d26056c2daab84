"""The figures of the report: which there are, that nothing covers the site, same bytes twice."""

import io
from datetime import date

import matplotlib
import numpy as np
import pytest
import shapely
from PIL import Image

from geo_toolkit.errors import NotAvailable
from geo_toolkit.report import fonts
from geo_toolkit.report.atlas import Atlas, open_layers
from geo_toolkit.report.figure_limits import MOST_DETAILS, MOST_SITES
from geo_toolkit.report.figure_plans import plan_figures
from geo_toolkit.report.figures import draw_figures
from geo_toolkit.report.map_frame import FIGURE_MM, MAP_MM, SCALES, Furniture, MapFrame, fit_scale
from geo_toolkit.report.map_symbols import draw, symbol_of

DAY = date(2026, 11, 24)
RED, FARM, TOWN = (
    "ecological_red_line", "permanent_basic_farmland", "urban_development_boundary",
)  # fmt: skip


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")


@pytest.fixture
def three_lines(city, rectangle):
    city.layer("red", RED, [("a", rectangle(-50, 0, 100), {"name": "甲山"})], coverage="all")
    city.layer("farm", FARM, [("f", rectangle(0, 130, 400, 80))], coverage="all")
    city.layer("town", TOWN, [("t", rectangle(-400, -400, 3000))], coverage="all")
    city.layer("shore", "river_shoreline", [("s", rectangle(600, -2000, 30, 4000))], coverage="all")
    city.layer("counties", "county", [("c", rectangle(-9000, -9000, 18000), {"name": "测试县"})])
    for number, (role, relation, keys) in enumerate(
        (
            (RED, "overlaps", {}),
            (FARM, "overlaps", {}),
            (TOWN, "not_within", {}),
            ("river_shoreline", "within_distance", {"distance_m": 1000}),
        )
    ):
        city.rule(f"R-{number}", role, relation, **keys)
    return city


def checked(city, sites, **options):
    workspace = city.open()
    result = workspace.check(sites, as_of=DAY, record=False, **options)
    return result, [entry.read(DAY) for entry in workspace.layers.values()]


def image(figure):
    return np.asarray(Image.open(io.BytesIO(figure.png)).convert("RGB"))


def test_there_is_a_figure_for_each_line_and_each_hit(three_lines, plots, rectangle):
    figures = draw_figures(*checked(three_lines, plots(rectangle(0, 0, 200))))
    assert [figure.key for figure in figures] == [
        "location", RED, FARM, TOWN, "combined", f"hit:{RED}", "hit:river_shoreline",
    ]  # fmt: skip
    captions = [figure.caption for figure in figures]
    assert captions[1].startswith("图2　项目与生态保护红线位置关系图（图层：red v0；counties v0；")
    assert all("第35带，中央经线105°E" in caption for caption in captions)
    assert all("数据日期：未注明" in caption for caption in captions)


def test_only_what_has_data_is_drawn(city, plots, rectangle):
    city.layer("red", RED, [("a", rectangle(900, 0, 100))], coverage="all")
    city.rule("R", RED).rule("F", FARM)
    figures = draw_figures(*checked(city, plots(rectangle(0, 0, 200))))
    assert [figure.key for figure in figures] == ["location", RED, "combined"]


def test_the_picture_has_its_size_at_300_dpi_and_the_same_bytes(three_lines, plots, rectangle):
    arguments = checked(three_lines, plots(rectangle(0, 0, 200)))
    first, second = draw_figures(*arguments), draw_figures(*arguments)
    assert [f.png for f in first] == [f.png for f in second]
    picture = Image.open(io.BytesIO(first[0].png))
    assert picture.size == tuple(int(length / 25.4 * 300) for length in FIGURE_MM)
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert set(picture.info) == {"dpi"}


def test_the_scale_is_true_on_paper(three_lines, plots, rectangle):
    """The site's outline, 200 m wide, is 200 m divided by the scale on the sheet."""
    result, layers = checked(three_lines, plots(rectangle(0, 0, 200)))
    atlas = Atlas(result, layers)
    plan = next(p for p in plan_figures(atlas) if p.key == RED)
    figure = draw_figures(result, layers)[1]
    pixels = image(figure)
    left = int(5 / 25.4 * 300)
    right = left + int(MAP_MM[0] / 25.4 * 300)
    is_site = (np.abs(pixels[:, left:right].astype(int) - (0xD5, 0x00, 0x6D)) < 12).all(axis=2)
    columns = np.flatnonzero(is_site.any(axis=0))
    line_mm = 2.0 / 72 * 25.4
    width_mm = (columns[-1] - columns[0] + 1) / 300 * 25.4
    west, _, east, _ = shapely.total_bounds(atlas.sites)
    assert width_mm == pytest.approx(1000 * (east - west) / plan.window.scale + line_mm, abs=0.3)


def test_the_site_lies_whole_within_every_frame(three_lines, plots, rectangle):
    atlas = Atlas(*checked(three_lines, plots(rectangle(0, 0, 200), rectangle(3000, 0, 500))))
    for plan in plan_figures(atlas):
        frame = shapely.box(*plan.window.bounds)
        assert plan.window.scale in SCALES
        if not plan.key.startswith("hit:"):
            assert all(frame.contains(atlas.site(site)) for site in plan.sites), plan.key


def test_the_edge_that_a_site_has_to_lie_within_is_seen(three_lines, plots, rectangle):
    atlas = Atlas(*checked(three_lines, plots(rectangle(0, 0, 200))))
    plan = next(p for p in plan_figures(atlas) if p.key == TOWN)
    edge = shapely.boundary(atlas.feature("town", "t"))
    assert shapely.box(*plan.window.bounds).intersects(edge)


def test_names_keep_off_the_site_and_off_each_other():
    frame = MapFrame(fit_scale((0, 0, 100, 100)))
    frame.take((30, 30, 70, 70), is_site=True)
    assert frame.label(50, 50, "管控要素")
    assert frame.label(50, 50, "八十一", may_cover_site=True)
    placed = frame._taken
    assert not shapely.box(*placed[0]).intersects(shapely.box(30, 30, 70, 70))
    assert not shapely.box(*placed[0]).intersects(shapely.box(*placed[1]))
    assert not frame.label(5000, 5000, "框外")


def test_more_sites_and_hits_than_there_is_room_for(city, plots, rectangle):
    hits = [(str(n), rectangle(n * 10, 0, 5)) for n in range(20)]
    city.layer("h", "heritage", hits, coverage="all").rule("H", "heritage")
    plans = list(plan_figures(Atlas(*checked(city, plots(rectangle(0, 0, 200))))))
    assert sum(plan.key == "hit:heritage" for plan in plans) == MOST_DETAILS
    many = plots(*(rectangle(n * 300, 500, 100) for n in range(9)))
    plans = list(plan_figures(Atlas(*checked(city, many))))
    assert sum(plan.key == "combined" for plan in plans) == MOST_SITES
    assert plans[1].title == "管控要素综合图（地块1）"


@pytest.mark.parametrize("first", [RED, FARM, TOWN])
@pytest.mark.parametrize("second", [RED, FARM, TOWN])
def test_the_three_lines_stay_apart_in_grey(first, second):
    """Their patterns differ in grey by more than a tenth of what is inked, each from the others."""
    if first >= second:
        return
    pictures = [_swatch(role) for role in (first, second)]
    assert np.abs(pictures[0] - pictures[1]).mean() > 2.0


def _swatch(role):
    frame = MapFrame(fit_scale((0, 0, 180, 140)))
    square = np.array([shapely.box(10, 10, 170, 130)], dtype=object)
    key = draw(frame.axes, square, symbol_of(role, "#000000"), 10, is_schematic=False)
    said = Furniture("", "", (), "", "", "")
    picture = Image.open(io.BytesIO(frame.finish(said, [(key, "")]))).convert("L")
    return np.asarray(picture, dtype=float)[150:900, 200:1100]


def test_text_is_drawn_as_it_stands(three_lines, plots, rectangle):
    """Mathematics, markup and characters that no font has are text; nothing warns or fails."""
    sites = plots(rectangle(0, 0, 200), rectangle(2000, 0, 200))
    sites.frame["name"] = [r"$\frac{a}{$ <b> {{x}} #panic()", "🙂" + "长" * 10_000]
    figures = draw_figures(*checked(three_lines, sites))
    assert any(r"$\frac{a}{$" in figure.caption for figure in figures)
    assert not any("长" * 20 in figure.caption for figure in figures)


def test_schematic_features_say_so(city, plots, rectangle):
    city.layer("red", RED, [("a", rectangle(0, 0, 100))], evidence="schematic", accuracy_m=500)
    city.rule("R", RED)
    result, layers = checked(city, plots(rectangle(0, 0, 200)))
    assert draw_figures(result, layers)
    symbol = symbol_of(RED, "#000000")
    frame = MapFrame(fit_scale((0, 0, 180, 140)))
    square = np.array([shapely.box(10, 10, 170, 130)], dtype=object)
    key = draw(frame.axes, square, symbol, 10, is_schematic=True)
    assert key.get_linestyle() != "-"


def test_an_edition_draws_only_what_its_readers_may_see(city, rectangle):
    for secrecy in ("public", "internal", "verdict_only"):
        city.layer(secrecy, RED, [("a", rectangle(0, 0, 100))], secrecy=secrecy)
    entries = city.open().layers
    layers = [_Named(entry.definition) for entry in entries.values()]
    assert {y.definition.id for y in open_layers(layers, "internal")} == {"public", "internal"}
    assert {y.definition.id for y in open_layers(layers, "applicant")} == {"public"}


class _Named:
    def __init__(self, definition):
        self.definition = definition


def test_without_fonts_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts.resources, "files", lambda _: tmp_path)
    with pytest.raises(NotAvailable, match="install geo-toolkit again"):
        fonts.font_folder()


def test_drawing_leaves_no_global_setting_behind(three_lines, plots, rectangle):
    before = dict(matplotlib.rcParams)
    draw_figures(*checked(three_lines, plots(rectangle(0, 0, 200))))
    assert dict(matplotlib.rcParams) == before


def test_what_is_advised_is_drawn_in_the_internal_edition_alone(city, plots, rectangle):
    city.layer("red", RED, [("a", rectangle(150, 0, 400, 400))], coverage="all").rule("R", RED)
    result, layers = checked(city, plots(rectangle(0, 0, 200)))
    assert list(result.advice["kind"])[:1] == ["trim"]
    assert draw_figures(result, layers)[-1].key == "advice"
    shown, layers = checked(city, plots(rectangle(0, 0, 200)), audience="applicant")
    assert "advice" not in [figure.key for figure in draw_figures(shown, layers)]
