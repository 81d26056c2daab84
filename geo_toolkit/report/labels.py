"""The words around the numbers, in Chinese and English, the same in every output."""

from __future__ import annotations

from geo_toolkit.rules import NATURES, PROJECT_TYPES
from geo_toolkit.siting.branches import BRANCHES

__all__ = ["CAVEAT", "EVIDENCE_WORDS", "label", "nature_title", "project_type_title", "word"]

CAVEAT = (
    "本结果仅对所提交的边界文件和所列数据版本有效；各类管控界线以主管部门数据库为准；"
    "细缝和精度范围内的重叠须核对边界；由网络地图坐标转换或数字化所得的边界只作筛查；"
    "引用条文以现行文本为准；本结果不代替主管部门的书面意见。",
    "Valid only for the submitted boundary and the data versions named; the lines in law are those "
    "of the competent department's database; slivers and overlaps within the accuracy need the "
    "boundary confirmed; boundaries converted from web maps or digitised are for screening only; "
    "provisions may have been replaced since; not a substitute for a department's written opinion.",
)

EVIDENCE_WORDS = {
    "official": ("法定数据", "official"),
    "published": ("公开数据", "published"),
    "schematic": ("示意", "schematic"),
}

_CONFIDENCE_WORDS = {
    "confirmed": ("已核实", "confirmed"),
    "press": ("据新闻报道，待核实", "from the press, to be confirmed"),
    "recall": ("未查到原文，待核实", "text not seen, to be confirmed"),
}

_RELATION_WORDS = {
    "overlaps": ("不得重叠", "overlaps"),
    "not_within": ("须位于其内", "must lie within"),
    "within_distance": ("距离控制", "within a distance"),
    "along_line": ("沿线距离控制", "along a line"),
    "listed": ("逐项列出", "listed"),
    "below_height": ("限高", "below a height"),
    "slope_below": ("自然坡度", "below a slope"),
}

_COVERAGE_WORDS = {"none": ("未声明", "none"), "all": ("全域", "all")}

_WORDS = {
    "branch": BRANCHES,
    "evidence": EVIDENCE_WORDS,
    "confidence": _CONFIDENCE_WORDS,
    "relation": _RELATION_WORDS,
    "coverage": _COVERAGE_WORDS,
}

_LABELS = {
    "accuracy_m": ("精度(m)", "Accuracy (m)"),
    "all_valid": ("全部 {n} 项有效", "all {n} are valid"),
    "area_ha": ("面积(公顷)", "Area (ha)"),
    "area_m2": ("面积(m²)", "Area (m²)"),
    "area_mu": ("面积(亩)", "Area (mu)"),
    "as_of": ("核查基准日", "As of"),
    "ask": ("应征询部门", "Ask"),
    "authority": ("主管部门", "Authority"),
    "baseline": ("距离起算线", "Measured from"),
    "caveat": ("说明", "Caveat"),
    "centre": ("中心坐标（CGCS2000）", "Centre (CGCS2000)"),
    "check_id": ("核查编号", "Check"),
    "citation": ("依据", "Basis"),
    "class": ("类型/分区", "Class"),
    "complete": ("各要素均已判定", "Every matter decided"),
    "conclusion": ("结论", "Conclusion"),
    "confidence": ("条文核实情况", "Law confirmed"),
    "confirmed_by": ("已核实（{by}，{date}）", "confirmed ({by}, {date})"),
    "county": ("县(区)", "County"),
    "coverage": ("完整覆盖范围", "Coverage"),
    "crs": ("坐标系", "CRS"),
    "crs_basis": ("坐标系依据", "CRS basis"),
    "effective_from": ("启用日期", "In force from"),
    "encoding": ("编码", "Encoding"),
    "evidence": ("数据性质", "Evidence"),
    "feature_id": ("要素标识码", "Feature id"),
    "feature_name": ("要素名称", "Feature"),
    "features": ("涉及图斑数", "Features met"),
    "feature_count": ("要素数", "Features"),
    "file": ("文件", "File"),
    "format": ("格式", "Format"),
    "formats_missing": (
        "未安装打印报告所需的组件，未输出：{names}（安装：pip install 'geo-toolkit[report]'）",
        "not written, the packages of the report are missing: {names} "
        "(pip install 'geo-toolkit[report]')",
    ),
    "generated_at": ("生成时间", "Generated"),
    "ha": ("公顷", "ha"),
    "incomplete": ("部分要素无法判定", "some matters undetermined"),
    "in_conflict": ("涉及要素（禁止、限制、有条件）", "In conflict"),
    "inside": ("位于其内", "inside"),
    "involved": ("是否涉及", "Involved"),
    "items_more": ("等{n}项", " ({n} in all)"),
    "lat": ("纬度(°)", "Latitude (°)"),
    "layer": ("图层及版本", "Layer and version"),
    "layer_id": ("图层", "Layer"),
    "lon": ("经度(°)", "Longitude (°)"),
    "map": ("地图", "Map"),
    "method": ("计算方法", "Method"),
    "method_area": (
        "CGCS2000 椭球面积；边在工作区横轴墨卡托投影下取直",
        "Ellipsoidal area on CGCS2000; edges straight in the workspace's transverse Mercator",
    ),
    "mu": ("亩", "mu"),
    "n_sites": ("{n} 个地块（共 {total} 个）", "{n} of {total} sites"),
    "name": ("名称", "Name"),
    "nature": ("建设性质", "Nature"),
    "nearest_m": ("最近距离(m)", "Nearest (m)"),
    "no": ("否", "no"),
    "no_layer": ("无图层", "no layer"),
    "not_inside": ("未全部位于其内", "not wholly inside"),
    "not_deciding": ("未触发规则", "no rule met"),
    "not_examined": ("未核查（不在本次审查范围内）", "Not examined (outside this scope)"),
    "not_examined_ask": ("请向{who}查询", "ask {who}"),
    "note": ("备注", "Note"),
    "nearest_m_short": ("最近距离\n米", "Nearest\nm"),
    "not_recorded": (
        "工作区为只读，本次核查未留存记录",
        "the workspace is read-only: this check is not recorded",
    ),
    "number": ("序号", "No."),
    "open_matters": ("无法判定要素", "Undetermined"),
    "overlap_centre": ("重叠中心坐标", "Centre of overlap"),
    "overlap_ha": ("重叠面积(公顷)", "Overlap (ha)"),
    "overlap_ha_short": ("重叠面积\n公顷", "Overlap\nha"),
    "overlap_m2": ("重叠面积(m²)", "Overlap (m²)"),
    "part": ("部分", "Part"),
    "point": ("点号", "Point"),
    "points_too_many": (
        "界址点超过 {n} 个，见 check.gpkg 的 sites 图层",
        "more than {n} boundary points: see layer sites of check.gpkg",
    ),
    "project_type": ("项目类型", "Project type"),
    "branch": ("结论分支", "Branch"),
    "rank": ("排序", "Rank"),
    "ranked_elsewhere": (
        "各地块的结论按由清到重的顺序列于“排序”工作表，逐要素的结论列于“汇总”工作表。",
        "The sites stand ranked from clean to conflicted in sheet Ranking, matter by matter in "
        "sheet Summary.",
    ),
    "reason": ("原因", "Reason"),
    "relation": ("判定方式", "Relation"),
    "repairs": ("修复", "Repairs"),
    "report_title": ("空间关系核查结果", "Spatial check"),
    "ring": ("环号", "Ring"),
    "role": ("管控要素", "Matter"),
    "rule_id": ("规则", "Rule"),
    "rules": ("规则集", "Rules"),
    "rules_count": ("{n} 条，SHA-256 {sha}", "{n} rules, SHA-256 {sha}"),
    "scope": ("审查范围", "Scope"),
    "severity": ("管控级别", "Severity"),
    "share": ("占比", "Share"),
    "share_percent": ("占项目面积(%)", "Share (%)"),
    "sheet_conclusion": ("结论", "Conclusion"),
    "sheet_detail": ("明细", "Detail"),
    "sheet_full": (
        "超出工作表行数上限，其余见 check.gpkg 和 check.json",
        "more rows than a worksheet holds: the rest is in check.gpkg and check.json",
    ),
    "sheet_inputs": ("输入与方法", "Inputs"),
    "sheet_layers": ("图层", "Layers"),
    "sheet_points": ("界址点", "Points"),
    "sheet_ranking": ("排序", "Ranking"),
    "sheet_rules": ("依据", "Basis"),
    "sheet_summary": ("汇总", "Summary"),
    "site": ("地块", "Site"),
    "site_id": ("地块编号", "Site id"),
    "site_overlap": (
        "{a} 与 {b} 相互重叠 {m2} m²",
        "{a} and {b} overlap by {m2} m²",
    ),
    "sliver_note": ("细缝，不计入面积", "sliver, not counted"),
    "source": ("来源", "Source"),
    "stated_area_ha": ("申报面积(公顷)", "Stated area (ha)"),
    "subtotal": ("小计（重复部分只计一次）", "Subtotal (counted once)"),
    "threshold_m": ("控制距离(m)", "Threshold (m)"),
    "title": ("名称", "Title"),
    "toolkit_version": ("工具版本", "Toolkit"),
    "town": ("乡镇", "Township"),
    "undetermined": ("无法判定的要素", "Undetermined"),
    "version": ("版本", "Version"),
    "warnings": ("提示", "Warnings"),
    "workspace": ("工作区", "Workspace"),
    "yes": ("是", "yes"),
}


def label(key: str, lang: str, **values: object) -> str:
    """Return the label of a field or the text of a note in ``zh`` or ``en``.

    Examples
    --------
    >>> label("role", "zh"), label("items_more", "en", n=3)
    ('管控要素', ' (3 in all)')
    """
    zh, en = _LABELS[key]
    text = en if lang == "en" else zh
    return text.format(**values) if values else text


def word(kind: str, code: str | None, lang: str) -> str:
    """Return the word for a code of evidence, confidence, relation, coverage or branch.

    A code that is not known is returned as it is, an absent one as an empty text.

    Examples
    --------
    >>> word("evidence", "schematic", "zh"), word("coverage", "area.geojson", "zh")
    ('示意', 'area.geojson')
    """
    zh, en = _WORDS[kind].get(code or "", (code or "", code or ""))
    return en if lang == "en" else zh


def project_type_title(project_type: str, lang: str) -> str:
    """Return what people call a project type.

    Examples
    --------
    >>> project_type_title("chemical", "zh")
    '化工项目'
    """
    zh, en = PROJECT_TYPES.get(project_type, (project_type, project_type))
    return en if lang == "en" else zh


def nature_title(nature: str, lang: str) -> str:
    """Return what people call the nature of a project.

    Examples
    --------
    >>> nature_title("expand", "en")
    'expansion'
    """
    zh, en = NATURES.get(nature, (nature, nature))
    return en if lang == "en" else zh
