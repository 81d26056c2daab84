"""What a scenario opens, whom that brings nearer to what, and why a gain is nothing, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_toolkit.access.compare import gateway_minutes, points_again

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.access.points import Points
    from geo_toolkit.access.study import Study

__all__ = ["opened_rows", "opening_document", "part_gains", "rail_rows", "study_remarks"]

_ROLE_OF_MODE = {"road": "highway", "rail": "railway", "water": "waterway", "air": "airport"}
_PLACES = {
    "station": ("车站", "stations"),
    "interchange": ("互通", "interchanges"),
    "terminal": ("货运场站", "freight yards"),
    "port": ("港口", "ports"),
    "airport": ("机场", "airports"),
    "bonded_centre": ("保税中心", "bonded centres"),
}
_TARGETS = {
    "station": ("最近高铁站", "the nearest high-speed station"),
    "interchange": ("最近高速出入口", "the nearest expressway entrance"),
    "terminal": ("最近货运场站", "the nearest freight yard"),
    "port": ("最近港口", "the nearest port"),
    "airport": ("最近机场", "the nearest airport"),
    "bonded_centre": ("最近保税中心", "the nearest bonded centre"),
}
_BASIS = {
    "confirmed": ("有据", "confirmed"),
    "press": ("据报道", "press"),
    "recall": ("常识估计", "recalled"),
    "derived": ("推算", "derived"),
    "assumed": ("假定", "assumed"),
}
_MODES = {"air": ("航空", "air"), "water": ("水路", "water")}
_SMALLEST_MIN = 0.05


def opening_document(
    before: Study,
    after: Study,
    points: Points,
    rows: list[dict[str, Any]],  # JSON rows
) -> dict[str, Any]:  # JSON values
    """Return what a scenario opens and what that changes beside the times to gateways.

    Keys ``opened`` (features), ``part_gains`` (by role), ``by_rail`` (times to gateways by rail and
    ordinary road alone) and ``remarks`` (the same in words, Chinese and English).

    Parameters
    ----------
    points, rows
        The sites, and their rows as ``compare_rows`` gives them.
    """
    opened = opened_rows(before, after)
    gains = part_gains(rows)
    by_rail = rail_rows(before, after, points) if opened else []
    total = sum(row["gain_minutes"] for row in rows)
    remarks = [_part_words(role, opened, gain) for role, gain in gains.items()]
    if opened and abs(total) < _SMALLEST_MIN and not any(row["newly_reachable"] for row in rows):
        remarks += _no_gain_words(by_rail, len(rows))
    return {
        "opened": opened,
        "part_gains": gains,
        "by_rail": by_rail,
        "remarks": [*study_remarks(after), *({"zh": zh, "en": en} for zh, en in remarks)],
    }


def study_remarks(study: Study, haul: str | None = None) -> list[dict[str, str]]:
    """Return what an answer rests on that the layers do not say, in Chinese and English.

    Links of the scenario with source and confidence; and, where goods may fly and there are
    airports without any flight, how to give one.

    Parameters
    ----------
    haul
        The only mode that was asked for: a cargo that it does not take is said.
    """
    words = [_link_words(link) for link in study.link_rows()]
    known, cargo = study.logistics, study.case.cargo
    taken = {"air": known.air.cargo, "water": known.water.cargo}.get(haul or "", (cargo,))
    if cargo not in taken:
        zh, en = _MODES[haul or ""]
        words.append((
            f"{zh}不运 {cargo}（rules/logistics.toml：cargo = {', '.join(taken)}）",
            f"{en} takes no {cargo} (rules/logistics.toml: cargo = {', '.join(taken)})",
        ))  # fmt: skip
    nodes, edges = study.network.nodes, study.network.edges
    airports = nodes[(nodes["kind"] == "place") & (nodes["role"] == "airport")]
    may_fly = cargo in known.air.cargo or haul == "air"
    if may_fly and len(airports) and not (edges["mode"] == "air").any():
        names = [str(name) for name in airports["name"]]
        words.append((
            f"航空不成链：{'、'.join(names)}到对外节点的货运航线和里程没有依据，未计入；有航线时在对外节点"
            "图层填 air_km，或在 rules/logistics.toml 的情景里加 [[scenario.link]]"
            "（airport、gateway、km）",
            f"no chain by air: no freight flight from {', '.join(names)} to a gateway is known; "
            "where there is one, give air_km in the gateways' layer, or a [[scenario.link]] "
            "(airport, gateway, km) in rules/logistics.toml",
        ))  # fmt: skip
    return [{"zh": zh, "en": en} for zh, en in words]


def opened_rows(before: Study, after: Study) -> list[dict[str, str]]:
    """Return the features that are in the network after and were not before: places, then lines."""
    old = {str(key) for table in (before.network.nodes, before.network.edges)
           for key in table["feature"] if key}  # fmt: skip
    found: dict[str, dict[str, str]] = {}
    for row in after.network.nodes.itertuples():
        key = str(row.feature)
        if key and key not in old and row.role and key not in found:
            found[key] = {"feature": key, "name": str(row.name), "role": str(row.role)}
    for row in after.network.edges.itertuples():
        key, role = str(row.feature), _ROLE_OF_MODE.get(str(row.mode))
        if key and key not in old and role and key not in found:
            found[key] = {"feature": key, "name": str(row.name), "role": role}
    return list(found.values())


def part_gains(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:  # JSON rows
    """Return, by role, how many sites come nearer to a facility and the minutes they save.

    Roles that nobody comes nearer to are left out; a facility reached only afterwards counts as a
    site, not as minutes.

    Examples
    --------
    >>> row = {"id": "a", "name": "", "before": {"parts": {"port": 12.0, "airport": 7.0}},
    ...        "after": {"parts": {"port": 9.5, "airport": 7.0}}}
    >>> part_gains([row])["port"]["sum_minutes"], sorted(part_gains([row]))
    (2.5, ['port'])
    """
    found: dict[str, dict[str, Any]] = {}
    roles = rows[0]["before"]["parts"] if rows else {}
    for role in roles:
        nearer = []
        for row in rows:
            old, new = (row[side]["parts"][role] for side in ("before", "after"))
            if new is not None and (old is None or old - new >= _SMALLEST_MIN):
                nearer.append({"id": row["id"], "name": row["name"], "before": old, "after": new})
        if nearer:
            saved = [r["before"] - r["after"] for r in nearer if r["before"] is not None]
            found[role] = {"sites": nearer, "sum_minutes": round(sum(saved), 1)}
    return found


def rail_rows(before: Study, after: Study, points: Points) -> list[dict[str, Any]]:  # JSON rows
    """Return the gateways that rail and ordinary road alone reach sooner after than before.

    Means over the sites that gain: by rail before (None where none reached it so) and after,
    handling at both ends included, and the least by any mode afterwards.
    """
    ids, old = gateway_minutes(before, points, before.arcs(("rail",), None))
    again = points_again(points, after)
    new_ids, new = gateway_minutes(after, again, after.arcs(("rail",), None))
    best = gateway_minutes(after, again)[1].minutes
    rows = []
    for column, key in enumerate(new_ids):
        here = old.minutes[:, ids.index(key)]
        hit = np.flatnonzero(new.minutes[:, column] < here - _SMALLEST_MIN)
        if len(hit):
            rows.append(
                {
                    "gateway": key,
                    "name": new.destinations.names[column],
                    "sites": len(hit),
                    "rail_minutes_before": _mean(here[hit]),
                    "rail_minutes_after": _mean(new.minutes[hit, column]),
                    "best_minutes": _mean(best[hit, column]),
                }
            )
    return rows


def _mean(minutes: NDArray[np.float64]) -> float | None:
    known = minutes[np.isfinite(minutes)]
    return round(float(known.mean()), 1) if len(known) else None


def _link_words(link: dict[str, Any]) -> tuple[str, str]:  # a JSON row
    zh, en = _BASIS[link["confidence"]]
    spread = f"{link['km_low']:g}–{link['km_high']:g}"
    return (
        f"图层之外的连接（里程{zh}）：{link['from_name']}至{link['to_name']}约 {link['km']:g} 公里"
        f"（{spread}）；{link['source']}",
        f"link beyond the layers (length {en}): {link['from_name']} to {link['to_name']}, about "
        f"{link['km']:g} km ({spread}); {link['source']}",
    )


def _part_words(
    role: str, opened: list[dict[str, str]], gain: dict[str, Any]
) -> tuple[str, str]:  # a JSON row
    new = [row["name"] or row["feature"] for row in opened if row["role"] == role]
    known = [row for row in gain["sites"] if row["before"] is not None]
    zh = f"新开{_PLACES[role][0]}：{'、'.join(new)}。" if new else ""
    en = f"new {_PLACES[role][1]}: {', '.join(new)}. " if new else ""
    count = len(gain["sites"])
    zh += f"到{_TARGETS[role][0]}的时间缩短的场地 {count} 个，合计 {gain['sum_minutes']:g} 分钟"
    en += f"sites nearer to {_TARGETS[role][1]}: {count}, {gain['sum_minutes']:g} min in all"
    if known:
        most = max(known, key=lambda row: row["before"] - row["after"])
        name = most["name"] or most["id"]
        zh += f"（最多：{name} {most['before']:g} → {most['after']:g} 分钟）"
        en += f" (most: {name}, {most['before']:g} to {most['after']:g} min)"
    return zh, en


def _no_gain_words(by_rail: list[dict[str, Any]], count: int) -> list[tuple[str, str]]:  # JSON rows
    if not by_rail:
        return [(
            f"{count} 个场地到对外节点的时间均无变化：所开线路在图层范围内不通往任何对外节点",
            f"no site of {count} reaches a gateway sooner: within the layers the lines that open "
            "lead to none",
        )]  # fmt: skip
    words = [(
        f"{count} 个场地到对外节点的最短时间均无变化：别的方式已经更快",
        f"no site of {count} reaches a gateway sooner: other modes are faster already",
    )]  # fmt: skip
    for row in by_rail:
        old, new = row["rail_minutes_before"], row["rail_minutes_after"]
        zh = f"由 {old:g} 分钟缩短到 {new:g} 分钟" if old else f"原不可达，现为 {new:g} 分钟"
        en = f"{new:g} min, {old:g} before" if old else f"{new:g} min, unreachable before"
        words.append((
            f"至{row['name']}：只走铁路和普通公路（含作业）{zh}；各方式中最快 "
            f"{row['best_minutes']:g} 分钟",
            f"to {row['name']}: by rail and ordinary road alone, handling included, {en}; the "
            f"fastest of all modes takes {row['best_minutes']:g} min",
        ))  # fmt: skip
    return words
