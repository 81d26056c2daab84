"""The words of the page, in Chinese and English; titles are those of the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.report.labels import CAVEAT, nature_title, project_type_title
from geo_toolkit.rules import NATURES, PROJECT_TYPES
from geo_toolkit.rules.roles import ROLES, role_title
from geo_toolkit.siting.result import VERDICTS
from geo_toolkit.siting.words import ADVISORY_HIT, VERDICT_SIGNS, Sign

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LANGUAGES", "page_words", "script_words"]

LANGUAGES = ("zh", "en")

_WORDS: dict[str, tuple[str, str]] = {
    # the top
    "heading": ("选址核查", "Siting check"),
    "maps": ("地图", "Maps"),
    "no_maps": ("本工作区没有地图", "no maps in this workspace"),
    "recent": ("最近核查", "Recent checks"),
    "no_recent": ("本浏览器还没有做过核查", "No check was made in this browser yet"),
    "forget": ("清除本机记录", "Clear this list"),
    "other_language": ("English", "中文"),
    "no_script": (
        "本页需要启用 JavaScript；也可以用 POST /checks 提交文件。",
        "This page needs JavaScript; a file can also be sent to POST /checks.",
    ),
    # the key
    "sign_in": ("使用密钥", "Sign in with a key"),
    "sign_out": ("退出", "Sign out"),
    "key": ("API 密钥", "API key"),
    "key_why": (
        "密钥由本服务管理员发放；用密钥登录后可出内部版报告。",
        "Keys are issued by the operator of this service; with one, internal editions open.",
    ),
    "key_internal": (
        "内部报告含未公开图层的图形和准确数值，须用带 internal 权限的密钥登录。",
        "The internal report holds geometry and exact numbers of layers that are not public: "
        "it needs a key with the scope internal.",
    ),
    "key_again": (
        "现用密钥没有 internal 权限，请换用有此权限的密钥。",
        "The present key lacks the scope internal: use one that has it.",
    ),
    "key_none": ("请输入密钥", "Enter a key"),
    "scopes": ("权限：{scopes}", "scopes: {scopes}"),
    "scope_read": ("查看", "read"),
    "scope_internal": ("内部版", "internal"),
    "scope_publish": ("发布图层", "publish"),
    "cancel": ("取消", "Cancel"),
    # the banner
    "verdict": ("结论", "Verdict"),
    "not_yet": ("尚未核查", "Nothing checked yet"),
    "no_verdict": ("没有结论", "No verdict"),
    "project": ("项目", "Project"),
    "area": ("面积", "Area"),
    "project_type": ("项目类型", "Project type"),
    "nature": ("建设性质", "Nature"),
    "scope": ("审查范围", "Scope"),
    "as_of": ("核查基准日", "As of"),
    "missing_title": ("缺少数据", "No data for"),
    "missing": ("{n} 类要素", "{n} matters"),
    "missing_none": ("无", "none"),
    "incomplete": ("部分要素无法判定", "some matters undetermined"),
    "complete": ("各要素均已判定", "every matter decided"),
    "stale": ("条件已改，请重新核查", "Changed: check again"),
    "changed": ("条件或文件已改，下列结果仍为原条件", "Changed since: this is the earlier result"),
    # the file
    "boundary": ("项目边界文件", "Boundary file"),
    "drop": ("将边界文件拖到此处，或点击选择", "Drop a boundary file here, or click to choose"),
    "formats": (
        "界址点文本、Shapefile（.zip）、DXF、KML、表格、GeoJSON、GeoPackage，不超过 {mb} MB",
        "Survey text, zipped shapefile, DXF, KML, table, GeoJSON, GeoPackage; up to {mb} MB",
    ),
    "draw": ("在图上画", "Draw one"),
    "example": ("用示例", "Example"),
    "more": ("更多选项", "More options"),
    "crs": ("坐标系（EPSG 代码）", "CRS (EPSG code)"),
    "datum": ("坐标基准", "Datum"),
    "from_file": ("以文件为准", "as the file says"),
    "xian80": ("1980 西安坐标系", "Xian 1980"),
    "beijing54": ("1954 北京坐标系", "Beijing 1954"),
    "encoding": ("字符编码", "Encoding"),
    "layer": ("图层名称", "Layer name"),
    "corridor_m": ("线性工程用地全宽（米）", "Full corridor width (m)"),
    "declare": ("申报信息（.toml）", "Declaration (.toml)"),
    "land_take": ("实际占地范围文件", "Land-take file"),
    "submit": ("开始核查", "Check"),
    "submit_again": ("重新核查", "Check again"),
    "drawn_name": ("图上绘制地块", "Outline drawn on the map"),
    "drawn_file": ("图上绘制.geojson", "drawn-outline.geojson"),
    "drawn_key": ("边界来源", "outline"),
    "drawn_value": ("图上绘制", "drawn on the map"),
    "drawn_note": (
        "边界为图上绘制，仅供筛查，不作为报批依据",
        "The outline was drawn on the map: for screening only",
    ),
    "no_file": ("请先选择边界文件，或在图上画出地块", "Choose a boundary file first, or draw one"),
    "several": ("一次核查一个文件，请只拖入一个", "One file at a time: drop a single one"),
    "too_large": ("文件超过大小上限，请拆分后再提交", "The file is over the size limit: split it"),
    "unreachable": (
        "无法连接核查服务，请确认服务仍在运行后重试",
        "The service cannot be reached: see that it is running, then try again",
    ),
    "no_answer": ("服务没有给出可读的答复（状态码 {n}）", "No readable answer (status {n})"),
    "no_map": ("地图未能显示：{why}", "The map cannot be shown: {why}"),
    # the empty state
    "empty_1": (
        "把项目边界文件拖到上方，选定项目类型、审查范围和基准日，再点“开始核查”。"
        "没有文件时可在图上画出地块，或用示例文件试一次。",
        "Drop the boundary file above, choose project type, scope and date, then press Check. "
        "Without a file, draw the outline on the map or try the example.",
    ),
    "empty_2": (
        "结论、理由和依据将列在这里。“未涉及”与“没有数据”分别表述；没有数据的要素写明应向谁查询。",
        "Verdict, reasons and their basis are listed here. “Clear” and “no data” are different "
        "words; where there is no data, the authority to ask is named.",
    ),
    # work in progress
    "busy": ("正在核查", "Checking"),
    "reading": ("正在读取文件", "Reading the file"),
    "queued": ("排队等候", "Waiting for its turn"),
    "progress_sites": ("已完成 {done} / {all} 个地块", "{done} of {all} sites done"),
    "progress_percent": ("已完成 {n}%", "{n}% done"),
    "keep_address": (
        "可以关闭本页，稍后用同一网址或“最近核查”打开结果。",
        "This page may be closed: the same address or Recent checks opens the result later.",
    ),
    "stop": ("停止核查", "Stop"),
    "stopping": ("正在停止", "Stopping"),
    "cancelled": ("核查已停止，没有结论", "Stopped: there is no verdict"),
    "cancelled_how": ("需要时请点“开始核查”重新提交。", "Press Check to submit it again."),
    "failed": ("核查未能完成，没有结论", "It failed: there is no verdict"),
    "gone": ("没有这项核查，或已过保存期限", "There is no such check, or it is no longer kept"),
    "gone_how": ("请重新提交边界文件。", "Submit the boundary file again."),
    "opening": ("正在打开核查结果", "Opening the result"),
    # a file with faults
    "refused": ("文件不能读取，须补正 {n} 处", "The file cannot be read: {n} to correct"),
    "refused_line": ("未能核查", "Not checked"),
    "usable": ("文件可以读取", "The file can be read"),
    "faults": ("文件问题清单", "Faults of the file"),
    "remedy": ("补正要求", "What to do"),
    "to_check": ("请核对", "To look at"),
    "mended": ("已自动处理", "Mended while reading"),
    "sketch": (
        "示意图：按文件中的坐标绘制，编号与左侧清单一致",
        "Sketch in the numbers of the file, marked as in the list",
    ),
    "sketch_close": ("返回地图", "Back to the map"),
    "whole_file": ("整个文件", "The whole file"),
    # the result
    "result": ("核查结果", "Result"),
    "sites": ("{n} 个地块", "{n} sites"),
    "sites_worst": ("地块（从重到轻）", "Sites, worst first"),
    "sites_more": ("其余 {n} 个地块见 Excel 报告", "{n} further sites are in the workbook"),
    "matters": ("管控要素", "Matters"),
    "role": ("管控要素", "Matter"),
    "involved": ("是否涉及", "Verdict"),
    "overlap": ("面积\n平方米", "Overlap\nm²"),
    "share": ("占比\n%", "Share\n%"),
    "nearest": ("最近距离\n米", "Nearest\nm"),
    "basis": ("依据", "Basis"),
    "rule": ("规则 {id}", "rule {id}"),
    "ask": ("应向{who}核实", "Ask: {who}"),
    "ask_plain": ("应征询部门", "Ask"),
    "more_reasons": ("另有 {n} 条理由", "{n} more reasons"),
    "no_name": ("未命名地块", "unnamed site"),
    "ha_mu": ("{ha} 公顷\n{mu} 亩", "{ha} ha\n{mu} mu"),
    "separator": ("：", ": "),
    "list": ("、", ", "),
    "semicolon": ("；", "; "),
    "stop_mark": ("。", ". "),
    "file_checked": ("文件", "File"),
    "notes": ("说明", "Notes"),
    "repairs": ("修复", "Repairs"),
    "not_examined": ("未核查（不在本次审查范围内）", "Not examined (outside this scope)"),
    "site_overlap": ("{a} 与 {b} 相互重叠 {m2} m²", "{a} and {b} overlap by {m2} m²"),
    "other_words": (
        "理由和说明仍为核查时的语言（{why}）",
        "Reasons and notes stay in the language of the check ({why})",
    ),
    "map_outlines": (
        "地块超过 {n} 个，图上只画地块；重叠图形和最近距离见数据包",
        "More than {n} sites: the map shows outlines alone; the data package has the pieces",
    ),
    "done": ("核查完成", "Done"),
    # the files
    "files": ("下载", "Files"),
    "corrections": ("补正清单", "Corrections"),
    "internal": ("内部报告", "Internal"),
    "external": ("对外报告", "External"),
    "package": ("数据包", "Data"),
    "corrections_long": ("补正清单：文件须补正的全部问题", "Every fault of the file to correct"),
    "internal_long": ("内部报告：含未公开图层的数值", "Internal report, with layers not public"),
    "external_long": ("对外报告：可交申请人", "Report for the applicant"),
    "package_long": ("数据包：图形与核查结果", "Data package: geometry and result"),
    "needs_file": ("须先选择边界文件", "Choose a boundary file first"),
    "needs_result": ("核查完成后可下载", "Available once there is a result"),
    "docx": ("Word（.docx）", "Word (.docx)"),
    "pdf": ("PDF（.pdf）", "PDF (.pdf)"),
    "xlsx": ("Excel（.xlsx）", "Excel (.xlsx)"),
    "html": ("网页（.html）", "Web page (.html)"),
    "gpkg": ("GeoPackage（.gpkg）", "GeoPackage (.gpkg)"),
    "json": ("JSON（.json）", "JSON (.json)"),
    "making": ("正在生成{what}", "Making: {what}"),
    "made": ("已生成{what}", "Ready: {what}"),
    "map": ("地图", "Map"),
}
_SHORT_NAMES = {"cgcs2000": "CGCS2000", "wgs84": "WGS 84", "gcj02": "GCJ-02", "bd09": "BD-09"}


def page_words(lang: str, *, max_upload_mb: float) -> dict[str, str]:
    """Return every word of the page in ``zh`` or ``en``."""
    words = {key: _pick(pair, lang) for key, pair in _WORDS.items()}
    words["formats"] = words["formats"].format(mb=f"{max_upload_mb:g}")
    words["caveat"] = _pick(CAVEAT, lang)
    return words | _SHORT_NAMES


def script_words(
    *, max_upload_mb: float, scopes: Iterable[tuple[str, str, str]], names: dict[str, str]
) -> dict[str, Any]:
    """Return what the page's script needs to show a result in either language.

    Parameters
    ----------
    scopes
        Id, Chinese and English title of each review scope.
    names
        The workspace's name by language.
    """
    listed = list(scopes)
    return {
        "verdicts": list(VERDICTS),
        **{
            lang: {
                "text": page_words(lang, max_upload_mb=max_upload_mb),
                "place": names[lang],
                "signs": {verdict: _sign(sign, lang) for verdict, sign in VERDICT_SIGNS.items()}
                | {"advisory": _sign(ADVISORY_HIT, lang)},
                "roles": {role: role_title(role, lang) for role in ROLES},
                "project_type": {code: project_type_title(code, lang) for code in PROJECT_TYPES},
                "nature": {code: nature_title(code, lang) for code in NATURES},
                "scope": {code: _pick((zh, en), lang) for code, zh, en in listed},
            }
            for lang in LANGUAGES
        },
    }


def _sign(sign: Sign, lang: str) -> dict[str, str]:
    return {"word": sign.word(lang), "icon": sign.icon}


def _pick(pair: tuple[str, str], lang: str) -> str:
    return pair[1] if lang == "en" else pair[0]
