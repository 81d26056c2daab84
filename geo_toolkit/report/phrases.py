"""The sentences and headings of the printed report, Chinese and English."""

from __future__ import annotations

__all__ = ["phrase"]

_PHRASES: dict[str, tuple[str, str]] = {
    # figures
    "figure_location": ("项目位置图", "Location of the project"),
    "figure_line": ("项目与{role}位置关系图", "Project and {role}"),
    "figure_combined": ("管控要素综合图", "All constraints"),
    "figure_detail": ("局部图：{what}", "Detail: {what}"),
    "figure_advice": ("调整建议示意图（仅供参考）", "Advice, for reference only"),
    "proposed": ("{kind}后范围（仅供参考）", "{kind}, for reference only"),
    "figure_caption": (
        "图{n}　{title}（图层：{sources}；数据日期：{date}；{system}）",
        "Figure {n}. {title} (layers: {sources}; data of {date}; {system})",
    ),
    "of_site": ("（{site}）", " ({site})"),
    "boundary_only": ("仅项目边界", "boundary only"),
    "legend": ("图例", "Legend"),
    "legend_site": ("项目用地范围", "project site"),
    "overlap_part": ("重叠部分", ", overlap"),
    "scale": ("比例尺", "Scale"),
    "north": ("北", "N"),
    "to_role": ("距{role} {m} 米", "{m} m to {role}"),
    "schematic_tail": ("（示意）", " (schematic)"),
    "schematic_word": ("示意", "schematic"),
    "system_zone": (
        "CGCS2000 3度带高斯-克吕格投影，第{zone}带，中央经线{meridian}°E",
        "CGCS2000, 3-degree Gauss-Krüger zone {zone}, central meridian {meridian}°E",
    ),
    "system_tm": (
        "CGCS2000 横轴墨卡托投影，中央经线{meridian}°",
        "CGCS2000, transverse Mercator, central meridian {meridian}°",
    ),
    "data_date": ("数据日期：{date}", "Data of: {date}"),
    "producer": ("制图：{who}，{date}", "Map: {who}, {date}"),
    "approval_number": ("审图号：{number}", "Approval no.: {number}"),
    "no_approval": ("未取得", "none"),
    "not_stated": ("未注明", "not stated"),
    "internal_mark": ("内部资料", "INTERNAL"),
    # title and project
    "title": ("{name}与{matter}空间关系核查报告", "{name}: spatial check against {matter}"),
    "title_more": ("{name}等{n}个地块", "{name} and {n} sites in all"),
    "matter_three_lines": ("三区三线", "the three lines"),
    "matter_all": ("管控要素", "the constraints in force"),
    "unnamed": ("未命名项目", "unnamed project"),
    "edition_internal": ("内部版", "internal edition"),
    "edition_applicant": ("对外版", "applicant's edition"),
    "page": ("第 {n} 页　共 {total} 页", "page {n} of {total}"),
    "not_given": ("（未提供）", "(not given)"),
    "report_number": ("报告编号", "Report no."),
    "report_date": ("报告日期", "Date"),
    "pages": ("页数", "Pages"),
    "edition": ("版本", "Edition"),
    "project_name": ("项目名称", "Project"),
    "project_code": ("项目代码", "Project code"),
    "applicant": ("申请（建设）单位", "Applicant"),
    "contact": ("联系人及电话", "Contact"),
    "industry": ("行业类别", "Industry"),
    "place": ("县（区）、乡镇、村", "County, township, village"),
    "land_total": ("用地面积", "Land area"),
    "land_permanent": ("其中：永久用地", "of it permanent"),
    "land_temporary": ("　　　临时用地", "of it temporary"),
    "stated": ("申报面积", "Stated area"),
    "stated_text": ("{ha} 公顷（与计算面积相差 {diff} 公顷）", "{ha} ha (differs by {diff} ha)"),
    "investment": ("总投资", "Investment"),
    "approval_stage": ("审批阶段及文号", "Stage and file number"),
    "ha_mu_m2": ("{m2} m²，{ha} 公顷，{mu} 亩", "{m2} m², {ha} ha, {mu} mu"),
    "nature_assumed": ("{nature}（未申报，按此核查）", "{nature} (not declared, assumed)"),
    "declared": ("申报事项", "Declared"),
    "toolkit_and_rules": (
        "geo-toolkit {version}；规则集 {n} 条，SHA-256 {sha}",
        "geo-toolkit {version}; {n} rules, SHA-256 {sha}",
    ),
    "verdict_rest": (
        "{name}：面积 {area}；{state}。",
        "{name}: area {area}; {state}.",
    ),
    "state_complete": ("所核查的各要素均已判定", "every matter examined is decided"),
    "state_incomplete": (
        "{n} 项要素无法判定，不能视为不涉及",
        "{n} matters cannot be determined and may not be taken as clear",
    ),
    # headings
    "h_head": ("项目概况", "The project"),
    "h_basis": ("核查依据", "Legal basis"),
    "h_data": ("数据", "Data"),
    "h_method": ("方法", "Method"),
    "h_results": ("核查结果", "Results"),
    "h_figures": ("图件", "Figures"),
    "h_conclusion": ("结论", "Conclusion"),
    "h_not_examined": ("本次未核查", "Not examined"),
    "h_caveats": ("说明", "Caveats"),
    "h_signature": ("签署", "Signatures"),
    "h_annex": ("附件　界址点成果表", "Annex: boundary points"),
    # table captions
    "t_project": ("项目基本情况", "The project"),
    "t_sites": ("地块一览（按结论由轻到重）", "Sites, from clean to conflicted"),
    "t_basis": ("核查依据及其在 {day} 的效力", "Provisions and their status on {day}"),
    "t_layers": ("数据图层", "Layers"),
    "t_inputs": ("提交的边界文件", "Submitted files"),
    "t_summary": ("{site}核查结果汇总", "Summary{site}"),
    "t_detail": ("{site}重叠图斑明细", "Overlaps by patch{site}"),
    "t_slivers": ("{site}细缝（边界相接，不计入面积）", "Slivers, not counted{site}"),
    "t_distances": ("{site}最近距离", "Nearest distances{site}"),
    "t_heights": ("{site}限高", "Heights{site}"),
    "t_slope": ("{site}自然坡度", "Natural slope{site}"),
    "t_crossings": ("{site}穿跨越桩号", "Crossings{site}"),
    "t_overrides": ("审查人员复核", "Decided by the reviewer"),
    "t_not_examined": ("未核查要素及征询部门", "Matters not examined, and whom to ask"),
    "t_points": ("{site}界址点", "Boundary points{site}"),
    "t_number": ("表{n}　{caption}", "Table {n}. {caption}"),
    "t_land_class": ("{site}地类面积", "Land classes{site}"),
    "t_zoning": ("{site}生态环境分区管控符合性分析", "Zoning units and their lists{site}"),
    "t_advice": ("{site}调整建议（仅供参考）", "Advice, for reference only{site}"),
    "t_previous": ("与前次申报的比较", "Against the earlier submission"),
    "t_approved": ("与已批用地的重叠", "Overlaps with approved land"),
    # columns
    "c_within": ("范围", "Within"),
    "c_owner": ("权属", "Ownership"),
    "c_land_class": ("地类", "Land class"),
    "c_net": ("净面积\n(公顷)", "Net\n(ha)"),
    "c_unit": ("管控单元", "Unit"),
    "c_judgement": ("符合性判断（审查人员填写）", "Judgement (reviewer)"),
    "c_before": ("原面积\n(平方米)", "Before\n(m²)"),
    "c_after": ("现面积\n(平方米)", "Now\n(m²)"),
    "c_change": ("增减\n(平方米)", "Change\n(m²)"),
    "c_vertices": ("变动点", "Points"),
    "n_list": ("清单版本：{text}", "List: {text}"),
    "trim": ("裁剪", "Trim"),
    "shift": ("平移", "Shift"),
    "advice_trim": (
        "扣除 {removed} 平方米，剩余 {ha} 公顷（{p}%）",
        "take off {removed} m²; {ha} ha ({p} %) remain",
    ),
    "advice_shift": ("向方位角 {deg}° 平移 {m} 米", "{m} m towards {deg}°"),
    "advice_note": (
        "针对规则 {rules}；图形见 check.gpkg。仅供参考，调整后须重新核查。",
        "For rules {rules}; outlines in check.gpkg. For reference only: check again.",
    ),
    "previous_note": ("前次核查 {check}，基准日 {day}。", "Earlier check {check} of {day}."),
    "c_citation": ("法规、文件及条款", "Provision"),
    "by_reason": ("{by}：{reason}", "{by}: {reason}"),
    "c_rules": ("适用规则", "Rules"),
    "c_status": ("基准日\n状态", "Status"),
    "c_verified": ("条文核实", "Verified"),
    "in_force": ("适用", "in force"),
    "c_version_date": ("版本、启用日期", "Version, date"),
    "c_secrecy": ("密级", "Secrecy"),
    "secrecy_public": ("公开", "public"),
    "secrecy_internal": ("内部", "internal"),
    "secrecy_verdict_only": ("仅供判定", "verdict only"),
    "c_patches": ("图斑数", "Patches"),
    "c_ha": ("重叠面积\n(公顷)", "Overlap\n(ha)"),
    "c_share": ("占比\n(%)", "Share\n(%)"),
    "c_nearest": ("最近距离\n(米)", "Nearest\n(m)"),
    "c_m2": ("面积\n(平方米)", "Area\n(m²)"),
    "c_ha_short": ("面积\n(公顷)", "Area\n(ha)"),
    "c_mu": ("面积\n(亩)", "Area\n(mu)"),
    "c_threshold": ("管控距离\n(米)", "Limit\n(m)"),
    "c_accuracy": ("数据精度\n(±米)", "Accuracy\n(±m)"),
    "c_nearest_feature": ("最近要素", "Nearest feature"),
    "c_from": ("进入桩号", "Enters at"),
    "c_to": ("离开桩号", "Leaves at"),
    "c_length": ("长度\n(米)", "Length\n(m)"),
    "c_structure": ("通过方式", "Structure"),
    "structure_bridge": ("桥梁", "bridge"),
    "structure_tunnel": ("隧道", "tunnel"),
    "structure_at_grade": ("路基（平面通过）", "at grade"),
    "structure_none": ("未申报", "not declared"),
    "c_original": ("原判定", "Found"),
    "c_override": ("复核认定", "Decided"),
    "c_by": ("复核人及理由", "By, and why"),
    "c_ring": ("环号", "Ring"),
    "c_point": ("点号", "Point"),
    "c_x": ("X（北，米）", "X (north, m)"),
    "c_y": ("Y（东，米）", "Y (east, m)"),
    "c_lat": ("纬度（°）", "Latitude (°)"),
    "c_lon": ("经度（°）", "Longitude (°)"),
    # row texts
    "n_layer": ("图层：{text}", "Layer: {text}"),
    "n_basis": ("依据：{text}", "Basis: {text}"),
    "n_branch": ("结论分支：{text}", "Branch: {text}"),
    "n_reason": ("说明：{text}", "Reason: {text}"),
    "n_ask": ("应征询：{text}", "Ask: {text}"),
    "n_centre": ("重叠中心：{text}", "Centre: {text}"),
    "n_class": ("类型、分区：{text}", "Class: {text}"),
    "n_place": ("县、乡镇：{text}", "Place: {text}"),
    "n_note": ("备注：{text}", "Note: {text}"),
    "n_source": ("来源：{text}", "Source: {text}"),
    "n_authority": ("主管部门：{text}", "Authority: {text}"),
    "n_licence": ("许可：{text}", "Licence: {text}"),
    "n_fault": ("数据异常：{text}", "Fault: {text}"),
    "n_baseline": ("起算线：{text}", "Measured from: {text}"),
    "n_crs": ("坐标系：{crs}（{basis}）", "CRS: {crs} ({basis})"),
    "n_heights": (
        "高程基准：{datum}（{basis}）；高程精度±{accuracy} 米（{accuracy_basis}）",
        "Height datum: {datum} ({basis}); accuracy ±{accuracy} m ({accuracy_basis})",
    ),
    "n_encoding": ("编码：{encoding}（{basis}）", "Encoding: {encoding} ({basis})"),
    "n_repair": ("修复：{text}", "Repair: {text}"),
    "n_warning": ("提示：{text}", "Warning: {text}"),
    "n_features": ("要素 {n} 个", "{n} features"),
    "about": ("约 {text}", "about {text}"),
    "sum": ("小计", "Subtotal"),
    "counted_twice": ("扣除相互重叠部分", "less counted twice"),
    "suspected": ("疑似边界误差", "suspected boundary error"),
    "withheld_note": (
        "“约”字数值属限制提供的图层：面积取至 0.01 公顷，距离取至 100 米，占比取至 1%，不列图斑。",
        "'about': layers whose details are withheld; area to 0.01 ha, distance to 100 m, share to "
        "1 %, no patches listed.",
    ),
    "no_overlap": (
        "没有可列出的重叠图斑。",
        "There is no overlap to list.",
    ),
    "rows_more": (
        "仅列前 {shown} 行，共 {total} 行，其余见 check.xlsx。",
        "The first {shown} rows of {total}; the rest is in check.xlsx.",
    ),
    "sites_more": (
        "仅对结论最重的前 {shown} 个地块逐一列表，共 {total} 个，其余见 check.xlsx。",
        "Only the {shown} most conflicted sites of {total} are set out; the rest is in check.xlsx.",
    ),
    "points_more": (
        "界址点共 {total} 个，此处不列，见 check.gpkg 的 sites 图层。",
        "{total} boundary points: not listed here, see layer sites of check.gpkg.",
    ),
    "points_note": (
        "{system}；经纬度为 CGCS2000。环号 1 为外圈，2 起为内圈。",
        "{system}; degrees are CGCS2000. Ring 1 is the outer one, others are holes.",
    ),
    # basis, data, method
    "basis_intro": (
        "本次核查适用下列条文。规则集按核查基准日 {day} 选取：该日已施行且未失效的方参与判定；"
        "条文未经核实的，其结论按“无法判定”处理。",
        "The provisions below were applied. Rules are those in force on {day}; where a provision "
        "has not been verified, its conclusion counts as undetermined.",
    ),
    "missing_layers": (
        "缺少下列要素的数据，未作该项结论：{roles}。“没有数据”不等于“不涉及”。",
        "No data, hence no conclusion, for: {roles}. No data is not the same as not concerned.",
    ),
    "no_missing_layers": (
        "所核查的要素均有数据图层；数据性质为“示意”的，不能据以认定不涉及。",
        "There is a layer for every matter examined; a schematic one proves no absence.",
    ),
    "m_crs": (
        "坐标：提交坐标先换算为经纬度，再投影到计算坐标系（{crs}）；界址点之间按该坐标系的直线相连。",
        "Coordinates: as submitted, to degrees, then to the working system ({crs}), in which edges "
        "between boundary points are straight.",
    ),
    "m_datum": (
        "基准：WGS 84 坐标按与 CGCS2000 一致处理，差异为分米级；其他基准须有当地转换参数。",
        "Datum: WGS 84 is taken as CGCS2000, a few decimetres apart; others need local parameters.",
    ),
    "m_area": (
        "面积：CGCS2000 椭球面积（{ellipsoid}），由提交的界址点计算，不作捕捉；"
        "1 公顷 = 15 亩 = 10,000 平方米，公顷和亩均由未取舍的平方米换算。",
        "Area: on the CGCS2000 ellipsoid ({ellipsoid}), of the submitted points, never snapped; "
        "hectares and mu both come from the unrounded square metres.",
    ),
    "m_distance": (
        "距离：两边界最近点之间的大地线长度，相接或重叠为 0；管控距离含等于。",
        "Distance: the geodesic between the nearest points of the boundaries; 0 where they meet; a "
        "limit includes equality.",
    ),
    "m_sliver": (
        "容差：{precision} 米网格只用于判断边界是否相接；重叠不足 {area} 平方米"
        "或平均宽度不足 {width} 毫米的按相接处理并单独列出；不足 {suspect} 平方米或平均宽度"
        "不足 {suspect_width} 米的注明疑似边界误差。",
        "Tolerance: a grid of {precision} m decides only whether boundaries meet; overlaps under "
        "{area} m² or {width} mm in mean width count as touching and are listed; those under "
        "{suspect} m² or {suspect_width} m are marked as a suspected boundary error.",
    ),
    "m_accuracy": (
        "精度：数据标称精度为 a 的，重叠或距离在内缩、外扩 a 后结论不变方予认定，"
        "否则为“精度范围内，待核实”。",
        "Accuracy: with data accurate to a, a finding stands only if it holds whether outlines are "
        "moved in or out by a; otherwise it is within accuracy.",
    ),
    "m_elevation": (
        "高程与坡度：由{file}（高程基准 {datum}，精度±{accuracy} 米，用作1985国家高程基准时"
        "±{error} 米）逐格取值；自然坡度按 Horn 法计算，未计规划坡度。",
        "Ground: {file} (height datum {datum}, ±{accuracy} m, ±{error} m as 1985 datum), cell by "
        "cell; natural slope by Horn's method, planned slope not counted.",
    ),
    # conclusion
    "c_overall": (
        "本次按“{scope}”审查范围、{type}（{nature}）核查 {n} 项管控要素：{counts}。"
        "结论仅就上述要素作出，不代表其他法定条件均已满足。",
        "Within the scope '{scope}', as {type} ({nature}), {n} matters were examined: {counts}. "
        "The conclusion speaks of these matters alone.",
    ),
    "c_count": ("{word} {n} 项", "{word} {n}"),
    "c_clear_overlap": (
        "经叠加{data}，项目用地范围（{area} 公顷）未与{role}重叠{near}。",
        "Overlaid with {data}, the site ({area} ha) does not overlap {role}{near}.",
    ),
    "c_near": ("，最近距离约 {d} 米", "; the nearest is about {d} m away"),
    "c_clear_within": (
        "经叠加{data}，项目用地范围（{area} 公顷）全部位于{role}内。",
        "Overlaid with {data}, the site ({area} ha) lies wholly within {role}.",
    ),
    "c_clear_crossed": (
        "项目穿越、跨越{role}，其范围内未申请用地。",
        "The project crosses {role}; no land is applied for inside.",
    ),
    "c_hit_overlap": (
        "项目用地与{role}重叠 {a} 公顷（占 {p}%）",
        "The site overlaps {role} by {a} ha ({p} %)",
    ),
    "c_hit_distance": (
        "项目用地距{role}最近约 {d} 米，在规定的 {t} 米控制距离以内",
        "The site is about {d} m from {role}, within the distance of {t} m",
    ),
    "c_hit_outside": (
        "项目用地未全部位于{role}内",
        "The site does not lie wholly within {role}",
    ),
    "c_hit_other": ("项目涉及{role}", "The project concerns {role}"),
    "c_then_prohibited": (
        "，申报情形不属于{basis}所列允许情形，不符合该项管控要求，建议调整选址。",
        "; the case declared is not among those allowed by {basis}: not compliant, another site "
        "is advised.",
    ),
    "c_then_restricted": (
        "，依据{basis}属限制情形，须取得{who}的书面意见或履行相应程序后方可继续办理。",
        "; restricted under {basis}: a written opinion of {who} or the procedure laid down is "
        "needed first.",
    ),
    "c_then_conditional": (
        "，依据{basis}须满足规定条件，并由{who}核定。",
        "; under {basis} conditions have to be met, as determined by {who}.",
    ),
    "c_then_advisory": ("，依据{basis}予以提示，不影响结论。", "; noted under {basis}."),
    "c_authority": ("主管部门", "the competent authority"),
    "c_undetermined": (
        "{role}：{reason}；本次不作该项结论{ask}。",
        "{role}: {reason}; no conclusion here{ask}.",
    ),
    "g_no_layer": (
        "下列要素没有可用数据，本次不作结论，请分别书面查询：{roles}。",
        "No usable data, hence no conclusion; ask in writing: {roles}.",
    ),
    "g_schematic": (
        "下列要素仅有示意数据，不能据此认定不涉及，本次不作结论，请以主管部门界线核实：{roles}。",
        "Only schematic data, from which absence is not concluded; verify with: {roles}.",
    ),
    "g_outside_coverage": (
        "地块未全部处于下列要素数据的覆盖范围内，未见图斑不等于不涉及，本次不作结论，请核实：{roles}。",
        "The site is not wholly covered by the data, no conclusion; verify with: {roles}.",
    ),
    "no_data": ("无数据", "no data"),
    "c_role_ask": ("{role}（{who}）", "{role} ({who})"),
    "c_ask": ("，请向{who}书面查询", "; ask {who} in writing"),
    "c_branch": ("结论分支为“{branch}”。", " Branch: {branch}."),
    "c_next": (
        "后续手续：对上列无法判定和有条件的要素，分别向所列部门书面查询或办理；"
        "取得更高精度的法定界线后，应以同一边界文件重新核查。",
        "Next: put the undetermined and conditional matters to the authorities named; check again "
        "with the same boundary once better lines are at hand.",
    ),
    "c_list": ("、", ", "),
    "no_left_out": (
        "本次审查范围没有排除规则集中的管控要素；规则集未收录的事项不在核查之列。",
        "The scope leaves out none of the rule set's matters; what the rule set does not hold was "
        "not examined.",
    ),
    "left_out": (
        "下列要素在规则集中有现行规则，但不在“{scope}”审查范围内，本报告对其不作结论。",
        "Rules in force ask of the matters below, but the scope '{scope}' leaves them out: this "
        "report says nothing of them.",
    ),
    "ask_unknown": ("向该要素主管部门查询", "the authority in charge of the matter"),
    "prepared": ("编制", "Prepared"),
    "checked": ("校核", "Checked"),
    "approved": ("审定", "Approved"),
    "sign_date": ("日期", "Date"),
    "unit_stamp": ("编制单位（盖章）", "Unit (stamp)"),
}


def phrase(key: str, lang: str, **values: object) -> str:
    """Return a sentence or heading in ``zh`` or ``en``.

    Examples
    --------
    >>> phrase("legend", "zh"), phrase("producer", "en", who="A", date="2026-11-24")
    ('图例', 'Map: A, 2026-11-24')
    """
    zh, en = _PHRASES[key]
    text = en if lang == "en" else zh
    return text.format(**values) if values else text
