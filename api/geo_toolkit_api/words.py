"""The words of the page, in Chinese and English; titles are those of the reports."""

from __future__ import annotations

from typing import Any

from geo_toolkit.report.labels import CAVEAT, nature_title, project_type_title
from geo_toolkit.rules import NATURES, PROJECT_TYPES
from geo_toolkit.rules.roles import ROLES, role_title
from geo_toolkit.siting.result import VERDICTS
from geo_toolkit.siting.words import ADVISORY_HIT, VERDICT_SIGNS, Sign

__all__ = ["page_words", "script_words"]

_PAGE = {
    "heading": ("选址核查", "Siting check"),
    "maps": ("地图", "Maps"),
    "no_maps": ("本工作区没有地图", "no maps in this workspace"),
    "other_language": ("English", "中文"),
    "boundary": ("项目边界文件", "Boundary file"),
    "drop": ("将边界文件拖到此处，或点击选择", "Drop a boundary file here, or click to choose"),
    "formats": (
        "界址点坐标文本、压缩的 Shapefile（.zip）、GeoJSON、GeoPackage；不超过 {mb} MB",
        "Survey boundary-point text, zipped shapefile, GeoJSON, GeoPackage; up to {mb} MB",
    ),
    "as_of_hint": ("留空为今天", "today if left empty"),
    "more": ("文件未写明坐标系或编码时", "If the file does not say its CRS or encoding"),
    "crs": ("坐标系（EPSG 代码）", "CRS (EPSG code)"),
    "datum": ("坐标基准", "Datum"),
    "from_file": ("以文件为准", "as the file says"),
    "encoding": ("字符编码", "Encoding"),
    "layer": ("图层名称", "Layer name"),
    "submit": ("开始核查", "Check"),
    "empty_title": ("尚未核查", "Nothing checked yet"),
    "empty_1": (
        "把项目边界文件拖到左侧，选定项目类型和审查范围，再点“开始核查”。",
        "Drop the boundary file on the left, choose project type and scope, then press Check.",
    ),
    "empty_2": (
        "结论、理由和依据将显示在这里。“未涉及”与“没有数据”分别表述，无数据的要素写明应向谁查询。",
        "Verdict, reasons and their basis appear here. “Clear” and “no data” are different words; "
        "where there is no data, the authority to ask is named.",
    ),
    "see_maps": ("先看看地图", "Look at the maps"),
    "no_script": (
        "本页需要启用 JavaScript；也可以用 POST /checks 提交文件。",
        "This page needs JavaScript; a file can also be sent to POST /checks.",
    ),
    "download": ("下载核查结果（JSON）", "Download the result (JSON)"),
    "result": ("核查结果", "Result"),
}

_SCRIPT = {
    "busy": ("正在核查…", "Checking…"),
    "submit": ("开始核查", "Check"),
    "no_file": ("请先选择边界文件", "Choose a boundary file first"),
    "several": ("一次核查一个文件，请只拖入一个", "One file at a time: drop a single one"),
    "too_large": ("文件超过大小上限，请拆分后再提交", "The file is over the size limit: split it"),
    "unreachable": (
        "无法连接核查服务，请确认服务仍在运行后重试",
        "The service cannot be reached: see that it is running, then try again",
    ),
    "no_answer": ("服务没有给出可读的答复（状态码 {n}）", "No readable answer (status {n})"),
    "sites": ("{n} 个地块", "{n} sites"),
    "missing": ("{n} 类要素缺少数据", "no data for {n} matters"),
    "nothing_missing": ("所查要素均有数据", "data for every matter asked"),
    "conclusion": ("结论", "Conclusion"),
    "reasons": ("理由与依据", "Reasons and basis"),
    "no_name": ("未命名地块", "unnamed site"),
    "ha_mu": ("{ha} 公顷（{mu} 亩）", "{ha} ha ({mu} mu)"),
    "separator": ("：", ": "),
    "list": ("、", ", "),
    "file_checked": ("文件", "File"),
    "area": ("面积", "Area"),
    "site": ("地块", "Site"),
    "role": ("管控要素", "Matter"),
    "overlap": ("重叠面积", "Overlap"),
    "share": ("占比", "Share"),
    "nearest": ("最近距离", "Nearest"),
    "ask": ("应征询部门", "Ask"),
    "more_reasons": ("另有 {n} 条", "{n} more"),
    "repairs": ("修复", "Repairs"),
    "not_examined": ("未核查（不在本次审查范围内）", "Not examined (outside this scope)"),
    "incomplete": ("部分要素无法判定", "some matters undetermined"),
    "site_overlap": ("{a} 与 {b} 相互重叠 {m2} m²", "{a} and {b} overlap by {m2} m²"),
}

_BOTH = {
    "project_type": ("项目类型", "Project type"),
    "nature": ("建设性质", "Nature"),
    "scope": ("审查范围", "Scope"),
    "as_of": ("核查基准日", "As of"),
}
"""Words that stand in the form and in the result."""


def page_words(lang: str, *, max_upload_mb: float) -> dict[str, str]:
    """Return the fixed words of the page in ``zh`` or ``en``."""
    words = {key: _pick(pair, lang) for key, pair in (_PAGE | _BOTH).items()}
    words["formats"] = words["formats"].format(mb=f"{max_upload_mb:g}")
    words["caveat"] = _pick(CAVEAT, lang)
    return words


def script_words(lang: str) -> dict[str, Any]:
    """Return what the page's script needs to show a result in ``zh`` or ``en``."""
    return {
        "text": {key: _pick(pair, lang) for key, pair in (_SCRIPT | _BOTH).items()},
        "verdicts": list(VERDICTS),
        "signs": {verdict: _sign(sign, lang) for verdict, sign in VERDICT_SIGNS.items()}
        | {"advisory": _sign(ADVISORY_HIT, lang)},
        "roles": {role: role_title(role, lang) for role in ROLES},
        "project_types": {code: project_type_title(code, lang) for code in PROJECT_TYPES},
        "natures": {code: nature_title(code, lang) for code in NATURES},
    }


def _sign(sign: Sign, lang: str) -> dict[str, str]:
    return {"word": sign.word(lang), "icon": sign.icon}


def _pick(pair: tuple[str, str], lang: str) -> str:
    return pair[1] if lang == "en" else pair[0]
