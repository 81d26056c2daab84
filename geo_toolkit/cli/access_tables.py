"""Tables of ``geo-toolkit access``, in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.cli.console import print_table, say
from geo_toolkit.siting.words import VERDICT_SIGNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

__all__ = [
    "print_chains",
    "print_comparison",
    "print_isochrones",
    "print_matrix",
    "print_network",
    "print_roads",
    "print_scores",
    "skeleton_words",
]

_SKELETON = ("骨架路网，分钟数为估计", "skeleton road network: minutes are estimates")
_WORDS = {
    "site": ("场地", "site"),
    "score": ("得分", "score"),
    "interchange": ("高速出入口", "expressway entrance"),
    "terminal": ("货运场站", "freight yard"),
    "station": ("高铁站", "high-speed station"),
    "port": ("港口", "port"),
    "airport": ("机场", "airport"),
    "bonded_centre": ("保税中心", "bonded centre"),
    "potential": ("潜力", "potential"),
    "minutes": ("分钟", "minutes"),
    "minutes_range": ("分钟（范围）", "minutes (range)"),
    "area_km2": ("面积（km²）", "area (km²)"),
    "population": ("所及区县人口", "population of counties reached"),
    "seats": ("所及区县", "county seats"),
    "leg": ("环节", "leg"),
    "from": ("起", "from"),
    "to": ("止", "to"),
    "km": ("公里", "km"),
    "handling": ("作业（分钟）", "handling (min)"),
    "yuan": ("元/吨", "yuan/t"),
    "co2": ("CO₂（kg/吨）", "CO₂ (kg/t)"),
    "before": ("现状平均（分钟）", "mean before (min)"),
    "after": ("实施后平均（分钟）", "mean after (min)"),
    "gain": ("节省（分钟）", "saved (min)"),
    "new": ("新增可达", "newly reachable"),
    "to_station": ("至高铁站（分钟）", "to high-speed station (min)"),
    "score_change": ("得分变化", "score"),
    "unreachable": ("不可达", "unreachable"),
    "total": ("合计", "total"),
    "best": ("最优", "best"),
    "second_best": ("次优（换主要方式）", "second best (by another main mode)"),
    "none": ("无", "none"),
    "break_even": ("运距超过此数即比公路便宜", "cheaper than road from"),
    "never": ("无", "never"),
    "corridor": ("线路走廊核查", "check of the corridor"),
    "verdict": ("结论", "verdict"),
    "county": ("区县", "county"),
    "sum": ("节省合计", "sum of time saved"),
    "stand_in": (
        "* 无已知货运场站，以普速铁路车站代替，其货运业务待核实",
        "* no freight yard is known: stations on ordinary lines stand in, their freight service is "
        "unconfirmed",
    ),
    "method": (
        "分钟数为门到门公路行驶时间，不含场站作业；括号内为点位精度与绕行系数所允许的范围",
        "minutes are door to gate by road, handling apart; in brackets the range that accuracy and "
        "detour factor allow",
    ),
    "left_out": ("位置未定、未参与计算", "position unknown, left out"),
    "mode": ("方式", "mode"),
    "edges": ("路段", "edges"),
    "finding": ("情况", "finding"),
    "feature": ("要素", "feature"),
    "where": ("经纬度", "lon, lat"),
    "metres": ("米", "m"),
    "snaps": ("接缝", "gap joined"),
    "unjoined": ("未接入", "not joined"),
    "dangling": ("断头", "dangling end"),
    "islands": ("孤岛", "island"),
    "passenger_only": ("只办客运", "passengers only"),
    "far_from_line": ("离线路过远", "too far from any line"),
    "no_road_within_reach": ("周边无路网", "no road within reach"),
    "road_link_without_start": ("公路通道无起点", "road link without a start"),
    "rail_link_without_start": ("铁路通道无起点", "rail link without a start"),
    "water_link_without_start": ("水路通道无起点", "water link without a start"),
    "air_link_without_start": ("航空通道无起点", "air link without a start"),
    "not_open": ("未开通或位置未定而未计入的要素", "features left out (not open, or assumed)"),
    "replaced": (
        "在更可靠图层覆盖范围内被取代的要素",
        "features that a layer of stronger evidence covers and replaces",
    ),
    "road_class": ("道路等级（highway）", "class (highway)"),
    "roads": ("条数", "roads"),
    "add_roads": (
        "用 geo-toolkit layers add ID FILE --role highway 入库；"
        "数据 © OpenStreetMap contributors（ODbL）",
        "add it with: geo-toolkit layers add ID FILE --role highway; data © OpenStreetMap "
        "contributors (ODbL)",
    ),
    "road": ("公路", "road"),
    "rail": ("铁路", "rail"),
    "water": ("水路", "water"),
    "air": ("航空", "air"),
    "access": ("普通公路（估算）", "ordinary road (estimated)"),
    "transfer": ("换装作业", "handling"),
}


def skeleton_words(level: str) -> tuple[str, str]:
    """Return what maps and tables say of a network level, in Chinese and English."""
    return _SKELETON if level == "skeleton" else ("", "")


def print_scores(document: dict[str, Any], lang: str) -> None:  # JSON values
    """Print the score of every site with the minutes of its parts."""
    roles = [part["role"] for part in document["sites"][0]["parts"]] if document["sites"] else []
    columns = [(_w("site", lang), "left"), (_w("score", lang), "right")]
    columns += [(_w(role, lang), "right") for role in roles]
    columns += [(_w("potential", lang), "right")]
    rows = []
    for site in document["sites"]:
        parts = [_part(part, lang) for part in site["parts"]]
        rows.append((_title(site), f"{site['score']:.1f}", *parts, site["potential"]["score"]))
    print_table(columns, rows)
    say(_w("method", lang))
    if any(part["stand_in"] for site in document["sites"] for part in site["parts"]):
        say(_w("stand_in", lang))
    _notes(document, lang)


def print_isochrones(frame: GeoDataFrame, level: str, lang: str) -> None:
    """Print area, counties and population of every isochrone."""
    columns = [
        (_w("site", lang), "left"), (_w("minutes", lang), "right"), (_w("area_km2", lang), "right"),
        (_w("seats", lang), "right"), (_w("population", lang), "right"),
    ]  # fmt: skip
    rows = [
        (row["name"] or row["id"], f"{row['minutes']:g}", f"{row['area_km2']:.0f}",
         row["county_seats"], row["population"])
        for _, row in frame.iterrows()
    ]  # fmt: skip
    print_table(columns, rows)
    _skeleton(level, lang)


def print_network(head: dict[str, Any], lang: str) -> None:  # JSON values
    """Print counts by mode, and every gap, feature, end and island that did not simply join."""
    network = head["network"]
    columns = [(_w("mode", lang), "left"), (_w("edges", lang), "right")]
    print_table(columns, [(_w(mode, lang), n) for mode, n in network["edges"].items()])
    columns = [
        (_w("finding", lang), "left"), (_w("feature", lang), "left"), (_w("where", lang), "left"),
        (_w("metres", lang), "right"),
    ]  # fmt: skip
    rows = []
    for kind in ("snaps", "unjoined", "dangling", "islands"):
        for row in network[kind]:
            what = _w(row.get("reason") or row.get("mode", "road"), lang)
            metres = row.get("length_m", row.get("distance_m"))
            spot = f"{row['lon']:.4f}, {row['lat']:.4f}" if "lon" in row else ""
            rows.append((f"{_w(kind, lang)} {what}", row.get("feature", ""), spot, metres))
    print_table(columns, rows)
    closed = [row for row in network["left_out"] if row["reason"] in ("not_open", "assumed")]
    say(f"{_w('not_open', lang)}: {len(closed)}")
    replaced = [row for row in network["left_out"] if "by" in row]
    for layer, by in sorted({(row["layer"], row["by"]) for row in replaced}):
        count = sum((row["layer"], row["by"]) == (layer, by) for row in replaced)
        say(f"{_w('replaced', lang)}: {layer} {count} → {by}")
    _skeleton(head["network_level"], lang)


def print_roads(frame: GeoDataFrame, lang: str) -> None:
    """Print how many roads of each class were taken."""
    counts = frame["class"].value_counts().sort_index()
    columns = [(_w("road_class", lang), "left"), (_w("roads", lang), "right")]
    print_table(columns, [(str(name), int(count)) for name, count in counts.items()])
    say(_w("add_roads", lang))


def print_matrix(document: dict[str, Any], lang: str) -> None:  # JSON values
    """Print minutes from every origin to every destination."""
    columns = [(_w("site", lang), "left")]
    columns += [(_title(end), "right") for end in document["destinations"]]
    rows = [
        (_title(start), *(_w("unreachable", lang) if m is None else f"{m:.0f}" for m in line))
        for start, line in zip(document["origins"], document["minutes"], strict=True)
    ]
    print_table(columns, rows)
    say(f"{_w('unreachable', lang)}: {document['unreachable']}")
    _notes(document, lang)


def print_chains(document: dict[str, Any], lang: str) -> None:  # JSON values
    """Print best and second-best chain of every site, leg by leg."""
    columns = [
        (_w("leg", lang), "left"), (_w("from", lang), "left"), (_w("to", lang), "left"),
        (_w("km", lang), "right"), (_w("minutes_range", lang), "right"),
        (_w("handling", lang), "right"), (_w("yuan", lang), "right"), (_w("co2", lang), "right"),
    ]  # fmt: skip
    for site in document["sites"]:
        for which in ("best", "second_best"):
            chain = site[which]
            say(f"{_title(site)}  {_w(which, lang)}" + ("" if chain else f": {_w('none', lang)}"))
            if chain:
                legs = [(_leg(leg, lang), leg["from"], leg["to"], *_cells(leg))
                        for leg in chain["legs"]]  # fmt: skip
                print_table(columns, [*legs, (_w("total", lang), "", "", *_cells(chain))])
    for mode, km in document["break_even_km"].items():
        shown = _w("never", lang) if km is None else f"{km:.0f} km"
        say(f"{_w('break_even', lang)} {_w(mode, lang)}: {shown}")
    _notes(document, lang)


def print_comparison(document: dict[str, Any], lang: str) -> None:  # JSON values
    """Print what a scenario changes, for sites and counties, and the check of its corridor."""
    for kind, rows, total in (
        ("site", document["sites"], document["sum_gain_minutes"]),
        ("county", document["counties"], document["sum_gain_minutes_counties"]),
    ):
        columns = [(_w(kind, lang), "left")]
        columns += [
            (_w(word, lang), "right")
            for word in ("before", "after", "gain", "new", "to_station", "score_change")
        ]
        print_table(columns, [_compared(row, lang) for row in rows])
        say(f"{_w('sum', lang)}: {total:.2f}")
    corridor = document["corridor"]
    if corridor:
        say(f"{_w('corridor', lang)} ({corridor['width_m']:g} m)")
        checked = [
            (site["name"], VERDICT_SIGNS[site["verdict"]].word(lang))
            for site in corridor["check"]["sites"]
        ]
        print_table([(_w("site", lang), "left"), (_w("verdict", lang), "left")], checked)
    _notes(document, lang)


def _compared(row: dict[str, Any], lang: str) -> Sequence[object]:  # JSON values
    means = [row[side]["mean_minutes"] for side in ("before", "after")]
    return (
        _title(row),
        *(_w("unreachable", lang) if mean is None else f"{mean:.1f}" for mean in means),
        f"{row['gain_minutes']:.1f}",
        len(row["newly_reachable"]) or "",
        _change(row, "station"),
        f"{row['after']['score'] - row['before']['score']:+.1f}",
    )


def _change(row: dict[str, Any], role: str) -> str:  # JSON values
    """Return the minutes to the nearest facility of a role, before and after where they differ."""
    before, after = (row[side]["parts"][role] for side in ("before", "after"))
    texts = ["-" if value is None else f"{value:.0f}" for value in (before, after)]
    return texts[0] if before == after else " → ".join(texts)


def _part(part: dict[str, Any], lang: str) -> str:  # JSON values
    if part["unreachable"]:
        return _w("unreachable", lang)
    mark = "*" if part["stand_in"] else ""
    low, high = part["minutes_low"], part["minutes_high"]
    return f"{part['minutes']:.0f}{mark}({low:.0f}-{high:.0f})"


def _cells(row: dict[str, Any]) -> tuple[str, ...]:  # JSON values
    minutes = f"{row['minutes']:.0f} ({row['minutes_low']:.0f}-{row['minutes_high']:.0f})"
    return (
        f"{row['km']:.1f}",
        minutes,
        f"{row['handling_min']:.0f}",
        f"{row['yuan_per_t']:.2f}",
        f"{row['co2_kg_per_t']:.2f}",
    )


def _leg(leg: dict[str, Any], lang: str) -> str:  # JSON values
    name = leg["name"] if leg["mode"] not in ("access", "transfer") else ""
    return f"{_w(leg['mode'], lang)} {name}".strip()


def _notes(document: dict[str, Any], lang: str) -> None:  # JSON values
    if document.get("left_out"):
        say(f"{_w('left_out', lang)}: {', '.join(document['left_out'])}")
    for remark in document.get("remarks", ()):
        say(remark["en" if lang == "en" else "zh"])
    _skeleton(document["network_level"], lang)


def _skeleton(level: str, lang: str) -> None:
    text = skeleton_words(level)[lang == "en"]
    if text:
        say(text)


def _title(row: dict[str, Any]) -> str:  # JSON values
    return str(row["name"] or row["id"])


def _w(word: str, lang: str) -> str:
    return _WORDS[word][lang == "en"]
