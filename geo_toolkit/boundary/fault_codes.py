"""The kinds of fault, by a short code each, read from what was expected and what came.

A refusal is written once, where it is raised, in the words of its place; this table says which
kind it is, so that programs can count faults and the notice to an applicant can word them.
"""

from __future__ import annotations

import re

__all__ = ["CODES", "OTHER", "code_of"]

OTHER = "other"
_RULES: tuple[tuple[str, str], ...] = (
    # code, pattern over "place | expected | got | remedy"; the first that is found counts
    ("not_a_number", r"\| a number as coordinate \|"),
    ("point_fields", r"\| 4 fields \(point, ring"),
    ("ring_number", r"\| a ring number as second field"),
    ("point_before_plot", r"\| a plot line that ends in @"),
    ("plot_fields", r"\| a plot line \(points, area"),
    ("plot_count", r"\| the number of points as first field"),
    ("plot_area", r"\| an area in hectares as second field"),
    ("plot_kind", r"\| a polygon plot "),
    ("no_plot", r"\| survey boundary points "),
    ("plot_empty", r"\| points after the plot line"),
    ("ring_scattered", r"\| the points of ring "),
    ("too_few_points", r"\| at least 3 different points"),
    ("ring_overlap", r"\| to lie inside or outside .*\| a partial overlap"),
    ("ring_twice", r"\| to lie inside or outside .*\| the same outline"),
    ("hole_outside", r"\| a hole inside its outline"),
    ("tangled", r"\| (an outline that crosses|rings that mostly|parts that mostly)"),
    ("parts_overlap", r"\| a part apart from part"),
    ("no_area", r"\| a polygon with an area"),
    ("number_odd", r"in one form throughout the file"),
    ("packed_degrees", r"\| degrees that read in one way"),
    ("unit_contradicts", r", as 计量单位 says"),
    ("zone_contradicts", r"\| zone \d+, the prefix of Y"),
    ("zone_differs", r"\| zone \d+ as in line"),
    ("width_contradicts", r"\| \d \(zone \d+ is a"),
    ("meridian_contradicts", r"\(中央(子午线|经线)\) \||the meridian of a \d-degree"),
    ("zone_unknown", r"\| (带号, or Y with|a \d-degree zone of China)"),
    ("head_zone", r"\| a zone number such as"),
    ("head_width", r"\| 3 or 6 \|"),
    ("head_unit", r"\| 米 or 度"),
    ("head_projection", r"\| 高斯克吕格"),
    ("datum_local", r"local parameters|Xian 1980|Beijing 1954|Xian80|Beijing54|--datum-params"),
    ("datum_unknown", r"\| 2000国家大地坐标系 \|"),
    ("datum_unconfirmed", r"GCJ-02.*--datum|Ovital"),
    ("system_unknown", r"\| (坐标系 \(such|a coordinate system \| none|a coded Gauss)"),
    ("system_unknown", r"\| a shapefile with its \.prj"),
    (
        "system_wrong",
        r"\| (a known coordinate system|a name such as urn:ogc|a coordinate system that)",
    ),
    ("system_wrong", r"\| (a projected system in metres|a system on CGCS2000)"),
    ("swapped", r"longitude first"),
    ("not_degrees", r"\| longitude and latitude in degrees"),
    ("out_of_area", r"\| a place within the area of"),
    ("not_finite", r"\| (finite coordinates|a finite number)"),
    ("not_closed", r"\| a closed polyline"),
    ("pieces_apart", r"\| to begin where part|on the same layer"),
    ("not_a_line", r"\| (a centreline, as|a line plot )"),
    ("no_length", r"\| a line with a length"),
    ("too_few_of_line", r"\| at least 2 points"),
    ("row_without_pair", r"\| two coordinates \|"),
    ("no_headings", r"\| (headings of two|one sheet with headings|points below the headings)"),
    ("ring_number", r"\| a ring number \|"),
    ("drawing_odd", r"\| (a flat drawing|blocks nested|an ASCII DXF drawing)"),
    ("xml_unsafe", r"\| XML without document type"),
    ("xml_broken", r"\| (well-formed XML|one outer boundary|brackets that are closed)"),
    ("encoding", r"\| XML in UTF-8 or GBK|\| whole characters"),
    ("mixed_kinds", r"\| polygons alone, or lines alone"),
    ("refers_elsewhere", r"\| a native MapInfo table"),
    ("parameters_odd", r"\| parameters \("),
    ("system_wrong", r"\| SRID .* throughout"),
    ("not_planar", r"\| (planar edges|geometry as WKB|the metadata of GeoParquet)"),
    ("not_a_pair", r"\| (two numbers \(longitude|longitude,latitude in degrees)"),
    ("no_geometry", r"\| no geometry \|"),
    ("not_a_polygon", r"\| (a Polygon or |a POLYGON, |a polygon \|)"),
    ("empty_array", r"\| an array of (parts|rings|points)"),
    ("not_a_feature", r"\| (a Feature|properties as an object) \|"),
    ("not_geojson", r"\| (valid JSON|a GeoJSON object|a FeatureCollection|an array of features)"),
    ("not_geojson", r"\| (GeoJSON of ordinary depth|numbers of ordinary length)"),
    ("empty_array", r"\| an array of "),
    ("encoding", r"\| (Chinese text in|text in|UTF-8, as the JSON|UTF-8, GBK, GB18030)"),
    ("binary", r"\| a text file \| binary"),
    (
        "part_missing",
        r"\| a (shapefile|MapInfo table) with its |\| a shapefile \(\.shp with|\| the \.(shp|tab)",
    ),
    (
        "several_layers",
        r"\| (one (shapefile|polygon layer|line layer|layer|boundary|file geodatabase|\.kml)\b)",
    ),
    ("several_layers", r"\| a (shapefile|polygon layer|line layer|layer|sheet) ['1]"),
    (
        "archive_unsafe",
        r"\| (entries inside the archive|a file \| a symbolic|an archive without pass)",
    ),
    ("archive_unsafe", r"\| (one entry of that name|plain (tables|columns))"),
    ("too_large", r"\| (at most |a compression of at most|cells of at most)"),
    ("damaged", r"\| (a whole |a shapefile \||an? (zip|KMZ) archive|a workbook|\d+ features \|)"),
    ("damaged", r"\| a (GeoPackage|FlatGeobuf file|MapInfo table|GeoParquet file|row of ordinary)"),
    ("empty_file", r"\| (a boundary \| 0 bytes|at least one polygon|at least one boundary)"),
    ("no_file", r"\| (a file|a regular file|a readable file|a file, or a folder.*) \|"),
    ("not_read", r"\| a format that is read"),
    ("option", r"\| --(layer|crs|encoding|datum)"),
)
_COMPILED = tuple((code, re.compile(pattern)) for code, pattern in _RULES)

CODES = (*dict.fromkeys(code for code, _ in _RULES), OTHER)
"""Every code, in the order of the table."""


def code_of(place: str, expected: str, got: str, remedy: str) -> str:
    """Return the code of a fault; ``other`` where the table does not know it.

    Examples
    --------
    >>> code_of("line 3", "4 fields (point, ring, X, Y)", "3", "add it")
    'point_fields'
    >>> code_of("", "something new", "something else", "")
    'other'
    """
    text = f"{place} | {expected} | {got} | {remedy}"
    return next((code for code, pattern in _COMPILED if pattern.search(text)), OTHER)
