"""Write docs/rules.md: every provision that was gone through, its state, and who is asked what.

python tools/content/rules_page.py
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_toolkit.rules import NATURES, PROJECT_TYPES, ClassDistances, Relation, load_rules
from geo_toolkit.rules.roles import role_title
from geo_toolkit.siting import SEVERITY_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_toolkit.rules import Rule, RuleBook

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "rules.md"
CASES = "tests/library/test_rules_cases.py"

_STATES = {
    "computed": "可计算 computed",
    "input": "缺输入 needs input",
    "not": "不可计算 not computable",
}
_CONFIDENCE = {"confirmed": "已核 confirmed", "press": "见报道 press", "recall": "待核 recall"}
_RELATIONS = {
    "overlaps": "重叠", "not_within": "不在其内", "within_distance": "距离",
    "along_line": "沿线距离", "listed": "列出", "below_height": "限高",
    "slope_below": "自然坡度",
}  # fmt: skip
_HEAD = f"""# 选址规则 Siting rules

由 `python tools/content/rules_page.py` 生成，不要手改；规则本身在 `rules/siting/`，条款清单在
`tools/content/provisions.toml`。Generated; the rules stand in `rules/siting/`.

- **状态 State**：可计算 computed（由所列规则判定）；缺输入 needs input（写明缺什么）；不可计算 not
  computable（写明原因）。
- **核实 Confidence**：已核 confirmed 读过原文；见报道 press 只见于报道；待核 recall 凭记忆。
  后两类命中时保留结果，但在 `geo-toolkit rules confirm` 登记之前不作结论（`law_unconfirmed`）。
- **用例 Tests**：都在 `{CASES}`，命中为 `test_hit[编号@施行日期]`，恰好不命中为
  `test_just_misses[编号@施行日期]`；同一文件还逐条检验临界值、精度范围、无图层、覆盖范围外、施行前一日、
  失效后一日。
- 条文为转述，不代替原文；结论以主管部门的界线和意见为准。
"""

_KEYS = (
    ("`subjects`、`except_subjects`、`natures`", "适用与不适用的项目类型；适用的性质，缺省全部"),
    ("`role`、`where`", "要素；只问字段 `column` 的值在 `in` 之列的图斑"),
    (
        "`relation`",
        "overlaps、listed、not_within、within_distance、along_line、below_height、slope_below",
    ),
    ("`distance_m`", "米；可按字段分档 `{ by = …, 值 = 米 }`；含等于"),
    ("`areas`", "地块整体位于 `role` 某类地区（字段 `by`）内时另取的 `distance_m`"),
    ("`line_role`、`upstream_m`、`downstream_m`", "沿该要素的线，自 `role` 的要素起向上、下游"),
    ("`above_ha`", "overlaps：合计面积超过多少公顷才命中"),
    ("`same`", "只问与申报的 `industries` 有相同值的要素"),
    ("`slope_percent`", "slope_below：自然坡度应小于多少，百分比；等于即命中"),
    ("`stop_role`", "within_distance：距离到该要素（例如汇水区 `catchment`）的边界为止"),
    ("`height_ratio`", "below_height：地面以上高度不超过距离除以该数"),
    ("`severity`", "prohibited、restricted、conditional、advisory"),
    (
        "`[[rule.exception]]`",
        "申报 `when` 所列情形时改取的 `severity`；`not_for` 所列类型不得援引。"
        "多条规则都可援引同一份 consent 的，申报时须写明 `rule_id`",
    ),
    ("`valid_from`、`valid_to`", "施行与失效日期，含当日；同一编号的各版本不得重叠"),
    ("`confidence`", "confirmed、press、recall"),
    (
        "`baseline_zh`、`authority_zh`、`note_zh`、`exceptions_zh`",
        "起算线、主管部门、说明、例外的文字",
    ),
    (
        "`baseline_en`、`authority_en`，`[rule.citation]` 的 `title_en`、`article_en`",
        "英文报告用；缺省取 `rules/terms.toml` 中该中文文字的译文，仍没有的用中文",
    ),
)
"""Keys of a rule and what they say, for those who write one."""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page_text(), encoding="utf-8", newline="\n")


def page_text() -> str:
    """Return the page as Markdown."""
    book = load_rules(ROOT / "rules")
    sections = tomllib.loads((HERE / "provisions.toml").read_text(encoding="utf-8"))["section"]
    parts = [_HEAD, _summary(sections), *(_section(one, book) for one in sections)]
    parts += [_matrix(book), _columns(book), _surfaces(book), _keys()]
    return "\n".join(parts)


def _summary(sections: Sequence[dict[str, Any]]) -> str:
    states = [row["state"] for section in sections for row in section["provision"]]
    counts = "，".join(f"{words} {states.count(state)}" for state, words in _STATES.items())
    return f"共 {len(states)} 条：{counts}。\n"


def _section(section: dict[str, Any], book: RuleBook) -> str:
    rows: list[tuple[str, ...]] = [
        ("条款", "状态", "说明", "规则与名称", "级别", "关系", "时效", "核实", "依据",
         "命中用例", "恰好不命中用例")
    ]  # fmt: skip
    for provision in section["provision"]:
        rows += _provision_rows(provision, book)
    title = f"## {section['number']} {section['title_zh']} {section['title_en']}"
    return f"{title}\n\n{_table(rows)}"


def _provision_rows(provision: dict[str, Any], book: RuleBook) -> Iterator[tuple[str, ...]]:
    state = _STATES[provision["state"]]
    why = "。".join(provision[key] for key in ("why_zh", "why_en") if key in provision)
    default = [provision["id"]] if provision["state"] == "computed" else []
    rules = [rule for rule_id in provision.get("rules", default) for rule in book.versions(rule_id)]
    if not rules:
        title = f"{provision['title_zh']} {provision['title_en']}"
        known = _CONFIDENCE[provision["confidence"]]
        test = f"`{provision['test']}`" if "test" in provision else "—"
        yield (provision["id"], state, why, title, "—", "—", "—", known, "—", test, test)
    for number, rule in enumerate(rules):
        key = f"{rule.id}@{rule.valid_from}"
        yield (
            provision["id"] if number == 0 else "",
            state if number == 0 else "",
            why if number == 0 else "",
            f"`{rule.id}` {rule.title_zh}",
            SEVERITY_WORDS[rule.severity][0],
            _relation(rule),
            f"{rule.valid_from} 起" + (f"，{rule.valid_to} 止" if rule.valid_to else ""),
            _CONFIDENCE[rule.confidence],
            str(rule.citation),
            f"`test_hit[{key}]`",
            f"`test_just_misses[{key}]`",
        )


def _relation(rule: Rule) -> str:
    role = role_title(rule.role, "zh")
    text = f"{role}：{_RELATIONS[rule.relation]}"
    if isinstance(rule.distance_m, ClassDistances):
        by = "、".join(f"{k} {v:g}" for k, v in rule.distance_m.distances_m.items() if k.isascii())
        text += f" {by} 米"
    elif rule.distance_m is not None:
        text += f" {rule.distance_m:g} 米"
    if rule.slope_percent is not None:
        text += f"小于 {rule.slope_percent:g}%"
    if rule.stop_role is not None:
        text += f"，至{role_title(rule.stop_role, 'zh')}边界（分水岭）截止"
    if rule.areas is not None:
        text += f"（按{role_title(rule.areas.role, 'zh')}类别另有取值）"
    if rule.relation is Relation.ALONG_LINE:
        text += f" 上游 {rule.upstream_m:g}、下游 {rule.downstream_m:g} 米"
    if rule.height_ratio is not None:
        text += f"，高度不超过距离的 1/{rule.height_ratio:g}"
    if rule.above_ha is not None:
        text += f"合计超过 {rule.above_ha:g} 公顷"
    return text


def _matrix(book: RuleBook) -> str:
    """Return which project type is asked which rule, by its latest version."""
    types = list(PROJECT_TYPES)
    rows = [("规则", "管控要素", *types)]
    for rule_id in dict.fromkeys(rule.id for rule in book.rules):
        rule = book.versions(rule_id)[-1]
        ended = f"（{rule.valid_to} 止）" if rule.valid_to else ""
        cells = [_natures(rule, project_type) for project_type in types]
        rows.append((f"`{rule_id}`{ended}", role_title(rule.role, "zh"), *cells))
    names = "、".join(f"`{name}` {zh}" for name, (zh, _) in PROJECT_TYPES.items())
    return (
        "## 项目类型与规则 Project types and rules\n\n"
        f"{names}。●：新建、扩建、改建均适用；新、扩、改：仅适用该性质；空：不适用。按各规则最新版本。\n\n"
        f"{_table(rows)}"
    )


def _natures(rule: Rule, project_type: str) -> str:
    asked = [zh[0] for name, (zh, _) in NATURES.items() if rule.is_for(project_type, name)]
    return "●" if len(asked) == len(NATURES) else "".join(asked)


def _columns(book: RuleBook) -> str:
    """Return the columns that rules read from layers, and the values that they know."""
    known: dict[tuple[str, str], dict[str, None]] = {}
    for rule in book.rules:
        asked = []
        if rule.where is not None:
            asked.append((rule.where.column, rule.where.values))
        if isinstance(rule.distance_m, ClassDistances):
            asked.append((rule.distance_m.by, tuple(rule.distance_m.distances_m)))
        if rule.same is not None:
            asked.append((rule.same, ("以“、”分隔",)))
        for column, values in asked:
            known.setdefault((rule.role, column), {}).update(dict.fromkeys(values))
        if rule.areas is not None:
            classes = known.setdefault((rule.areas.role, rule.areas.by), {})
            classes.update(dict.fromkeys(rule.areas.distance_m))
    known["river", "half_width_m"] = {"河宽的一半（米），缺省按 0": None}
    for role in ("railway", "highway", "pipeline", "power_line"):
        known[role, "half_width_m"] = {"起算边线距中心线（米），缺省按 0": None}
    known["runway", "elevation_m"] = {
        "机场标高（米，1985国家高程基准；跑道两端高程不同的填较低者）": None
    }
    known["runway", "elevation_accuracy_m"] = {"标高误差上限（米），缺省按 0": None}
    known["runway", "surface_set"] = {"障碍物限制面类别，缺省取第一类": None}
    rows = [("要素", "字段", "规则认得的值")]
    rows += [
        (f"`{role}`", f"`{column}`", "、".join(values))
        for (role, column), values in sorted(known.items())
    ]
    return (
        "## 图层字段 Columns\n\n"
        "字段缺失或为空的图斑按可能适用处理（`attribute_missing`）；确知不属于所列各类的，填其他值（例如“无”）。\n\n"
        f"{_table(rows)}"
    )


def _surfaces(book: RuleBook) -> str:
    """Return the numbers of the obstacle limitation surfaces."""
    rows = [("类别", "限制面", "数值", "核实")]
    sets = next((rule.surfaces for rule in book.rules if rule.surfaces), ())
    for one in sets:
        for surface in one.surface:
            said = [
                f"{word} {getattr(surface, key):g}"
                for key, word in (
                    ("height_m", "高 m"), ("radius_m", "半径 m"), ("slope", "坡度"),
                    ("inner_edge_m", "内边 m"), ("from_end_m", "距跑道端 m"),
                    ("divergence", "每侧散开率"), ("final_width_m", "最终宽度 m"),
                )
                if getattr(surface, key) is not None
            ]  # fmt: skip
            said += [f"{s.length_m:g} m 坡度 {s.slope:g}" for s in surface.sections]
            rows.append(
                (f"`{one.id}.{surface.kind}`", f"{surface.title_zh} {surface.title_en}",
                 "；".join(said), _CONFIDENCE[surface.confidence])
            )  # fmt: skip
    return (
        "## 机场障碍物限制面 Obstacle limitation surfaces\n\n"
        "`rules/obstacle_surfaces.toml`；多个面重叠处取最低者。"
        "仅超过待核的面的，按 `law_unconfirmed` 处理；核实后以首列的名称登记"
        "（`geo-toolkit rules confirm code4_cat1.transitional …`）。\n\n"
        f"{_table(rows)}"
    )


def _keys() -> str:
    """Return the keys that a rule may have."""
    head = (
        "## 规则的写法 Keys of a rule\n\n"
        "`rules/siting/*.toml` 的 `[[rule]]`；写完用 `rules validate` 检查。\n\n"
    )
    return head + _table([("键", "含义"), *_KEYS])


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    lines = [rows[0], ("---",) * len(rows[0]), *rows[1:]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
