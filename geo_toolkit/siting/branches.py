"""Branches of the red-line conclusion: the answer is a branch of the law, not a percentage.

Source: the alternatives of land-approval review (REPORT §1.1), with two of our own: no branch
fits, and the data does not tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_toolkit.siting.findings import Finding

__all__ = ["BRANCHES", "red_line_branch"]

BRANCHES: dict[str, tuple[str, str]] = {
    "not_inside": ("不涉及生态保护红线", "not inside the red line"),
    "crosses_without_land": (
        "穿越、跨越生态保护红线，红线范围内不申请用地",
        "crosses the red line, no land applied for inside",
    ),
    "inside_limited_activity": (
        "涉及生态保护红线，拟按有限人为活动办理，须取得省级人民政府认定意见",
        "inside, limited human activity: the province's recognition opinion is needed",
    ),
    "inside_activity_recognised": (
        "涉及生态保护红线，属有限人为活动，已取得认定意见",
        "inside, limited human activity, recognised by the province",
    ),
    "inside_state_project": (
        "涉及生态保护红线，属国家重大项目，已取得不可避让论证意见",
        "inside, state major project with an unavoidability opinion",
    ),
    "inside_no_branch_fits": (
        "涉及生态保护红线，申报活动不属于允许情形",
        "inside, and no permitted case fits",
    ),
    "undetermined": ("无法判定", "cannot be determined"),
}
"""Words of each branch, Chinese and English."""

_BY_EXCEPTION = (
    ("unavoidability_opinion", "inside_state_project"),
    ("recognition_opinion", "inside_activity_recognised"),
    ("activity_class", "inside_limited_activity"),
)


def red_line_branch(word: str, findings: Sequence[Finding], overlap_m2: float | None) -> str | None:
    """Return the branch of the red-line conclusion of one site, a key of ``BRANCHES``.

    Parameters
    ----------
    word
        The verdict of the role.
    findings
        Its findings.
    overlap_m2
        How much of the site lies inside; None where it is not known.

    Returns
    -------
    str or None
        None where a rule of distance, not of overlap, decides.
    """
    if word == "undetermined":
        return "undetermined"
    if word == "clear":
        crossed = any(f.reason_code == "crossed_without_land" for f in findings)
        return "crosses_without_land" if crossed else "not_inside"
    claimed = {f.exception.when for f in findings if f.exception and f.is_conflict}
    for when, branch in _BY_EXCEPTION:
        if when in claimed:
            return branch
    if word == "restricted":
        return "inside_limited_activity"
    return "inside_no_branch_fits" if overlap_m2 else None
