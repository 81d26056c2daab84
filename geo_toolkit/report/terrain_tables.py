"""Tables of ground and height at one site: permitted tops, natural slope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.report.blocks import Column, Row, Table
from geo_toolkit.report.labels import label
from geo_toolkit.report.measures import percent_of
from geo_toolkit.report.numbers import BLANK, number_text
from geo_toolkit.report.text import literal
from geo_toolkit.siting.words import OUTCOME_WORDS

if TYPE_CHECKING:
    from geo_toolkit.report.blocks import Align

__all__ = ["height_table", "slope_sentence", "slope_table"]

Record = dict[str, Any]  # JSON values

_WORDS = {
    "rule": ("规则", "Rule"),
    "ground": ("地面高程(m)", "Ground (m)"),
    "top": ("最低允许顶高程(m)", "Permitted top (m)"),
    "height": ("地面以上允许高度(m)", "Above ground (m)"),
    "surface": ("控制面", "Surface"),
    "outcome": ("结果", "Outcome"),
    "mean": ("平均(%)", "Mean (%)"),
    "most": ("最大(%)", "Max. (%)"),
    "limit": ("限值(%)", "Limit (%)"),
    "steep": ("达到或超过的面积占比(%)", "Share not below (%)"),
    "missing": ("无数据占比(%)", "No data (%)"),
    "not_below": ("未低于限值", "not below"),
    "below": ("低于限值", "below"),
    "said_steep": (
        "用地自然坡度平均{mean}%、最大{most}%，达到或超过限值{limit}%的面积占{share}%",
        "Natural slope: {mean}% on average, {most}% at most; {share}% of the land is not below the "
        "limit of {limit}%",
    ),
    "said_flat": (
        "用地自然坡度平均{mean}%、最大{most}%，均低于限值{limit}%。",
        "Natural slope: {mean}% on average, {most}% at most, all below the limit of {limit}%.",
    ),
    "height_note": (
        "高程均为1985国家高程基准。最低允许顶高程和地面以上允许高度取地块范围内的最小值，"
        "已按跑道、机场标高和数字高程模型的误差从严计算。",
        "Elevations in the 1985 datum. Permitted tops and heights are the least over the site, on "
        "the safe side of the errors of runway, aerodrome elevation and elevation model.",
    ),
    "slope_note": (
        "自然坡度按 Horn 法由数字高程模型逐格计算，格网按在地块内的面积加权；"
        "限值为“小于”，等于限值的计入。",
        "Natural slope by Horn's method from the cells of the elevation model, weighted by their "
        "area in the site; a slope equal to the limit is not below it.",
    ),
}


def height_table(site: Record, lang: str, caption: str) -> Table | None:
    """Return what the rules on heights permit over the site; None where none limits it."""
    rows = []
    for finding in site["findings"]:
        top, height = finding.get("permitted_top_m"), finding.get("permitted_height_m")
        if top is None and height is None:
            continue
        ground = finding.get("ground")
        said = BLANK
        if ground:
            said = f"{number_text(ground['lowest_m'], 2)}–{number_text(ground['highest_m'], 2)}"
        rows.append(
            Row(
                (
                    literal(f"{finding['rule_id']} {finding['feature_name'] or ''}".strip(), lang),
                    said,
                    BLANK if top is None else number_text(top, 2),
                    BLANK if height is None else number_text(height, 2),
                    literal(finding.get("surface") or BLANK, lang),
                    _outcome(finding, lang),
                )
            )
        )
    if not rows:
        return None
    columns = _columns(
        (
            ("rule", 34, "left"), ("ground", 30, "right"), ("top", 26, "right"),
            ("height", 28, "right"), ("surface", 24, "left"), ("outcome", 18, "left"),
        ),
        lang,
    )  # fmt: skip
    return Table(caption, columns, tuple(dict.fromkeys(rows)), _word("height_note", lang))


def slope_table(site: Record, lang: str, caption: str) -> Table | None:
    """Return the natural slope of the site against each limit; None where none is known."""
    rows = []
    for finding in site["findings"]:
        slope = finding.get("slope")
        if not slope or slope["mean_percent"] is None:
            continue
        rows.append(
            Row(
                (
                    literal(f"{finding['rule_id']} {finding['title']}", lang),
                    number_text(slope["mean_percent"], 2),
                    number_text(slope["max_percent"], 2),
                    number_text(slope["limit_percent"], 0),
                    percent_of(slope["steep_share"], lang),
                    percent_of(slope["missing_share"], lang),
                    _slope_outcome(finding, lang),
                )
            )
        )
    if not rows:
        return None
    columns = _columns(
        (
            ("rule", 50, "left"), ("mean", 17, "right"), ("most", 17, "right"),
            ("limit", 17, "right"), ("steep", 24, "right"), ("missing", 18, "right"),
            ("outcome", 17, "left"),
        ),
        lang,
    )  # fmt: skip
    return Table(caption, columns, tuple(rows), _word("slope_note", lang))


def _columns(heads: tuple[tuple[str, float, Align], ...], lang: str) -> tuple[Column, ...]:
    return tuple(Column(_word(key, lang), width, align) for key, width, align in heads)


def _outcome(finding: Record, lang: str) -> str:
    zh, en = OUTCOME_WORDS.get(finding["outcome"], ("", ""))
    return (en if lang == "en" else zh) or label("no", lang)


def _slope_outcome(finding: Record, lang: str) -> str:
    own = {"hit": "not_below", "clear": "below"}.get(finding["outcome"])
    return _word(own, lang) if own else _outcome(finding, lang)


def slope_sentence(finding: Record, lang: str) -> str:
    """Return the slope of a site against its limit, as the measured half of a sentence."""
    slope = finding["slope"]
    said = {
        "mean": number_text(slope["mean_percent"], 2),
        "most": number_text(slope["max_percent"], 2),
        "limit": number_text(slope["limit_percent"], 0),
        "share": percent_of(slope["steep_share"], lang),
    }
    key = "said_steep" if finding["outcome"] == "hit" else "said_flat"
    return _word(key, lang).format(**said)


def _word(key: str, lang: str) -> str:
    zh, en = _WORDS[key]
    return en if lang == "en" else zh
