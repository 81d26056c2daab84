"""What must not leave the house: every output of every edition, searched for a secret layer.

The secret outline has corners that nothing else has. Wherever a corner, a clip, a centre or an
exact number of it could stand, in degrees or in metres, it is looked for.
"""

import re
import shutil
import subprocess
import zipfile
from datetime import date

import numpy as np
import pyogrio
import pytest
import shapely

from geo_toolkit.geodesy import from_geographic
from geo_toolkit.report import write_gpkg, write_xlsx
from geo_toolkit.report.content import build_report
from geo_toolkit.report.documents import write_documents
from geo_toolkit.report.figures import draw_figures
from geo_toolkit.report.json_text import to_json_text
from geo_toolkit.report.zones import zone_crs
from geo_toolkit.webmap import render_check_map

DAY = date(2026, 11, 24)
ROLE = "ecological_red_line"
NAME, KEY = "机密图斑甲", "secret-key-77"
EDITIONS = [
    ("verdict_only", "internal", True),
    ("verdict_only", "applicant", True),
    ("verdict_only", "internal", False),
    ("internal", "applicant", True),
    ("internal", "internal", False),
]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")


@pytest.fixture
def secret():
    """A seven-cornered outline, in metres."""
    corners = [
        (-613.37, -217.91), (281.43, -388.29), (317.19, 96.57), (143.61, 171.83),
        (66.89, 419.23), (-391.47, 307.71), (-702.59, 44.13),
    ]  # fmt: skip
    return shapely.Polygon(corners)


@pytest.fixture
def far():
    """Another secret outline that the plot does not meet, in metres."""
    return shapely.Polygon([(1913.71, -83.29), (2477.13, 61.87), (2261.53, 633.41)])


@pytest.fixture
def check(city, plots, rectangle, secret, far):
    """Return a check of one plot on secret and public layers, and all the layers."""

    def make(secrecy, audience, is_trusted, *, shape=secret):
        features = [(KEY, shape, {"name": NAME})]
        city.layer("secret", ROLE, features, coverage="all", secrecy=secrecy)
        city.layer("far", "wetland", [(KEY, far, {"name": NAME})], coverage="all", secrecy=secrecy)
        city.layer("open", "heritage", [("h", rectangle(250, 250, 90))], coverage="all")
        if not city.rules:
            city.rule("R", ROLE).rule("H", "heritage")
            city.rule("W", "wetland", "within_distance", distance_m=3000)
        workspace = city.open()
        workspace.layers.usable_secrecy = frozenset({"public", "internal", "verdict_only"})
        result = workspace.check(
            plots(rectangle(0, 0, 300)), as_of=DAY, audience=audience, is_trusted=is_trusted,
            record=False,
        )  # fmt: skip
        return result, [entry.read(DAY) for entry in workspace.layers.values()]

    return make


def decimals(numbers, places):
    """Return numbers as texts, with neighbours in the last place."""
    step = 10.0**-places
    return {f"{x + d * step:.{places}f}" for x in np.ravel(numbers) for d in (-1, 0, 1)}


@pytest.fixture
def needles(check):
    """Return the texts that would give the secret layers away: corners, centres, exact numbers."""
    result, layers = check("public", "internal", True)
    shapes = [
        *(layer.frame.geometry.iloc[0] for layer in layers if layer.id in ("secret", "far")),
        *result.overlaps[result.overlaps["layer_id"] == "secret"].geometry,
    ]
    site = result.sites.geometry.iloc[0]
    own = {tuple(np.round(xy, 9)) for xy in shapely.get_coordinates(site)}
    points = [
        tuple(xy)
        for shape in shapes
        for xy in [
            *shapely.get_coordinates(shape),
            *shapely.get_coordinates(shape.representative_point()),
            *shapely.get_coordinates(shape.centroid),
        ]
        if tuple(np.round(xy, 9)) not in own
    ]
    lines = result.nearest[result.nearest["layer_id"] == "far"].geometry
    points += [shapely.get_coordinates(line)[-1] for line in lines]
    degrees = np.array(points)
    metres = shapely.get_coordinates(
        from_geographic(shapely.points(degrees), zone_crs(float(degrees[0, 0])))
    )
    row = next(r for r in result.document["sites"][0]["roles"] if r["role"] == ROLE)
    away = next(r for r in result.document["sites"][0]["roles"] if r["role"] == "wetland")
    area, share, distance = row["overlap_m2"], row["overlap_share"], away["nearest_m"]
    texts = {NAME, KEY}
    texts |= decimals(degrees, 6) | decimals(metres, 0)
    # Where a clip ends at the plot's own edge, one of its two numbers is the plot's.
    edges = shapely.get_coordinates(site)
    zone = zone_crs(float(degrees[0, 0]))
    texts -= decimals(edges, 6)
    texts -= decimals(shapely.get_coordinates(from_geographic(np.array([site]), zone)), 0)
    texts |= {f"{area:.2f}", f"{area:,.2f}", f"{area / 10_000:.4f}", f"{area * 3 / 2000:.2f}"}
    texts |= {f"{share * 100:.2f}", f"{share:.4f}", f"{distance:.1f}", f"{distance:,.1f}"}
    return texts, degrees


def outputs_of(result, layers, folder):
    """Write every format of a check and return its texts by file."""
    folder.mkdir()
    texts = {"check.json": to_json_text(result)}
    texts["check.html"] = render_check_map(result, layers)
    write_xlsx(result, folder / "check.xlsx")
    write_gpkg(result, folder / "check.gpkg")
    write_documents(result, layers, {name: folder / f"check.{name}" for name in ("docx", "pdf")})
    for name in ("check.xlsx", "check.docx"):
        with zipfile.ZipFile(folder / name) as packed:
            parts = [packed.read(n) for n in packed.namelist() if n.endswith((".xml", ".rels"))]
            marked = b"\n".join(parts).decode("utf-8")
            texts[name] = re.sub(r"<[^>]*>", " ", marked) + marked
    if shutil.which("pdftotext"):
        done = subprocess.run(
            ["pdftotext", "-raw", folder / "check.pdf", "-"], capture_output=True, check=True
        )
        texts["check.pdf"] = done.stdout.decode("utf-8")
    texts["check.gpkg"] = (folder / "check.gpkg").read_bytes().decode("latin-1")
    return texts


def holds(content, text):
    """Whether a text stands there, and not only the end of a longer number."""
    return text in content and re.search(rf"(?<![\d.,]){re.escape(text)}", content) is not None


def test_the_search_finds_what_is_public(check, needles, tmp_path):
    """The same search, of the same layer made public: otherwise it would prove nothing."""
    texts, _ = needles
    found = outputs_of(*check("public", "internal", True), tmp_path / "out")
    for name in ("check.json", "check.html", "check.xlsx", "check.docx"):
        assert any(holds(found[name], text) for text in texts), name


@pytest.mark.parametrize(("secrecy", "audience", "is_trusted"), EDITIONS)
def test_no_output_gives_a_secret_layer_away(
    check, needles, tmp_path, secrecy, audience, is_trusted
):
    texts, degrees = needles
    result, layers = check(secrecy, audience, is_trusted)
    for name, content in outputs_of(result, layers, tmp_path / "out").items():
        given = [text for text in texts if holds(content, text)]
        assert given == [], name
    for layer in ("sites", "overlaps"):
        frame = pyogrio.read_dataframe(tmp_path / "out" / "check.gpkg", layer=layer)
        corners = shapely.get_coordinates(frame.geometry.to_numpy())
        for corner in corners:
            assert np.abs(degrees - corner).max(axis=1).min() > 1e-7


@pytest.mark.parametrize(("secrecy", "audience", "is_trusted"), EDITIONS)
def test_the_conclusion_is_given_all_the_same(check, secrecy, audience, is_trusted):
    result, _ = check(secrecy, audience, is_trusted)
    report = build_report(result)
    summary = next(s for s in report.sections if s.key == "results").blocks[0]
    red = next(row for row in summary.rows if row.cells[1] == "生态保护红线")
    assert red.cells[-1] == "⊖ 禁止"
    assert red.cells[4].startswith("约 ")
    assert red.cells[3] == "—"
    assert "“约”字数值属限制提供的图层" in summary.note


@pytest.mark.parametrize(("secrecy", "audience", "is_trusted"), EDITIONS)
def test_no_figure_depends_on_a_secret_layer(check, secret, secrecy, audience, is_trusted):
    """Pixel for pixel the same, wherever the secret outline lies and whether it is there."""
    result, layers = check(secrecy, audience, is_trusted)
    figures = draw_figures(result, layers)
    assert not any(ROLE in figure.key or "wetland" in figure.key for figure in figures)
    assert not any("secret" in f.caption or NAME in f.caption for f in figures)
    without = draw_figures(result, [y for y in layers if y.id not in ("secret", "far")])
    assert [f.png for f in figures] == [f.png for f in without]
    grown = shapely.affinity.scale(secret, 1.3, 1.3)
    moved, others = check(secrecy, audience, is_trusted, shape=grown)
    assert [f.png for f in draw_figures(moved, others)] == [f.png for f in figures]


def test_the_internal_edition_shows_internal_layers_and_says_so(check):
    result, layers = check("internal", "internal", True)
    figures = draw_figures(result, layers)
    assert any(figure.key == ROLE for figure in figures)
    report = build_report(result)
    assert report.fields["edition"] == "内部版"
    data = next(s for s in report.sections if s.key == "data").blocks[1]
    assert {row.cells[-1] for row in data.rows} == {"公开", "内部"}
