"""The fixed words of map pages, Chinese and English."""

from __future__ import annotations

__all__ = ["EVIDENCE_WORDS", "page_words", "say"]

EVIDENCE_WORDS: dict[str, tuple[str, str]] = {
    "official": ("官方", "official"),
    "published": ("公布", "published"),
    "schematic": ("示意", "schematic"),
}

_WORDS: dict[str, tuple[str, str]] = {
    "layers": ("图层", "Layers"),
    "legend": ("图例", "Legend"),
    "fold": ("收起", "Fold"),
    "all_layers": ("全部图层", "All layers"),
    "schematic": ("示意", "schematic"),
    "alignment": ("走向示意", "course schematic"),
    "under_construction": ("在建", "under construction"),
    "planned": ("规划", "planned"),
    "preliminary": ("前期，走向示意", "preliminary study"),
    "existing": ("现状", "existing"),
    "high_speed": ("高速铁路", "High-speed rail"),
    "ordinary": ("普速铁路", "Ordinary rail"),
    "high_speed_station": ("高铁车站", "High-speed station"),
    "ordinary_station": ("普速车站", "Ordinary station"),
    "source": ("来源", "Source"),
    "date": ("数据日期", "Data of"),
    "accuracy": ("位置精度", "Accuracy"),
    "about_m": ("约 {} 米", "about {} m"),
    "assumed": ("位置未见公开资料，仅作示意", "no public position; a placeholder only"),
    "version": ("第 {} 版", "v{}"),
    "bundled": ("初始版", "first version"),
    "empty": ("无要素", "no features"),
    "unreadable": ("数据无法读取", "data cannot be read"),
    "producer": ("制图", "Map"),
    "system": ("坐标系：CGCS2000（网页墨卡托显示）", "CGCS2000, shown in Web Mercator"),
    "approval": ("审图号", "Approval number"),
    "no_approval": ("未取得", "none"),
    "scale": ("比例尺", "Scale"),
    "scale_about": ("约 1:{}", "about 1:{}"),
    "north": ("北", "N"),
    "home": ("回到全图", "Whole map"),
    "zoom_in": ("放大", "Zoom in"),
    "zoom_out": ("缩小", "Zoom out"),
    "close": ("关闭", "Close"),
    "km": ("公里", "km"),
    "m": ("米", "m"),
    "pointer": ("CGCS2000", "CGCS2000"),
    "east": ("东经", "E"),
    "latitude": ("北纬", "N"),
    "logistics_parks": ("物流与保税园区", "Logistics and bonded parks"),
    "no_position": ("位置未公布，示意", "position not public"),
    "language_name": ("中文", "EN"),
    "tools": ("工具", "Tools"),
    "search": ("查找地名", "Find a place"),
    "search_hint": ("输入中文或英文名称", "Chinese or English name"),
    "search_none": ("没有找到", "Nothing found"),
    "measure": ("量测", "Measure"),
    "length": ("长度", "Length"),
    "perimeter": ("周长", "Perimeter"),
    "km2": ("平方公里", "km²"),
    "measure_hint": (
        "在图上逐点单击，双击结束；也可用方向键移图后按“取中心点”",
        "Click point by point, double-click to end; or move the map by keys and take its centre",
    ),
    "measure_here": ("取中心点", "Take the centre"),
    "measure_end": ("结束", "End"),
    "clear": ("清除", "Clear"),
    "measure_method": (
        "CGCS2000 椭球上的测地线长度与椭球面积",
        "Geodesic length and ellipsoidal area on CGCS2000",
    ),
    "filter": ("按状态和年份筛选", "Filter by status and year"),
    "year": ("{}年", "{}"),
    "all_years": ("全部年份", "All years"),
    "until_year": ("截至 {} 年建成", "In use by {}"),
    "year_hint": ("没有年份的要素始终显示", "Features without a year always show"),
    "no_years": ("各图层均无年份", "No layer gives years"),
    "filtered": ("已筛选，部分要素未显示", "Filtered: some features are not shown"),
    "swipe": ("卷帘对比", "Swipe"),
    "swipe_line": ("卷帘分界线", "Dividing line"),
    "swipe_hint": ("拖动竖线，或用左右方向键", "Drag the line, or use the arrow keys"),
    "swipe_none": ("至少需要两个图层", "Needs two layers"),
    "left": ("左侧", "Left"),
    "right": ("右侧", "Right"),
    "full_screen": ("全屏", "Full screen"),
    "print": ("打印", "Print"),
    "landscape": ("横向", "Landscape"),
    "portrait": ("纵向", "Portrait"),
    "picture": ("导出图片（PNG）", "Save as PNG"),
    "picture_failed": ("图片未能生成", "The picture could not be made"),
    "legend_more": ("另有 {} 个图层未列", "{} more layers not listed"),
    "zone": ("3°带 {}，中央经线 {m}°", "3° zone {} (central meridian {m}°)"),
    "left_out": (
        "“{}”在当前比例尺下只显示部分要素，放大后全部显示",
        "{}: only some features show at this scale; zoom in for all",
    ),
    "tiles_failed": ("“{}”有瓦片未能读取", "{}: some tiles could not be read"),
    "basemap": ("底图", "Background"),
    "own_tiles": ("底图：本地瓦片，按 {} 套合", "Background: own tiles, taken as {}"),
    "basemap_left_out": (
        "在线底图仅供屏幕浏览，打印和图片不含底图",
        "The online background is for the screen only and left out here",
    ),
    "basemap_unreachable": (
        "底图（{}）无法访问，仅显示自有图层",
        "Background {} cannot be reached; only own layers show",
    ),
    "datum_shifted": (
        "底图坐标系为 {}，要素仅在显示时按公开近似公式偏移，套合误差约 1～2 米；"
        "数据与导出坐标未偏移",
        "Background on {}: features are shifted for display by the public approximation, to about "
        "1-2 m; data and exports are not shifted",
    ),
    "minutes": ("分钟以内", "min or less"),
    "screening": (
        "本图由公开资料编绘，界线以主管部门公布为准",
        "Compiled from public sources; boundaries as published by the authorities prevail",
    ),
    "check_title": ("选址核查图", "Siting check"),
    "sites": ("送审地块", "Submitted sites"),
    "site": ("地块", "Site"),
    "overlap": ("重叠部分", "Overlap"),
    "nearest": ("最近距离连线", "Line to the nearest feature"),
    "matter": ("管控要素", "Matter"),
    "conclusion": ("结论", "Conclusion"),
    "overlap_area": ("重叠面积", "Overlap"),
    "share": ("占比", "Share"),
    "distance": ("最近距离", "Nearest"),
    "basis": ("依据", "Basis"),
    "project": ("项目类型", "Project type"),
    "nature": ("性质", "Nature"),
    "scope": ("核查范围", "Scope"),
    "as_of": ("核查日期", "As of"),
    "area": ("面积", "Area"),
    "ha": ("公顷", "ha"),
    "mu": ("亩", "mu"),
    "m2": ("平方米", "m²"),
    "missing": ("无数据要素", "Matters without data"),
    "incomplete": ("结论不完整", "incomplete"),
    "not_examined": ("未核查要素", "Not examined"),
    "ask": ("请向 {} 核实", "ask {}"),
    "check_note": (
        "核查结论仅对所列边界文件与数据版本有效，不替代主管部门的书面意见",
        "Valid for the boundary file and data versions named only; no substitute for the written "
        "opinion of the authority in charge",
    ),
    "analysis": ("分析结果", "Analysis"),
    "context": ("参考图层", "Reference layers"),
    "results": ("核查结果", "Results"),
    "to": ("至", "to"),
    "file": ("边界文件", "Boundary file"),
    "check_id": ("核查编号", "Check"),
    "full": ("全部规则", "all rules"),
}


def say(key: str, lang: str) -> str:
    """Return a fixed word in ``zh`` or ``en``.

    Examples
    --------
    >>> say("legend", "zh"), say("legend", "en")
    ('图例', 'Legend')
    """
    zh, en = _WORDS[key]
    return en if lang == "en" else zh


def page_words(lang: str) -> dict[str, str]:
    """Return every fixed word in one language, for the page's script."""
    return {key: say(key, lang) for key in _WORDS}
