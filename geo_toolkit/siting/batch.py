"""Many sites in one answer: ranked from clean to conflicted, and counted."""

from __future__ import annotations

from typing import Any

from geo_toolkit.siting.result import VERDICTS

__all__ = ["BATCH_SCHEMA", "batch_summary", "ranked_sites"]

BATCH_SCHEMA = "geo-toolkit/batch/1"

_CONFLICTS = ("prohibited", "restricted", "conditional")
_CARRIED = (
    "check_id", "generated_at", "toolkit_version", "workspace", "as_of", "project_type", "nature",
    "audience", "scope", "method", "rules", "layers", "inputs", "warnings", "site_overlaps",
    "line_overlaps", "cut_off_m",
)  # fmt: skip


def ranked_sites(document: dict[str, Any]) -> list[dict[str, Any]]:  # JSON in, JSON rows out
    """Return one row a site, the cleanest first, with rank, conflicts and open questions.

    The order is that of the verdicts (clear, undetermined, conditional, restricted, prohibited);
    among equals, what is complete goes first, then fewer roles in conflict, then fewer open
    ones, then the smaller share in conflict, then the order of submission. Sites that are equal
    in all of this but the last share a rank.

    Parameters
    ----------
    document
        The document of a check.
    """
    keyed = sorted(
        ((_key(site), position, site) for position, site in enumerate(document["sites"])),
        key=lambda entry: entry[:2],
    )
    rows: list[dict[str, Any]] = []
    for place, (key, _, site) in enumerate(keyed, start=1):
        same = place > 1 and key == keyed[place - 2][0]
        rows.append({"rank": rows[-1]["rank"] if same else place, **_row(site)})
    return rows


def batch_summary(document: dict[str, Any]) -> dict[str, Any]:  # JSON in, JSON out
    """Return the counts of a check over all its sites, and the ranked list.

    Parameters
    ----------
    document
        The document of a check.
    """
    sites = document["sites"]
    by_role: dict[str, dict[str, int]] = {}
    for site in sites:
        for role in site["roles"]:
            counts = by_role.setdefault(role["role"], dict.fromkeys(VERDICTS, 0))
            counts[role["verdict"]] += 1
    return {
        "schema": BATCH_SCHEMA,
        **{key: document[key] for key in _CARRIED if key in document},
        "sites": len(sites),
        "complete": sum(site["complete"] for site in sites),
        "verdicts": {v: sum(site["verdict"] == v for site in sites) for v in VERDICTS},
        "area_m2": round(sum(site["area_m2"] for site in sites), 4),
        "findings": sum(len(site["findings"]) for site in sites),
        "roles": by_role,
        "ranked": ranked_sites(document),
    }


def _key(site: dict[str, Any]) -> tuple[int, bool, int, int, float]:
    roles = site["roles"]
    conflicts = [role for role in roles if role["verdict"] in _CONFLICTS]
    shares = [role["overlap_share"] or 0.0 for role in conflicts]
    return (
        -VERDICTS.index(site["verdict"]),
        not site["complete"],
        len(conflicts),
        sum(not role["complete"] for role in roles),
        max(shares, default=0.0),
    )


def _row(site: dict[str, Any]) -> dict[str, Any]:
    roles = site["roles"]
    conflicts = [role for role in roles if role["verdict"] in _CONFLICTS]
    conflicts.sort(key=lambda role: VERDICTS.index(role["verdict"]))
    return {
        "site_id": site["id"],
        "name": site["name"],
        "verdict": site["verdict"],
        "complete": site["complete"],
        "reason_code": site["reason_code"],
        "area_ha": site["area_ha"],
        "conflicts": [
            {key: role[key] for key in ("role", "title", "verdict", "overlap_m2", "overlap_share")}
            for role in conflicts
        ],
        "open": [
            {key: role[key] for key in ("role", "title", "reason_code", "ask")}
            for role in roles
            if not role["complete"]
        ],
        "advisory": [role["role"] for role in roles if role["advisory_hit"]],
    }
