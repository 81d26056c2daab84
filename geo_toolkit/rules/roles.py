"""The roles that rules and measures know, with the words people use for them."""

from __future__ import annotations

__all__ = ["ROLES", "role_title"]

ROLES: dict[str, tuple[str, str]] = {
    "ecological_red_line": ("生态保护红线", "ecological red line"),
    "permanent_basic_farmland": ("永久基本农田", "permanent basic farmland"),
    "urban_development_boundary": ("城镇开发边界", "urban development boundary"),
    "nature_reserve": ("自然保护区", "nature reserve"),
    "natural_park": ("自然公园", "natural park"),
    "wetland": ("湿地", "wetland"),
    "aquatic_germplasm_reserve": ("水产种质资源保护区", "aquatic germplasm reserve"),
    "scenic_area": ("风景名胜区", "scenic area"),
    "water_source": ("饮用水水源保护区", "drinking-water source"),
    "river": ("河流", "river"),
    "river_shoreline": ("河湖岸线", "river shoreline"),
    "river_management_range": ("河道管理范围", "river management range"),
    "zoning_unit": ("生态环境管控单元", "eco-environmental zoning unit"),
    "land_survey": ("国土调查地类图斑", "land survey"),
    "forest_land": ("林地", "forest land"),
    "heritage": ("文物保护单位", "heritage"),
    "geohazard": ("地质灾害区", "geohazard area"),
    "pipeline": ("油气管道", "pipeline"),
    "power_line": ("电力线路", "power line"),
    "railway": ("铁路", "railway"),
    "station": ("铁路车站", "railway station"),
    "highway": ("公路", "highway"),
    "interchange": ("互通立交", "interchange"),
    "waterway": ("航道", "waterway"),
    "lock": ("航电枢纽、船闸", "lock or dam"),
    "port": ("港口", "port"),
    "airport": ("机场", "airport"),
    "runway": ("机场跑道", "runway"),
    "terminal": ("货运场站", "freight terminal"),
    "bonded_centre": ("保税物流中心", "bonded logistics centre"),
    "industrial_park": ("产业园区", "industrial park"),
    "chemical_park": ("化工园区", "chemical park"),
    "near_zero_carbon_park": ("近零碳园区", "near-zero-carbon park"),
    "settlement": ("居民点", "settlement"),
    "school": ("学校", "school"),
    "county": ("县级行政区", "county"),
    "gateway": ("对外通道", "gateway"),
    "approved_land": ("已批用地", "approved land"),
    "bridge": ("桥梁", "bridge"),
    "tunnel": ("隧道", "tunnel"),
    "dyke": ("堤防", "dyke"),
    "flood_detention_area": ("蓄滞洪区", "flood detention area"),
    "weather_station": ("气象台站", "weather station"),
    "radio_zone": ("无线电电磁环境保护区", "radio protection zone"),
    "noise_zone": ("机场噪声限制区", "noise restriction zone"),
    "erosion_area": ("水土流失重点防治区", "erosion prevention area"),
    "shoreline_zone": ("岸线功能区", "shoreline function zone"),
    "catchment": ("汇水区", "catchment"),
    "terrain": ("地形坡度", "terrain slope"),
}


def role_title(role: str, lang: str) -> str:
    """Return what people call a role in ``zh`` or ``en``; a role of one's own keeps its name.

    Examples
    --------
    >>> role_title("highway", "zh"), role_title("my_role", "en")
    ('公路', 'my_role')
    """
    zh, en = ROLES.get(role, (role, role))
    return en if lang == "en" else zh
