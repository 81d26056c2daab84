"""Reasons in words, Chinese first: one sentence a finding, as a reviewer would write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.rules import Relation, role_title
from geo_toolkit.siting.special_wording import (
    along_line_text,
    distance_basis_text,
    height_text,
    missing_text,
    stop_text,
    total_text,
)
from geo_toolkit.siting.terrain_wording import relief_text, slope_text

if TYPE_CHECKING:
    from geo_toolkit.siting.findings import Finding

__all__ = ["area_text", "distance_text", "finding_reason", "reason_phrase"]

_PHRASES: dict[str, tuple[str, str]] = {
    "no_layer": ("缺少可用的{role}数据，本次不作该项结论", "no usable {role} data: not concluded"),
    "no_rule": ("没有可适用的现行规则，本次不作结论", "no rule in force applies: not concluded"),
    "schematic": (
        "{role}仅有示意数据，不能据此认定不涉及，须以主管部门界线核实",
        "only schematic {role} data: absence cannot be concluded, ask for the official line",
    ),
    "outside_coverage": (
        "地块未全部处于{role}数据的覆盖范围内，未见图斑不等于不涉及",
        "the site is not wholly inside the coverage of the {role} data: no feature is no proof",
    ),
    "outside_bounds": (
        "地块部分或全部超出工作区范围，不能认定不涉及",
        "part of the site is outside the workspace: absence cannot be concluded",
    ),
    "within_accuracy": (
        "结果取决于数据精度（±{accuracy}米），须以更高精度的界线核实",
        "the outcome depends on the accuracy of the data (±{accuracy} m): verify on better lines",
    ),
    "attribute_missing": (
        "图斑缺少判定所需的属性，按最大距离或可能适用处理，须核实属性",
        "the feature lacks the attribute that decides: taken at its strictest, verify it",
    ),
    "input_missing": ("缺少判定所需的申报信息", "a declared value that decides is missing"),
    "secrecy_minimum": (
        "地块小于1公顷或平均宽度不足20米，依保密要求不提供该项结果，请书面咨询主管部门",
        "the site is under 1 ha or 20 m wide: withheld for secrecy, ask the authority in writing",
    ),
    "converted_datum": (
        "坐标由网络地图偏移坐标换算，仅供筛查，不能认定不涉及",
        "coordinates converted from a shifted web-map datum: for screening only",
    ),
    "crossed_without_land": (
        "仅项目范围跨越，用地范围未涉及，范围内不申请用地",
        "only the envelope crosses it: no land is applied for inside",
    ),
    "overridden": ("经审查人员复核认定", "decided by the reviewer"),
    "law_unconfirmed": (
        "所依据条文尚未核实现行有效，核实前不作定论",
        "the provision is not confirmed as current law: open until confirmed",
    ),
}


def reason_phrase(code: str, lang: str, *, role: str = "", accuracy_m: float | None = None) -> str:
    """Return what a reason code means, without a full stop.

    Examples
    --------
    >>> reason_phrase("no_layer", "zh", role="permanent_basic_farmland")
    '缺少可用的永久基本农田数据，本次不作该项结论'
    """
    zh, en = _PHRASES[code]
    text = en if lang == "en" else zh
    accuracy = "" if accuracy_m is None else f"{accuracy_m:g}"
    return text.format(role=role_title(role, lang), accuracy=accuracy)


def area_text(area_m2: float, lang: str) -> str:
    """Return an area in hectares, or in square metres below 0.01 ha.

    Examples
    --------
    >>> area_text(12345.6, "zh"), area_text(12.34, "en")
    ('1.2346公顷', '12.34 m²')
    """
    if area_m2 >= 100.0:
        return f"{area_m2 / 10_000:.4f}" + (" ha" if lang == "en" else "公顷")
    return f"{area_m2:.2f}" + (" m²" if lang == "en" else "平方米")


def distance_text(distance_m: float, lang: str) -> str:
    """Return a distance in metres to a decimetre, thousands in kilometres.

    Examples
    --------
    >>> distance_text(312.44, "zh"), distance_text(15234.0, "en")
    ('312.4米', '15.23 km')
    """
    if distance_m < 10_000:
        return f"{distance_m:.1f}" + (" m" if lang == "en" else "米")
    return f"{distance_m / 1000:.2f}" + (" km" if lang == "en" else "公里")


def finding_reason(finding: Finding, name: str, lang: str) -> str:
    """Return one sentence that says what was found and why it counts as it does.

    Parameters
    ----------
    finding
        A decided rule.
    name
        Name of the feature concerned, may be empty.
    lang
        ``zh`` or ``en``.
    """
    role = finding.lacking_role or finding.rule.role
    parts = [_measure(finding, name, lang), height_text(finding, lang), relief_text(finding, lang)]
    if finding.reason_code:
        parts.append(
            missing_text(finding, lang)
            or reason_phrase(finding.reason_code, lang, role=role, accuracy_m=finding.accuracy_m)
        )
    if finding.suspected_boundary_error:
        parts.append("overlap small: suspected boundary error" if lang == "en" else "疑似边界误差")
    measured = finding.outcome in ("hit", "borderline")
    by_distance = finding.rule.relation in (Relation.WITHIN_DISTANCE, Relation.ALONG_LINE)
    baseline = finding.rule.baseline(lang)
    if measured and by_distance and baseline:
        first = baseline.partition("。")[0].partition(". ")[0]
        parts.append(f"measured from: {first}" if lang == "en" else f"距离起算：{first}")
    parts.append(distance_basis_text(finding, lang))
    parts.append(stop_text(finding, lang))
    if finding.assumes_nature:
        assumed = "taken as new, no nature declared" if lang == "en" else "未申报性质，按新建核查"
        parts.append(assumed)
    if finding.exception:
        parts.append(finding.exception.text(lang).rstrip("。"))
    if finding.override:
        said = finding.override.reason
        by = finding.override.by
        parts.append(f"{by}: {said}" if lang == "en" else f"{by}：{said.rstrip('。')}")
    text = ("; " if lang == "en" else "；").join(part for part in parts if part)
    return text + ("." if lang == "en" else "。")


def _measure(finding: Finding, name: str, lang: str) -> str:
    """Return the measured part of the sentence."""
    title = role_title(finding.rule.role, lang)
    who = f"{title} “{name}”" if lang == "en" else f"{title}“{name}”"
    who = who if name else title
    if finding.rule.relation is Relation.NOT_WITHIN:
        return _not_within(finding, title, lang)
    if finding.rule.relation is Relation.SLOPE_BELOW:
        return slope_text(finding, lang)
    if finding.rule.above_ha is not None and finding.overlap_m2 is not None:
        return total_text(finding, title, lang)
    if finding.outcome in ("clear", "undetermined") and finding.feature is None:
        return _nothing(finding, title, lang)
    overlap, distance = finding.overlap_m2 or 0.0, finding.distance_m
    if finding.outcome == "sliver":
        zh = f"与{who}边界相接，重叠{overlap:.4f}平方米，在判定容差内，不作为重叠"
        return f"touches {who}: {overlap:.4f} m², a sliver, not an overlap" if lang == "en" else zh
    if finding.rule.relation is Relation.ALONG_LINE:
        return along_line_text(finding, who, lang)
    if finding.rule.relation is Relation.BELOW_HEIGHT and finding.threshold_m is None:
        return f"obstacle surfaces of {who}" if lang == "en" else f"位于{who}障碍物限制面范围"
    if finding.threshold_m is not None and distance is not None:
        limit = finding.threshold_m or 0.0
        d, t = distance_text(distance, lang), f"{limit:g}"
        return f"{d} from {who}, limit {t} m" if lang == "en" else f"距{who}{d}，管控距离{t}米"
    if overlap > 0:
        percent = f"{100 * (finding.overlap_share or 0.0):.2f}%"
        if lang == "en":
            return f"overlaps {who} by {area_text(overlap, lang)}, {percent} of the site"
        return f"与{who}重叠{area_text(overlap, lang)}，占地块{percent}"
    if finding.outcome == "hit":
        return f"{who} lies inside the site" if lang == "en" else f"地块内有{who}"
    near = distance_text(distance or 0.0, lang)
    return f"{near} from {who}" if lang == "en" else f"距{who}{near}"


def _nothing(finding: Finding, title: str, lang: str) -> str:
    if finding.reason_code == "no_layer" or (
        finding.reason_code == "input_missing" and finding.distance_m is None
    ):
        return ""
    if finding.beyond_m is not None:
        near = distance_text(finding.beyond_m, lang)
        return f"no {title} within {near}" if lang == "en" else f"{near}范围内未见{title}"
    if finding.distance_m is None:
        zh = "本条所指的" if finding.rule.where else ""
        en = " of the kind asked of" if finding.rule.where else ""
        return f"no {title}{en} in the data" if lang == "en" else f"数据中没有{zh}{title}"
    near = distance_text(finding.distance_m, lang)
    if lang == "en":
        return f"no conflict with any {title} in the data, nearest {near} away"
    return f"现有数据中未见涉及{title}，最近距离{near}"


def _not_within(finding: Finding, title: str, lang: str) -> str:
    if finding.outcome == "hit":
        return f"not wholly within {title}" if lang == "en" else f"地块未全部位于{title}内"
    if finding.outcome == "clear":
        return f"wholly within {title}" if lang == "en" else f"地块全部位于{title}内"
    return ""
