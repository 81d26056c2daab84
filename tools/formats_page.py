"""Write ``docs/formats.md``: each format and variant, as the library reads the example files.

python tools/formats_page.py
"""

import sys
from pathlib import Path

from geo_toolkit.boundary import dxf, geojson, kml, points_csv, read_sites, survey_text, wkt
from geo_toolkit.boundary.archive import MAX_ENTRIES, MAX_RATIO, MAX_TOTAL_BYTES
from geo_toolkit.boundary.dxf import ARC_TOLERANCE_M
from geo_toolkit.boundary.encoding import MAX_LINE, MAX_TEXT_MEMORY
from geo_toolkit.boundary.gdal import ARC_STEP_DEG
from geo_toolkit.boundary.geoparquet import MAX_DECODED
from geo_toolkit.boundary.opening import LIMITS, MAX_BYTES
from geo_toolkit.boundary.points_table import MAX_ROWS
from geo_toolkit.boundary.points_xlsx import MAX_SHARED, MAX_UNPACKED
from geo_toolkit.boundary.submission import MAX_FEATURES, MAX_POINTS
from geo_toolkit.boundary.survey_text import MAX_LINES
from geo_toolkit.boundary.writing import SUFFIXES
from geo_toolkit.errors import GeoToolkitError

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "data" / "boundary"
PAGE = ROOT / "docs" / "formats.md"
ZONE35 = {"crs": "EPSG:4523"}
UNPREFIXED = {"crs": "EPSG:4544"}
DEGREES = {"crs": "EPSG:4490"}
ROAD = {"corridor_m": 20}
XIAN80 = {"datum_params": DATA / "xian80.toml"}

FORMATS = (
    # format, suffixes, how it is written, what is detected, what is refused, an example file
    ("survey text (勘测定界界址点坐标交换格式)", ".txt", ".txt",
     "encoding (BOM, else valid UTF-8, else GB18030 that holds the format's words), order of the "
     "columns, zone prefix, rings by containment, DMS, unit of the stated area",
     "no 坐标系, no zone, 带号 against the prefix, degrees that could be ddd.mmss, rings that "
     "overlap in part, UTF-16 without `--encoding`", "text_paper_example.txt"),
    ("shapefile", ".shp, folder, .zip", ".zip",
     "encoding without .cpg (GBK or UTF-8 by the Chinese in it)",
     "no .prj without `--crs`, several without `--layer`, a missing .shx or .dbf",
     "plot_gbk_no_cpg.zip"),
    ("file geodatabase", ".gdb folder, .zip", ".gdb",
     "the one polygon layer", "several polygon layers without `--layer`", "plot.gdb.zip"),
    ("GeoPackage", ".gpkg", ".gpkg", "the one polygon layer",
     "several polygon layers without `--layer`, virtual tables", "plot.gpkg"),
    ("GeoJSON", ".geojson, .json", ".geojson", "-",
     "NaN, half characters (`\\ud800`), swapped lon and lat, metres without `--crs`",
     "plot.geojson"),
    ("GeoJSON text sequence", ".geojsonl, .geojsons, .ndjson, .jsonl", "", "-", "as GeoJSON",
     "plot.geojsonl"),
    ("KML", ".kml", ".kml", "Ovital (奥维) by its name in the document",
     "entities and document types, Ovital without `--datum`", "plot.kml"),
    ("KMZ", ".kmz", "", "doc.kml, or the only .kml", "as KML; several .kml", "plot.kmz"),
    ("Ovital KML and KMZ", ".ovkml, .ovkmz", "", "-",
     "without `--datum gcj02` (or another): Ovital exports GCJ-02", "plot.ovkml"),
    ("DXF (ASCII)", ".dxf", ".dxf",
     "layer names by $DWGCODEPAGE or version, holes by containment, the one layer with closed "
     "polylines", "no `--crs`, several layers without `--layer`, outlines open by more than "
     "0.1 m, loose lines and arcs, binary DXF, DWG", "plot.dxf"),
    ("MapInfo", ".tab (.dat .map .id), .mif (.mid)", "",
     "encoding where the charset is Neutral",
     "linked, seamless and view tables, a system on an ellipsoid alone without `--crs`",
     "plot.tab"),
    ("FlatGeobuf", ".fgb", "", "-", "no system and no `--crs`", "plot.fgb"),
    ("GeoParquet", ".parquet", ".parquet", "-",
     "geometry other than WKB, spherical edges", "plot.parquet"),
    ("WKT", ".wkt", "", "-", "no SRID and no `--crs`, two SRIDs, other geometry", "plot.wkt"),
    ("table of points, CSV", ".csv", "",
     "encoding, separator, columns by their headings, which of X and Y is north, plots by column, "
     "blank row or number that starts again",
     "no system told, degrees that could be ddd.mmss unless the heading says so",
     "points_survey.csv"),
    ("table of points, workbook", ".xlsx", ".xlsx",
     "the one sheet with coordinates, the rest as CSV; formulas count by their stored value",
     "several sheets without `--layer`, as CSV", "points.xlsx"),
)  # fmt: skip

VARIANTS = (
    # file, variant, options
    ("text_paper_example.txt", "the format as published", {}),
    ("text_few_keys.txt", "head keys missing, leading spaces, another block, 3度带", {}),
    ("text_8_fields.txt", "plot line of 8 fields", {}),
    ("text_12_fields_unit.txt", "plot line of 12 fields, unit written in the area", {}),
    ("text_blank_area.txt", "blank area", {}),
    ("text_count_without_closing.txt", "count without the closing points", {}),
    ("text_count_wrong.txt", "count that is wrong", {}),
    ("text_open_rings.txt", "rings not closed", {}),
    ("text_numbers_restart.txt", "plain numbers that restart in each ring", {}),
    ("text_closing_number.txt", "closing points with numbers of their own", {}),
    ("text_rings_overlap.txt", "圈号 2 that overlaps in part", {}),
    ("text_second_part.txt", "圈号 2 outside: a second part", {}),
    ("text_island_in_hole.txt", "a hole, and an island in it", {}),
    ("text_several_plots.txt", "several plots in one file", {}),
    ("text.zip", "one text in an archive, in a folder with a Chinese name", {}),
    ("texts.zip", "one archive of several texts", {}),
    ("texts.zip", "one of them chosen", {"layer": "text_paper_example.txt"}),
    ("text_zone18.txt", "6-degree zone", {}),
    ("text_no_prefix.txt", "six-digit Y, zone in 带号", {}),
    ("text_zone_contradicts.txt", "带号 against the prefix", {}),
    ("text_swapped.txt", "columns swapped", {}),
    ("text_decimal_degrees.txt", "decimal degrees", {}),
    ("text_dms.txt", "degrees, minutes, seconds", {}),
    ("text_ddd_mmss.txt", "degrees that could be ddd.mmss", {}),
    ("text_utf8.txt", "UTF-8, LF", {}),
    ("text_utf8_bom.txt", "UTF-8 with BOM", {}),
    ("text_gb18030.txt", "characters beyond GBK", {}),
    ("text_utf16.txt", "UTF-16", {}),
    ("text_utf16.txt", "UTF-16, named", {"encoding": "utf-16-le"}),
    ("text_full_width.txt", "full-width commas and digits", {}),
    ("text_tabs.txt", "tabs between the fields", {}),
    ("text_mixed_line_ends.txt", "CRLF, LF and CR in one file", {}),
    ("text_area_m2.txt", "area in m²", {}),
    ("text_area_differs.txt", "stated area that differs", {}),
    ("text_line.txt", "line plot (线)", ROAD),
    ("text_points.txt", "point plot (点)", {}),
    ("text_beijing54.txt", "1954年北京坐标系", {}),
    ("text_xian80.txt", "1980西安坐标系", {}),
    ("text_xian80.txt", "1980西安坐标系 with parameters", XIAN80),
    ("plot_gbk.zip", "shapefile, GBK with .cpg", {}),
    ("plot_gbk_no_cpg.zip", "shapefile, GBK without .cpg", {}),
    ("plot.gdb.zip", "file geodatabase, zipped", {}),
    ("plot_two_layers.gdb.zip", "two polygon layers", {}),
    ("plot_two_layers.gdb.zip", "two polygon layers, one chosen", {"layer": "plot"}),
    ("plot.gpkg", "GeoPackage", {}),
    ("plot.geojson", "GeoJSON", {}),
    ("plot_4523.geojson", "GeoJSON with a crs member", {}),
    ("plot.geojsonl", "GeoJSON text sequence", {}),
    ("road.geojson", "a line", ROAD),
    ("road.geojson", "a line without `--corridor-m`", {}),
    ("plot.kml", "KML", {}),
    ("plot.kmz", "KMZ", {}),
    ("plot.ovkml", "Ovital KML", {}),
    ("plot.ovkml", "Ovital KML with its datum", {"datum": "gcj02"}),
    ("plot.ovkmz", "Ovital KMZ", {}),
    ("plot_ovital.kml", "KML written by Ovital", {}),
    ("plot.dxf", "DXF, GBK code page", ZONE35),
    ("plot.dxf", "DXF without `--crs`", {}),
    ("plot_block.dxf", "outline in a block", ZONE35),
    ("plot_arcs.dxf", "bulges: a circle of 100 m radius", ZONE35),
    ("plot_two_layers.dxf", "two layers", ZONE35),
    ("plot_open.dxf", "outline not closed", ZONE35),
    ("road.dxf", "a centreline", {**ZONE35, **ROAD}),
    ("plot.tab", "MapInfo TAB", {}),
    ("plot.mif", "MapInfo MIF", {}),
    ("plot.fgb", "FlatGeobuf", {}),
    ("plot.parquet", "GeoParquet", {}),
    ("plot.wkt", "WKT", ZONE35),
    ("plot_srid.wkt", "WKT with SRID", {}),
    ("points_survey.csv", "Chinese headings, X and Y, ring column", ZONE35),
    ("points_survey.csv", "no system told", {}),
    ("points_english.csv", "Easting, Northing", ZONE35),
    ("points_degrees.csv", "经度, 纬度, system in a note above", {}),
    ("points_dms.csv", "北纬, 东经 as DMS", DEGREES),
    ("points_thousands.csv", "thousands separators, blank rows", UNPREFIXED),
    ("points_ddd_mmss.csv", "ddd.mmss said in the heading", DEGREES),
    ("points_ddd_mmss_unsaid.csv", "ddd.mmss not said", DEGREES),
    ("points.xlsx", "title, notes, merged cells, numbers as text", {}),
    ("plot.dwg", "DWG", {}),
    ("plot.mdb", "personal geodatabase", {}),
    ("plot.ovobj", "Ovital objects", {}),
    ("plot.wp", "MapGIS", {}),
    ("plot.gml", "GML", {}),
    ("points.xls", "old workbook", {}),
    ("plot.rar", "RAR", {}),
    ("plot.7z", "7z", {}),
)  # fmt: skip

INTRO = """# Boundary files

Written by `tools/formats_page.py` from the example files in `tests/data/boundary/`; a test keeps
it true. A file is told by its content, not by its name. Encoding, datum, zone, axis order and
ring meaning each come with a ground: `declared` (the file or its standard says so), `detected`
(with the evidence) or `assumed by option`. What cannot be decided is refused, with the option
that settles it. Magnitudes alone never decide a datum.

## Formats
"""

RULES = f"""
DWG, personal geodatabases (.mdb), MapGIS, GML, .ovobj, .xls, .rar and .7z are refused by name,
with what to export instead. A zip holds one shapefile, one .gdb, or one other file (`--layer`
names it where there are several). `NAME_fields.csv` beside a shapefile, as `convert` writes it,
gives names that were cut their whole length back.

## Limits and memory

What is larger is refused with the limit in the message: by its size before it is read, else as
soon as it is known. Reading takes at most about 1.4 GB at {MAX_FEATURES:,} features or
{MAX_POINTS:,} points, which is the most that one check holds; files made to do harm, of which the
tests keep more than 180, take under 500 MB and 5 s each.

| what | at most |
| --- | --- |
| any file | {MAX_BYTES / 1e6:g} MB |
| survey text | {LIMITS[survey_text.read] / 1e6:g} MB, {MAX_LINES:,} lines |
| GeoJSON | {LIMITS[geojson.read] / 1e6:g} MB, {geojson.MAX_VALUES:,} values |
| DXF | {LIMITS[dxf.read] / 1e6:g} MB |
| KML, WKT | {LIMITS[kml.read] / 1e6:g} MB, {LIMITS[wkt.read] / 1e6:g} MB |
| CSV | {LIMITS[points_csv.read] / 1e6:g} MB, {MAX_ROWS:,} rows |
| a line of survey text or CSV | {MAX_LINE:,} bytes |
| text in memory, where a rare character makes all of it wide | {MAX_TEXT_MEMORY / 1e6:g} MB |
| workbook | {MAX_UNPACKED / 1e6:g} MB unpacked, \
{MAX_SHARED / 1e6:g} MB of texts, {MAX_ROWS:,} rows |
| GeoParquet | {MAX_DECODED / 1e6:g} MB of values, however well they are packed |
| archive | {MAX_ENTRIES:,} entries, {MAX_TOTAL_BYTES / 1e6:g} MB unpacked, {MAX_RATIO} to 1 |

XML comes without document type and entities; spreadsheets are read row by row; columns that a
GeoPackage computes, views and virtual tables are refused, and so is a shapefile whose index names a
record twice. GDAL sees a private copy under a name of our own, of one format that its first bytes
must bear out; `/vsi` paths, VRT and linked tables are refused.

Lines: with `--corridor-m W` (for `--project-type linear`) every format gives centrelines. Parts
of one feature are joined in their order and must meet end to start; several lines are several
sites; chainage runs from the first point on (`chainage_origin_m` in `--declare` moves it). The
site is the corridor of the full width W, flat at both ends, bends rounded.

Geometry: rings are closed, repeated points dropped, outlines that cross themselves split, Z and M
dropped; each is listed, with the area it changed. Arcs become chords: in DXF within
{ARC_TOLERANCE_M:g} m of the arc, in other formats of {ARC_STEP_DEG:g} degrees each (2.4 mm at a
radius of 1 km).

## Local datum parameters (`--datum-params FILE`)

Xian 1980 and Beijing 1954 reach CGCS2000 by local parameters alone; no general transformation is
ever used in their place. The file is TOML; its values are read, used and shown nowhere. Values
below are invented.

Seven parameters (Bursa-Wolf):

    source = "xian80"                    # xian80 | beijing54
    method = "bursa_wolf"
    convention = "coordinate_frame"      # coordinate_frame | position_vector: sign of the rotations
    dx_m = 12.5                          # metres
    dy_m = -101.25
    dz_m = -45.75
    rx_s = 1.5                           # seconds of arc
    ry_s = -0.75
    rz_s = 2.25
    scale_ppm = -3.5                     # parts per million
    accuracy_m = 0.5                     # optional, said in the warnings

Four parameters, in the plane, X north and Y east:
X' = dx + k (X cos r - Y sin r), Y' = dy + k (X sin r + Y cos r), k = 1 + scale_ppm / 1e6.

    source = "xian80"
    method = "planar"
    from_crs = "EPSG:2380"               # the system they were determined in, prefix or not
    to_crs = "EPSG:4544"
    dx_m = 21.5
    dy_m = 98.25
    rotation_s = 1.25
    scale_ppm = 2.5

Rotations are in the axes' own sense: `position_vector` is EPSG method 9606, `coordinate_frame`
9607. A boundary that parameters would move by more than 2 km is refused.

## Variants, each with its example

Read as the library reads them now; options in brackets.

"""


def main(page: Path = PAGE) -> None:
    """Write the page."""
    page.write_text(text(), encoding="utf-8", newline="\n")


def text() -> str:
    """Return the page."""
    lines = [INTRO, "", "| format | files | written | detected | refused | example |",
             "| --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for name, files, written, detected, refused, example in FORMATS:
        if written and written not in SUFFIXES:
            sys.exit(f"{name}: {written} is not written")
        cells = (name, files, written or "-", detected, refused, f"`{example}`")
        lines.append("| " + " | ".join(cells) + " |")
    lines += [RULES, "", "| example | variant | encoding | system | said, or refused |",
              "| --- | --- | --- | --- | --- |"]  # fmt: skip
    lines += [row(*variant) for variant in VARIANTS]
    return "\n".join(line.rstrip("\n") for line in lines) + "\n"


def row(file: str, variant: str, options: dict[str, object]) -> str:
    """Return one row of the variants: what is found, or why the file is refused."""
    shown = ", ".join(f"{key} {value_of(value)}" for key, value in options.items())
    name = f"{variant} ({shown})" if shown else variant
    try:
        source = read_sites(DATA / file, **options).inputs[0]
    except GeoToolkitError as error:
        return cells_of(f"`{file}`", name, "-", "-", f"**refused**: {error}")
    said = [*source.repair_texts("en"), *source.warnings]
    encoding = f"{source.encoding}: {source.encoding_basis}"
    return cells_of(f"`{file}`", name, encoding, f"{source.crs}: {source.crs_basis}",
                    "; ".join(said) or "-")  # fmt: skip


def cells_of(*cells: str) -> str:
    """Return a row of the table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def value_of(value: object) -> object:
    """Return an option's value without its folder."""
    return value.name if isinstance(value, Path) else value


if __name__ == "__main__":
    main()
