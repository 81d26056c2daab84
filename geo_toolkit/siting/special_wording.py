"""Sentences for distances along lines and for heights, Chinese first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo_toolkit.rules import Relation, role_title
from geo_toolkit.siting.terrain_wording import lacking_text

if TYPE_CHECKING:
    from geo_toolkit.siting.findings import Finding

__all__ = [
    "along_line_text",
    "distance_basis_text",
    "floor_cm",
    "height_text",
    "missing_text",
    "stop_text",
    "total_text",
]


def along_line_text(finding: Finding, who: str, lang: str) -> str:
    """Return where along the line a site meets a feature, and how the line is read."""
    rule = finding.rule
    up, down = rule.upstream_m or 0.0, rule.downstream_m or 0.0
    line = role_title(rule.line_role or "", lang)
    if lang == "en":
        return (
            f"on the {line} from {up:g} m upstream to {down:g} m downstream of {who}, "
            f"along the {line} as digitised, downstream"
        )
    return (
        f"涉及{who}上游{up:g}米至下游{down:g}米的{line}段，"
        f"沿{line}数据线量算，以数据线的绘制方向为水流方向"
    )


def distance_basis_text(finding: Finding, lang: str) -> str:
    """Return by what half width and area class a distance was taken; nothing without either."""
    parts = []
    if finding.half_width_m is not None:
        width = f"{finding.half_width_m:g}"
        zh = f"自中心线外扩半宽{width}米后的边线量起"
        parts.append(f"from the edge, {width} m off the centreline" if lang == "en" else zh)
    if finding.area_class is not None:
        zh = f"地块位于“{finding.area_class}”，按该类地区取值"
        en = f"distance for the area “{finding.area_class}”"
        parts.append(en if lang == "en" else zh)
    return ("; " if lang == "en" else "；").join(parts)


def stop_text(finding: Finding, lang: str) -> str:
    """Return whether a distance stops at a divide here; nothing for rules whose does not."""
    en = lang == "en"
    if finding.rule.stop_role is None or not finding.stop:
        return ""
    title = role_title(finding.rule.stop_role, lang)
    if finding.stop == "cut":
        return (
            f"the distance stops at the {title}" if en else f"管控距离已按{title}边界（分水岭）截止"
        )
    zh = f"距离遇分水岭应截止，缺少可用的{title}界线，本次未截取，可能偏大"
    return f"not stopped at the divide, no usable {title}: it may reach too far" if en else zh


def floor_cm(height_m: float) -> float:
    """Return a permitted height cut to the centimetre, with a millimetre of grace.

    Examples
    --------
    >>> floor_cm(321.4155), floor_cm(344.9999)
    (321.41, 345.0)
    """
    return math.floor(height_m * 100 + 0.1) / 100


def height_text(finding: Finding, lang: str) -> str:
    """Return the lowest permitted top or height over the site; nothing where there is none."""
    if finding.permitted_top_m is not None:
        top = f"{floor_cm(finding.permitted_top_m):.2f}"
        surface = finding.surface
        above = _above_ground(finding, lang)
        if lang == "en":
            name = f" ({surface.title_en})" if surface else ""
            return f"lowest permitted top elevation {top} m, 1985 datum{name}{above}"
        name = f"，由{surface.title_zh}控制" if surface else ""
        return f"最低允许顶高程{top}米（1985国家高程基准{name}）{above}"
    if finding.permitted_height_m is not None:
        height = f"{floor_cm(finding.permitted_height_m):.2f}"
        if lang == "en":
            return f"lowest permitted height above ground {height} m"
        return f"地面以上最低允许高度{height}米"
    return ""


def _above_ground(finding: Finding, lang: str) -> str:
    if finding.permitted_height_m is None:
        return ""
    height_m = floor_cm(finding.permitted_height_m)
    if height_m < 0:
        zh = f"，地面最高处按误差从严计高出限制面{-height_m:.2f}米"
        en = f", the ground itself may be {-height_m:.2f} m above the surface"
    else:
        zh = f"，地面以上允许高度{height_m:.2f}米"
        en = f", {height_m:.2f} m above the ground"
    return en if lang == "en" else zh


def missing_text(finding: Finding, lang: str) -> str:
    """Return which input a finding lacks; nothing where it lacks none, or that is all to say."""
    if finding.reason_code != "input_missing":
        return ""
    if finding.rule.same is not None:
        return "no lead industry is declared" if lang == "en" else "未申报主导产业"
    if finding.rule.relation is Relation.SLOPE_BELOW:
        if finding.slope is not None:
            return lacking_text(finding.slope.missing_share, lang)
        return (
            "no elevation model (--dem) is given" if lang == "en" else "未提供数字高程模型（--dem）"
        )
    if finding.rule.relation is not Relation.BELOW_HEIGHT:
        return ""
    if finding.is_advisory:
        zh = "未申报建（构）筑物高度，仅作提示"
        return "no height is declared: for information only" if lang == "en" else zh
    if finding.permitted_top_m is None and finding.permitted_height_m is None:
        zh = "缺少机场标高，无法与障碍物限制面比较"
        return "the aerodrome's elevation is not known" if lang == "en" else zh
    if finding.relief is not None and finding.relief.missing_share:
        return lacking_text(finding.relief.missing_share, lang)
    zh = "申报高度与本条高度的基准不同，缺少地面高程，无法比较"
    en = "the declared height is of another datum, and the ground's elevation is not known"
    return en if lang == "en" else zh


def total_text(finding: Finding, title: str, lang: str) -> str:
    """Return how much of what a rule asks of lies in the site, and the limit."""
    total_ha, limit = (finding.overlap_m2 or 0.0) / 10_000, finding.rule.above_ha or 0.0
    rule = finding.rule
    which = f"（{rule.where.column}）" if rule.where else ""
    if lang == "en":
        return f"{total_ha:.4f} ha of the {title} asked of, limit {limit:g} ha"
    return f"按{title}{which}汇总{total_ha:.4f}公顷，界限{limit:g}公顷"
