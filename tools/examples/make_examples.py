"""Write the boundary files of ``examples/``: invented plots in real places, always the same bytes.

Run from the checkout: ``python tools/examples/make_examples.py``
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parents[2] / "examples"
PREFIX_M = 35_000_000
CHEMICAL = [  # EPSG:4544; each within 300 m of 106.0475 E 30.676 N, right bank of the Jialing
    (600195, 3395305),
    (600160, 3395512),
    (600168, 3395612),
    (600222, 3395765),
    (600178, 3395732),
    (600132, 3395676),
    (600102, 3395612),
    (600088, 3395543),
    (600092, 3395472),
    (600112, 3395405),
    (600150, 3395345),
]
LOGISTICS = [  # EPSG:4523, in Gaoping, 1.5 km from 106.15 E 30.84 N, clear of railways and roads
    (35610650, 3415280),
    (35611010, 3415250),
    (35610990, 3414940),
    (35610780, 3414910),
    (35610630, 3415000),
]
TOURISM = [  # degrees, CGCS2000: on the shore of Shengzhong lake
    (105.6240, 31.5340),
    (105.6300, 31.5352),
    (105.6325, 31.5308),
    (105.6262, 31.5290),
]
ACROSS = [  # degrees, CGCS2000: on both sides of the zone edge at 106.5 E
    (106.4975, 31.0515),
    (106.5020, 31.0520),
    (106.5028, 31.0488),
    (106.4982, 31.0480),
]
ZIP_DAY = (2026, 11, 20, 0, 0, 0)
TEXT_HEAD = """[属性描述]
格式版本号=1.01版本
数据产生单位=示例测绘队
数据产生日期=2026-11-20
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=35
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""


def survey_text(points: Sequence[tuple[float, float]], number: str, name: str, use: str) -> str:
    """Return a plot without holes as survey text of zone 35, its Y with the prefix."""
    area_ha = shapely.Polygon(points).area / 10_000
    ring = [*points, points[0]]
    lines = [f"{len(ring)},{area_ha:.4f},{number},{name},面,,{use},0601,@"]
    for n, (east, north) in enumerate(ring):
        label = n % len(points) + 1
        lines.append(f"J{label},1,{north:.3f},{PREFIX_M + east:.3f}")
    return TEXT_HEAD + "\n".join(lines) + "\n"


def geojson(points: Sequence[tuple[float, float]], properties: dict[str, str]) -> str:
    """Return a plot as a GeoJSON document that names CGCS2000."""
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "Polygon", "coordinates": [[*points, points[0]]]},
            }
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def write_shapefile_zip(target: Path) -> None:
    """Write a zipped shapefile with Chinese field names in GBK, and no .cpg to say so."""
    plot = gpd.GeoDataFrame(
        {
            "项目名称": ["示例公铁联运物流园地块"],
            "用地性质": ["物流仓储用地"],
            "地块编号": ["DK01"],
        },
        geometry=[shapely.Polygon(LOGISTICS)],
        crs="EPSG:4523",
    )
    with TemporaryDirectory() as name:
        folder = Path(name)
        plot.to_file(
            folder / "物流地块.shp",
            encoding="GBK",
            layer_options={"DBF_DATE_LAST_UPDATE": "2026-11-20"},
        )
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for suffix in (".dbf", ".prj", ".shp", ".shx"):
                entry = zipfile.ZipInfo(f"物流地块{suffix}", ZIP_DAY)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3
                archive.writestr(entry, (folder / f"物流地块{suffix}").read_bytes())


def write_text(target: Path, text: str, encoding: str, line_end: str) -> None:
    """Write an example in the encoding and with the line ends that its senders use."""
    target.write_bytes(text.replace("\n", line_end).encode(encoding))


def main(folder: Path = FOLDER) -> None:
    """Write every example into a folder."""
    folder.mkdir(exist_ok=True)
    chemical = survey_text(CHEMICAL, "DK01", "示例精细化工项目地块", "工业用地")
    write_text(folder / "chemical_plot.txt", chemical, "gbk", "\r\n")
    lines = chemical.split("\n")
    lines[15] = lines[15].rpartition(",")[0]  # the third point loses its Y
    write_text(folder / "broken_plot.txt", "\n".join(lines), "gbk", "\r\n")
    write_shapefile_zip(folder / "logistics_plot.zip")
    tourism = geojson(TOURISM, {"项目名称": "示例升钟湖滨湖度假项目", "用地性质": "旅游用地"})
    write_text(folder / "tourism_plot.geojson", tourism, "utf-8", "\n")
    across = geojson(ACROSS, {"项目名称": "示例营山装备制造项目", "用地性质": "工业用地"})
    write_text(folder / "boundary_106_5E.geojson", across, "utf-8", "\n")


if __name__ == "__main__":
    main()
