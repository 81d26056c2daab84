"""Two documents of the same project compared: findings, and what they rest on."""

from __future__ import annotations

from typing import Any

__all__ = ["context_changes", "finding_changes"]

Row = dict[str, Any]  # JSON values

_OUTCOMES = ("hit", "borderline", "undetermined", "sliver", "clear")
_DECIDING = ("outcome", "reason_code", "severity")
_MEASURES = {"overlap_m2": 0.005, "distance_m": 0.0015}
"""Measures that are compared, and how much of a change prints as none."""

_OPTIONS = ("as_of", "project_type", "nature", "audience", "toolkit_version")


def finding_changes(before: Row, after: Row) -> list[Row]:
    """Return the findings of one site that came, went, or ended or measured differently.

    Of a role that either document withholds, findings are compared one a rule by outcome, and
    no feature and no measure is given.

    Parameters
    ----------
    before, after
        Entries of ``sites`` of two documents.

    Returns
    -------
    list
        Rows with ``rule_id``, ``role``, ``title``, ``feature_id``, ``feature_name``, ``change``
        (``came``, ``went``, ``outcome``, ``measure``), and ``before`` and ``after``: outcome,
        reason, severity, overlap in m², distance in m, layer and version; None where not there.
    """
    secret = {role["role"] for site in (before, after) for role in site["roles"]
              if role.get("withheld")}  # fmt: skip
    old, new = _keyed(before["findings"], secret), _keyed(after["findings"], secret)
    hidden = {rule for (rule, _), finding in (old | new).items() if finding["role"] in secret}
    rows = []
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = old.get(key), new.get(key)
        change = _change(was, now)
        if change == "measure" and key[0] in hidden:
            continue
        if change is not None:
            rows.append(_row(was, now, change, secret))
    return rows


def _keyed(findings: list[Row], secret: set[str]) -> dict[tuple[str, str | None], Row]:
    """Return findings by rule and feature; the worst of each rule where the role is withheld."""
    keyed: dict[tuple[str, str | None], Row] = {}
    for finding in findings:
        feature = None if finding["role"] in secret else finding["feature_id"]
        key = (finding["rule_id"], feature)
        known = keyed.get(key)
        if known is None or _rank(finding) < _rank(known):
            keyed[key] = finding
    return keyed


def _rank(finding: Row) -> int:
    return _OUTCOMES.index(finding["outcome"])


def _change(was: Row | None, now: Row | None) -> str | None:
    if was is None or now is None:
        present = was or now or {}
        if present["feature_id"] is None and present["outcome"] == "clear":
            return None  # the rule's own finding gives way to findings on features, or comes back
        return "came" if was is None else "went"
    if any(was[name] != now[name] for name in _DECIDING):
        return "outcome"
    if any(_differs(was[name], now[name], within) for name, within in _MEASURES.items()):
        return "measure"
    return None


def _differs(a: float | None, b: float | None, within: float) -> bool:
    if a is None or b is None:
        return a is not b
    return abs(a - b) > within


def _row(was: Row | None, now: Row | None, change: str, secret: set[str]) -> Row:
    named = now or was or {}
    hidden = named["role"] in secret
    return {
        "rule_id": named["rule_id"],
        "role": named["role"],
        "title": named["title"],
        "feature_id": None if hidden else named["feature_id"],
        "feature_name": None if hidden else named["feature_name"],
        "change": change,
        "before": None if was is None else _state(was, hidden),
        "after": None if now is None else _state(now, hidden),
    }


def _state(finding: Row, hidden: bool) -> Row:
    return {
        **{name: finding[name] for name in _DECIDING},
        **{name: None if hidden else finding[name] for name in _MEASURES},
        "layer_id": finding["layer_id"],
        "layer_version": finding["layer_version"],
    }


def context_changes(before: Row, after: Row) -> list[Row]:
    """Return what else differs between two documents: day, options, scope, rules, layers.

    Returns
    -------
    list
        Rows of ``what``, ``before``, ``after``; a layer is named ``layer <id>``, with its
        version, None where it was not used.
    """
    rows = [
        {"what": key, "before": before.get(key), "after": after.get(key)}
        for key in _OPTIONS
        if before.get(key) != after.get(key)
    ]
    for what, key in (("scope", "id"), ("rules", "sha256")):
        was, now = before[what][key], after[what][key]
        if was != now:
            rows.append({"what": what, "before": was, "after": now})
    old, new = ({la["id"]: la for la in document["layers"]} for document in (before, after))
    for layer in sorted(old.keys() | new.keys()):
        a, b = old.get(layer), new.get(layer)
        if a is None or b is None or (a["version"], a["sha256"]) != (b["version"], b["sha256"]):
            rows.append(
                {
                    "what": f"layer {layer}",
                    "before": None if a is None else a["version"],
                    "after": None if b is None else b["version"],
                }
            )
    return rows
