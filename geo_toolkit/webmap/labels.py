"""What people call the columns and values of features; a column that is not here is not shown."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "FACTS",
    "STATUS_WORDS",
    "Fact",
    "fact_table",
    "facts_of",
    "is_missing",
    "opening_year",
    "status_word",
    "value_word",
    "word_table",
]

MOST_FACTS = 6


class Fact(NamedTuple):
    """A column's label and unit; the order of ``FACTS`` is the order on the card."""

    column: str
    zh: str
    en: str
    unit_zh: str = ""
    unit_en: str = ""

    def label(self, lang: str) -> str:
        """Return the label in ``zh`` or ``en``."""
        return self.en if lang == "en" else self.zh

    def unit(self, lang: str) -> str:
        """Return the unit in ``zh`` or ``en``, or ""."""
        return self.unit_en if lang == "en" else self.unit_zh


FACTS: tuple[Fact, ...] = (
    Fact("industries", "主导产业", "Lead industries"),
    Fact("level", "级别", "Level"),
    Fact("class", "等级", "Class"),
    Fact("channel_class", "航道等级", "Waterway class"),
    Fact("lines", "所在线路", "Lines"),
    Fact("joins", "连接道路", "Joins"),
    Fact("speed_kmh", "设计速度", "Design speed", "公里/小时", "km/h"),
    Fact("line_length_km", "线路全长", "Line length", "公里", "km"),
    Fact("stated_length_km", "公布里程", "Stated length", "公里", "km"),
    Fact("mapped_length_m", "跑道长度", "Runway length", "米", "m"),
    Fact("length_km", "长度", "Length", "公里", "km"),
    Fact("local_km", "市内长度", "Length within the city", "公里", "km"),
    Fact("lanes", "车道数", "Lanes"),
    Fact("opened", "开通时间", "Opened"),
    Fact("started", "开工时间", "Works started"),
    Fact("open_target", "计划开通", "Opening planned"),
    Fact("opening", "计划开通", "Opening planned"),
    Fact("stations", "车站", "Stations"),
    Fact("via", "途经", "Via"),
    Fact("area_km2", "面积", "Area", "平方公里", "km²"),
    Fact("area_ha", "面积", "Area", "公顷", "ha"),
    Fact("wetland_ha", "湿地面积", "Wetland area", "公顷", "ha"),
    Fact("land_mu", "用地面积", "Land", "亩", "mu"),
    Fact("built_km2", "建成区面积", "Built-up area", "平方公里", "km²"),
    Fact("plan_km2", "规划面积", "Planned area", "平方公里", "km²"),
    Fact("width_m", "宽度", "Width", "米", "m"),
    Fact("bank", "岸别", "Bank"),
    Fact("berths", "泊位数", "Berths"),
    Fact("mw", "装机容量", "Installed capacity", "兆瓦", "MW"),
    Fact("lock_class", "船闸等级", "Lock class"),
    Fact("target_class", "规划等级", "Planned class"),
    Fact("iata", "机场代码", "IATA code"),
    Fact("runway_m", "跑道", "Runway", "米", "m"),
    Fact("pax_10k", "旅客吞吐量", "Passengers", "万人次", "× 10,000"),
    Fact("road_km", "公路里程", "By road", "公里", "km"),
    Fact("rail_km", "铁路里程", "By rail", "公里", "km"),
    Fact("water_km", "水路里程", "By water", "公里", "km"),
    Fact("pop2020", "常住人口（2020年）", "Population (2020)", "人", ""),
    Fact("published_area_km2", "公布面积", "Stated area", "平方公里", "km²"),
    Fact("near_zero_carbon", "近零碳试点", "Near-zero-carbon pilot"),
    Fact("population_10k", "常住人口", "Population", "万人", "× 10,000"),
    Fact("district", "所在县（市、区）", "County or district"),
    Fact("county", "所在县（市、区）", "County or district"),
    Fact("towns", "涉及乡镇", "Towns"),
    Fact("town", "所在乡镇", "Town"),
    Fact("address", "地址", "Address"),
    Fact("zone", "所属片区", "Part of"),
    Fact("within", "位于", "Within"),
    Fact("authority", "主管部门", "Authority"),
    Fact("adcode", "行政区划代码", "Administrative code"),
    Fact("HXLX", "红线类型", "Type"),
)

STATUS_WORDS: dict[str, tuple[str, str]] = {
    "existing": ("现状", "existing"),
    "under_construction": ("在建", "under construction"),
    "planned": ("规划", "planned"),
    "preliminary": ("前期研究", "preliminary study"),
}

_VALUE_WORDS: dict[str, tuple[str, str]] = {
    "national": ("国家级", "national"),
    "provincial": ("省级", "provincial"),
    "municipal": ("市级", "municipal"),
    "county": ("县级", "county"),
    "left": ("左岸", "left"),
    "right": ("右岸", "right"),
    "left(east)": ("左岸（东）", "left (east)"),
    "right(west)": ("右岸（西）", "right (west)"),
    "expressway": ("高速公路", "expressway"),
    "high_speed": ("高速铁路", "high-speed rail"),
    "ordinary": ("普速铁路", "ordinary rail"),
    "conventional": ("普速铁路", "ordinary rail"),
    "main_stem": ("干流", "main stem"),
    "tributary": ("支流", "tributary"),
    "stream": ("溪流", "stream"),
    "quasi": ("准保护区", "quasi-zone"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "true": ("是", "yes"),
    "false": ("否", "no"),
}


_CHINESE_COMMA = re.compile(r"(?<=[\u4e00-\u9fff）]),\s*(?=[\u4e00-\u9fff])")
_ROMAN = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ", "V": "Ⅴ", "VI": "Ⅵ", "VII": "Ⅶ"}
_MIDNIGHT = " 00:00:00"
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_OPENING = ("opened", "open_target", "opening")
_GRADED = frozenset({"class", "target_class", "lock_class", "channel_class", "level"})


def is_missing(value: object) -> bool:
    """Whether a value says nothing: none, not a number, or blank text.

    Examples
    --------
    >>> [is_missing(value) for value in (None, float("nan"), " ", 0)]
    [True, True, True, False]
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return str(value).strip() in ("", "NaT", "<NA>", "nan", "None")


def status_word(status: object, lang: str) -> str:
    """Return the word for a feature's status, "" where there is none.

    Examples
    --------
    >>> status_word("under_construction", "zh"), status_word(None, "zh")
    ('在建', '')
    """
    if is_missing(status):
        return ""
    zh, en = STATUS_WORDS.get(str(status), (str(status), str(status)))
    return en if lang == "en" else zh


def value_word(value: object, lang: str, *, column: str = "") -> str:
    """Return a value as people write it: known words translated, numbers without needless zeros.

    Examples
    --------
    >>> value_word("national", "zh"), value_word(105.340, "zh"), value_word(["a", "b"], "en")
    ('国家级', '105.34', 'a, b')
    >>> value_word("IV", "zh", column="class"), value_word("IV", "en", column="class")
    ('Ⅳ级', 'class IV')
    """
    if column in _GRADED and str(value) in _ROMAN:
        return f"class {value}" if lang == "en" else f"{_ROMAN[str(value)]}级"
    if isinstance(value, (list, tuple)):
        return (", " if lang == "en" else "、").join(value_word(item, lang) for item in value)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
    text = str(value).strip().removesuffix(_MIDNIGHT)
    zh, en = _VALUE_WORDS.get(text.lower(), (text, text))
    word = (en if lang == "en" else zh).replace("|", ", " if lang == "en" else "、")
    if lang == "zh":
        word = word.replace("(u/c)", "（在建）").replace("(planned)", "（规划）")
        word = _CHINESE_COMMA.sub("、", word)
    return word


def opening_year(row: Mapping[str, Any]) -> int:
    """Return the year in which a feature was, or is to be, in use as a whole; 0 if not said.

    Examples
    --------
    >>> opening_year({"opened": "南充至渠县 2013，渠县至大竹 2015-12"}), opening_year({})
    (2015, 0)
    """
    for column in _OPENING:
        if not is_missing(row.get(column)):
            years = [int(year) for year in _YEAR.findall(str(row[column]))]
            if years:
                return max(years)
    return 0


def fact_table(columns: Iterable[str], lang: str) -> list[list[str]]:
    """Return column, label and unit of the facts that are among some columns.

    Examples
    --------
    >>> fact_table(["area_ha", "my_column"], "zh")
    [['area_ha', '面积', '公顷']]
    """
    known = set(columns)
    return [[f.column, f.label(lang), f.unit(lang)] for f in FACTS if f.column in known]


def word_table(lang: str) -> dict[str, str]:
    """Return the words for known values, such as statuses and levels, in one language.

    Examples
    --------
    >>> word_table("zh")["planned"], word_table("en")["national"]
    ('规划', 'national')
    """
    at = int(lang == "en")
    return {key: pair[at] for key, pair in {**_VALUE_WORDS, **STATUS_WORDS}.items()}


def facts_of(row: Mapping[str, Any], lang: str) -> list[list[str]]:
    """Return at most six label and value pairs of a feature, the most telling first.

    Examples
    --------
    >>> facts_of({"speed_kmh": 250, "accuracy_m": 400, "district": "顺庆区"}, "zh")
    [['设计速度', '250 公里/小时'], ['所在县（市、区）', '顺庆区']]
    """
    facts: list[list[str]] = []
    for fact in FACTS:
        value = row.get(fact.column)
        if fact.column not in row or is_missing(value):
            continue
        text = value_word(value, lang, column=fact.column)
        facts.append([fact.label(lang), f"{text} {fact.unit(lang)}".rstrip()])
    return facts[:MOST_FACTS]
