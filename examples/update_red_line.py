"""The first day with an official red line, and the day its update arrives: a worked script.

Run it from anywhere with ``python examples/update_red_line.py [FOLDER]``. It works on a copy of
the bundled workspace in FOLDER (a temporary one by default) and on a made-up delivery: a
shapefile in GBK and in the dialect of the national databases (STBHHX), as a bureau receives it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import shapely

from geo_toolkit import Workspace, read_sites
from geo_toolkit.errors import LayerError
from geo_toolkit.rules import today

PLOT = """{"type": "FeatureCollection", "features": [{"type": "Feature",
 "properties": {"name": "示例物流地块"}, "geometry": {"type": "Polygon", "coordinates":
 [[[106.100, 30.800], [106.103, 30.800], [106.103, 30.803], [106.100, 30.803], [106.100, 30.800]]]
}}]}"""


def main() -> int:
    """Add the line, check a plot before and after, publish an update, see what it changes."""
    if len(sys.argv) > 1:
        work = Path(sys.argv[1])
        work.mkdir(parents=True, exist_ok=True)
        run(work)
    else:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder))
    return 0


def run(work: Path) -> None:
    """Go through both days in a folder."""
    ws = copy_of_bundled_workspace(work / "workspace")
    plot = work / "plot.geojson"
    plot.write_text(PLOT, encoding="utf-8")
    print("before:", verdict(ws, plot))

    # Day one. The line arrives as a zip of shapefile parts; where it holds is said once.
    first = delivery(work / "first", east=106.090)
    done = ws.layers.add(
        "red_line_official", first, role="ecological_red_line", title_zh="生态保护红线（批复）",
        note="2026年批复", document="川自然资函〔2026〕1号", evidence="official", coverage="all",
        accuracy_m=0.5, secrecy="internal",
    )  # fmt: skip
    print("published:", done.definition.id, "version", done.version.number if done.version else "")
    for remark in done.remarks:
        print("  ", remark)
    print("after: ", verdict(ws, plot, record=True))
    print("yesterday:", verdict(ws, plot, as_of=today() - timedelta(days=1)))

    # Day two. The update moves the line over the plot: beyond the limits, so it needs a reason.
    entry = ws.layers["red_line_official"]
    second = delivery(work / "second", east=106.102)
    try:
        entry.update(second, note="2026年调整")
    except LayerError as refusal:
        print("refused:", refusal)
    done = entry.update(
        second,
        note="2026年调整",
        document="川自然资函〔2026〕9号",
        override="按批复调整，已核对图件",
    )
    assert done.diff is not None
    for county in done.diff.by_county:
        print("  ", county["name"], f"+{county['area_gained_m2'] / 10_000:.2f} ha")
    print("after the update:", verdict(ws, plot))

    # What does it change in the past, and what is there to go back to?
    replay = ws.replay("red_line_official")
    for site in replay.changed:
        print("changed:", site.name, site.verdict_before, "->", site.verdict_after)
    for version in entry.history():
        print(version.number, version.effective_from, version.note, version.sha256[:12])


def copy_of_bundled_workspace(target: Path) -> Workspace:
    """Return a copy of the bundled workspace, so that the original stays as it is."""
    source = Workspace.open(Path(__file__).parents[1]).root
    target.mkdir(parents=True)
    shutil.copy2(source / "workspace.toml", target)
    for part in ("layers", "rules", "maps"):
        shutil.copytree(source / part, target / part)
    return Workspace.open(target)


def delivery(folder: Path, *, east: float) -> Path:
    """Return a zipped shapefile in GBK with two red-line patches, in zone 35 with prefix."""
    folder.mkdir(parents=True)
    frame = gpd.GeoDataFrame(
        {
            "BSM": ["511302203000000001", "511302203000000002"],
            "YSDM": ["2090020510", "2090020510"],
            "HXMC": ["示例水源涵养生态保护红线", "示例水土保持生态保护红线"],
            "ZRBHDFQ": ["", ""],
        },
        geometry=[
            shapely.box(106.080, 30.790, east, 30.810),
            shapely.box(106.200, 30.900, 106.220, 30.915),
        ],
        crs="EPSG:4490",
    )
    shapes = folder / "shapes"
    shapes.mkdir()
    frame.to_crs("EPSG:4523").to_file(shapes / "STBHHX.shp", encoding="GBK")
    return Path(shutil.make_archive(str(folder / "STBHHX"), "zip", shapes))


def verdict(ws: Workspace, plot: Path, *, as_of: date | None = None, record: bool = False) -> str:
    """Return verdict and the layers that answered, for the red line alone."""
    result = ws.check(
        read_sites(plot), project_type="logistics", scope="red_line", as_of=as_of, record=record
    )
    (site,) = result.document["sites"]
    layers = sorted({f["layer_id"] for f in site["findings"] if f["layer_id"]})
    return f"{site['verdict']} ({', '.join(layers)})"


if __name__ == "__main__":
    sys.exit(main())
