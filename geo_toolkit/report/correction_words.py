"""Faults in the words of an applicant: what is wrong, and what to hand in instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo_toolkit.boundary.words import in_words

if TYPE_CHECKING:
    from geo_toolkit.boundary.faults import Fault

__all__ = ["place_words", "problem_words", "remedy_words"]

_SYSTEM_REMEDY = (
    "请在文件中注明坐标系（如“坐标系=2000国家大地坐标系”“带号=35”），或书面说明坐标系后重新提交"
)
_EXPORT_REMEDY = "请用原软件重新导出后提交，提交前先打开文件核对一遍"
_WORDS: dict[str, tuple[str, str]] = {
    # code: (problem, with {got}; what to do)
    "not_a_number": ("坐标值{got}不是数字", "请填写正确的坐标值（半角数字，不含字母和汉字）"),
    "point_fields": (
        "应有4项（点号、圈号、X坐标、Y坐标），实有{got}项",
        "请补齐或删去多余的项，各项之间用半角逗号分隔",
    ),
    "ring_number": ("圈号{got}不是数字", "请用数字填写圈号：外圈为1，其余各圈依次为2、3……"),
    "point_before_plot": ("界址点前面没有地块信息行", "请在界址点之前补充以“@”结尾的地块信息行"),
    "plot_fields": (
        "地块信息行不完整",
        "请按“界址点数,面积,地块编号,地块名称,面,图幅号,用途,地类编码,@”补齐，空项保留逗号",
    ),
    "plot_count": ("界址点数{got}不是数字", "请填写本地块的界址点个数"),
    "plot_area": ("地块面积{got}无法识别", "请用数字填写地块面积，单位为公顷"),
    "plot_kind": ("图形属性为{got}，不是“面”", "用地边界应为闭合的面，请按面状地块提交"),
    "no_plot": (
        "文件中没有地块坐标",
        "请按勘测定界界址点坐标交换格式导出，或提交shp、GeoJSON等格式的边界",
    ),
    "plot_empty": ("地块下没有界址点", "请补充本地块的界址点坐标"),
    "ring_scattered": (
        "同一圈的界址点没有连续排列",
        "请将每一圈的界址点连续排列，不同的圈用不同圈号",
    ),
    "too_few_points": (
        "不同的界址点只有{got}个，围不成面",
        "每一圈至少需要3个不同的界址点，请补齐",
    ),
    "ring_overlap": (
        "与同一地块的另一圈部分重叠",
        "两圈应互相包含或互相分离，请核对这两圈的界址点坐标",
    ),
    "ring_twice": ("与同一地块的另一圈完全重合", "请删去重复的一圈"),
    "hole_outside": (
        "扣除部分（内圈）超出了地块外圈",
        "请核对内圈坐标；如为另一块地，请按单独地块提交",
    ),
    "parts_overlap": ("与同一要素的另一部分重叠", "请删去重叠部分；扣除的范围请作为内圈提交"),
    "tangled": (
        "边界线多处自相交，或各圈大量重叠",
        "请核对界址点的顺序，或将各部分作为单独地块提交",
    ),
    "no_area": ("边界点连成一线，面积为零", "请核对界址点的顺序和坐标"),
    "number_odd": (
        "坐标{got}与其他点的量级不同，或超出合理范围",
        "请核对本点坐标：X为北坐标（7位整数），Y为东坐标（6位，或含带号8位）",
    ),
    "packed_degrees": (
        "坐标{got}既可理解为十进制度，也可理解为“度.分秒”",
        "请按30°45′55.5″的形式填写，或注明地块面积",
    ),
    "unit_contradicts": ("坐标数值与文件头的“计量单位”不一致", "请更正文件头的计量单位或坐标值"),
    "zone_contradicts": ("文件头的带号为{got}，与Y坐标前两位的带号不一致", "请更正带号或Y坐标"),
    "zone_differs": ("Y坐标前的带号与其他点不同", "一个文件只能使用一个投影带，请统一换算后提交"),
    "width_contradicts": ("分带宽度{got}与带号不相符", "请更正“几度分带”或带号（35带为3度带）"),
    "meridian_contradicts": ("中央子午线{got}与带号或分带不相符", "请更正中央子午线或带号"),
    "zone_unknown": ("无法确定投影带", "请填写带号，或使用带有带号前缀的8位Y坐标"),
    "head_zone": ("带号{got}无法识别", "请用数字填写带号，如35"),
    "head_width": ("分带宽度{got}无法识别", "请填写3或6"),
    "head_unit": ("计量单位{got}无法识别", "请填写“米”或“度”"),
    "head_projection": ("投影类型{got}不是高斯克吕格", "请按高斯克吕格投影提交坐标"),
    "datum_local": (
        "坐标系不是2000国家大地坐标系（为1980西安坐标系或1954年北京坐标系）",
        "请转换为2000国家大地坐标系后提交",
    ),
    "datum_unknown": ("坐标系{got}无法识别", "请提交2000国家大地坐标系的坐标"),
    "datum_unconfirmed": (
        "文件可能是带偏移的网络地图坐标（GCJ-02）",
        "请提交未加偏移的shp或dxf文件，或书面说明坐标系",
    ),
    "system_unknown": ("没有坐标系说明", _SYSTEM_REMEDY),
    "system_wrong": (
        "坐标系说明{got}无法使用",
        "请提交2000国家大地坐标系的坐标，并附正确的坐标系说明",
    ),
    "swapped": ("经度和纬度顺序写反（{got}）", "请先写经度、后写纬度"),
    "not_degrees": ("坐标{got}不是经纬度", "请提交以度为单位的经纬度，或注明坐标系"),
    "out_of_area": ("坐标{got}不在所声明坐标系的使用范围内", "请核对带号、坐标顺序和坐标系"),
    "not_finite": ("坐标{got}不是有效数值", "请更正或删去本点"),
    "not_a_pair": ("坐标{got}不是一对数字", "请补齐本点的经度和纬度"),
    "not_closed": ("边界线没有闭合（{got}）", "请在CAD中将边界线闭合（PEDIT）后重新提交"),
    "pieces_apart": (
        "线由互不相连的几段组成（{got}）",
        "请将各段按顺序首尾相接，连成一条线；不同的线请分别提交",
    ),
    "not_a_line": ("不是线路中心线（{got}）", "请只保留线路中心线；面状边界请单独提交"),
    "no_length": ("线上各点重合，长度为零", "请核对线上各点的坐标"),
    "too_few_of_line": ("线上的点少于2个", "请补齐线上的点"),
    "row_without_pair": ("本行只有一个坐标", "请补齐本点的另一个坐标"),
    "no_headings": (
        "表中没有坐标列的表头或没有坐标",
        "请在坐标上方写明表头，如“点号、X坐标、Y坐标”或“经度、纬度”",
    ),
    "drawing_odd": ("图形文件的内容无法读取", "请炸开图块、压平后另存为ASCII格式的DXF文件"),
    "xml_unsafe": ("文件含有不允许的外部引用", _EXPORT_REMEDY),
    "xml_broken": ("文件内容损坏或不完整", _EXPORT_REMEDY),
    "mixed_kinds": ("同一要素中既有面又有线", "请只保留边界的面"),
    "refers_elsewhere": ("文件引用了其他文件", "请另存为独立的文件后提交"),
    "parameters_odd": ("坐标转换参数异常", "请与受理人员核对转换参数"),
    "not_planar": ("文件的图形存储方式不支持", _EXPORT_REMEDY),
    "no_geometry": ("没有图形", "请补充该要素的边界图形，或删去该要素"),
    "not_a_polygon": ("图形不是面（{got}）", "请提交闭合的面状边界，删去点、线等其他图形"),
    "empty_array": ("图形缺少坐标", _EXPORT_REMEDY),
    "not_a_feature": ("要素的内容不完整", _EXPORT_REMEDY),
    "not_geojson": ("文件内容不符合GeoJSON格式（{got}）", _EXPORT_REMEDY),
    "encoding": ("文字编码无法识别或前后不一致", "请将文件另存为UTF-8或GBK（ANSI）编码后提交"),
    "binary": ("不是文本文件", _EXPORT_REMEDY),
    "part_missing": ("缺少组成文件（{got}）", "请将.shp、.shx、.dbf、.prj等同名文件一并打包提交"),
    "several_layers": ("文件中有多个图层或没有面图层（{got}）", "请只保留用地边界一个面图层"),
    "archive_unsafe": ("压缩包内容不符合要求（{got}）", "请重新打包：不加密，不含链接和上级目录"),
    "too_large": ("文件过大（{got}）", "请只提交用地边界，或分成几份提交"),
    "damaged": ("文件损坏或不完整", _EXPORT_REMEDY),
    "empty_file": ("文件中没有内容", "请重新发送文件"),
    "no_file": ("无法打开（{got}）", "请核对文件后重新发送"),
    "not_read": (
        "本系统不支持该格式（{got}）",
        "请改为勘测定界文本、shp压缩包、GeoJSON或GeoPackage格式提交",
    ),
    "option": ("与核查时指定的选项矛盾（{got}）", "请与受理人员核对坐标系和编码"),
    "other": ("内容不符合要求：应为{expected}，实为{got}", "请核对后重新提交"),
}
_KINDS = {
    "a point": "点", "a line": "线", "a ring": "线", "points": "多点", "lines": "多线",
    "a collection of geometries": "多种图形的集合", "no geometry": "没有图形",
    "Point": "点", "LineString": "线", "MultiPoint": "多点", "MultiLineString": "多线",
    "GeometryCollection": "多种图形的集合", "nothing": "空", "a curve": "曲线",
    "none": "无", "a polygon": "面", "polygons": "面",
}  # fmt: skip
_LONGEST = 60


_PLACES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^plot (.*?)(?= ring \d| \(line)"), r"地块\1"),
    (re.compile(r"\(line (\d+)\)"), r"（第\1行）"),
    (re.compile(r"\bentity at line (\d+)"), r"第\1行的图元"),
    (re.compile(r"\bline (\d+) column (\d+)"), r"第\1行第\2列"),
    (re.compile(r"\bline (\d+)"), r"第\1行"),
    (re.compile(r"\brow (\d+)"), r"第\1行"),
    (re.compile(r"\brecord (\d+)"), r"第\1条记录"),
    (re.compile(r"\bplacemark (\d+) \((.*)\)"), r"第\1个地标（\2）"),
    (re.compile(r"\bplacemark (\d+)"), r"第\1个地标"),
    (re.compile(r" \(handle (\w+), layer (.*)\)"), r"（句柄\1，图层\2）"),
    (re.compile(r" \(handle (\w+)\)"), r"（句柄\1）"),
    (re.compile(r"\bfeature (\d+)"), r"第\1个要素"),
    (re.compile(r"\bpart (\d+)"), r"第\1部分"),
    (re.compile(r"\bpoint (\d+)"), r"第\1点"),
    (re.compile(r"^head$"), "文件头"),
    (re.compile(r"^crs member$"), "坐标系说明（crs）"),
    (re.compile(r"^layer '(.*)'$"), r"图层\1"),
    (re.compile(r"^\.(\w{3})$"), r".\1文件"),
)
_RING_OF_TEXT = re.compile(r"\bring (\d+)")
_KEY = re.compile(r" \((\S+)\)$")


def place_words(fault: Fault, lang: str) -> str:
    """Return where a fault stands, as an applicant finds it.

    Examples
    --------
    >>> from geo_toolkit.boundary.faults import Fault
    >>> place_words(Fault("x", "error", "plot DK04 ring 2 (line 30)", "", "", ""), "zh")
    '地块DK04第2圈（第30行）'
    >>> place_words(Fault("x", "error", "line 7 (带号)", "", "", ""), "zh")
    '第7行“带号”'
    >>> place_words(Fault("x", "error", "", "", "", ""), "en")
    'whole file'
    """
    if not fault.place:
        return "whole file" if lang == "en" else "整个文件"
    if lang == "en":
        return fault.place
    text = _KEY.sub(r"“\1”", fault.place) if fault.place.startswith("line ") else fault.place
    unit = "圈" if text.startswith("plot ") else "环"
    text = _RING_OF_TEXT.sub(rf"第\1{unit}", text) if not text.startswith("plot ") else text
    for pattern, chinese in _PLACES:
        text = pattern.sub(chinese, text)
    text = _RING_OF_TEXT.sub(rf"第\1{unit}", text)
    return re.sub(r" (?=[第（“])|(?<=[点行环圈素分]) ", "", text)


def problem_words(fault: Fault, lang: str) -> str:
    """Return what is wrong there, in one sentence.

    Examples
    --------
    >>> from geo_toolkit.boundary.faults import Fault
    >>> problem_words(Fault("point_fields", "error", "line 3", "4 fields", "3", ""), "zh")
    '应有4项（点号、圈号、X坐标、Y坐标），实有3项'
    >>> problem_words(Fault("point_fields", "error", "line 3", "4 fields", "3", ""), "en")
    'expected 4 fields, got 3'
    """
    if fault.said or not fault.expected:
        text = in_words(fault.said or fault.got, lang)
        return re.sub(r"^[^：:]*(?:：|: )", "", text) if fault.place else text
    if lang == "en":
        return f"expected {fault.expected}, got {fault.got}"
    problem = _WORDS.get(fault.code, _WORDS["other"])[0]
    return problem.format(got=_got(fault.got), expected=fault.expected)


def remedy_words(fault: Fault, lang: str) -> str:
    """Return what to do about a fault, in one sentence."""
    if lang == "en":
        return fault.remedy
    return _WORDS.get(fault.code, _WORDS["other"])[1]


def _got(got: str) -> str:
    """Return what came, as Chinese text has it."""
    plain = re.fullmatch(r"'(.*)'|\"(.*)\"", got)
    if plain is not None:
        got = f"“{plain[1] if plain[1] is not None else plain[2]}”"
    got = re.sub(r"^(\d+) fields$", r"\1", got)
    got = re.sub(r"^none with ", "无", _KINDS.get(got, got))
    got = re.sub(r", which is lon ([-\d.]+), lat ([-\d.]+)$", r"，即东经\1°、北纬\2°", got)
    got = re.sub(r"^ends ([\d.e+-]+) apart$", r"首尾相距\1", got)
    got = re.sub(r"^a gap of ([\d.e+-]+) between them$", r"两段相距\1", got)
    got = re.sub(r"^(\S+) on the same layer$", r"同一图层上有\1", got)
    got = got.replace(", which is nowhere on the ground", "")
    return got if len(got) <= _LONGEST else f"{got[:_LONGEST]}…"
