"""One question of a check, asked of the workspace here or in the process of a job."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_toolkit.catalogue import Records
from geo_toolkit.siting import no_progress

if TYPE_CHECKING:
    from pathlib import Path

    from geo_toolkit.siting import CheckResult, Progress
    from geo_toolkit.workspace import Workspace
    from geo_toolkit_api.parsing.reader import Submitted

__all__ = ["Question", "check_submitted", "keep_records_in"]


@dataclass(frozen=True)
class Question:
    """The fields of one check, besides its files, and who asks.

    Attributes
    ----------
    as_of
        ISO day; None: today.
    previous
        Id of the recorded check to compare with.
    is_trusted
        Whether the caller may see internal layers.
    """

    project_type: str
    scope: str | None
    nature: str
    as_of: str | None
    lang: str
    audience: str
    is_trusted: bool
    caller: str
    previous: str | None = None
    shift_radius_m: float | None = None

    def plain(self) -> dict[str, Any]:  # JSON values
        """Return the question as JSON values."""
        return asdict(self)


def check_submitted(
    workspace: Workspace,
    question: Question,
    submitted: Submitted,
    progress: Progress = no_progress,
    record: bool = True,
) -> CheckResult:
    """Return the conclusion for a submission, recorded unless told.

    Raises
    ------
    GeoToolkitError
        As ``Workspace.check`` does.
    """
    return workspace.check(
        submitted.sites,
        project_type=question.project_type,
        scope=question.scope,
        nature=question.nature,
        declaration=submitted.declaration,
        land_take=submitted.land_take,
        previous=question.previous,
        shift_radius_m=question.shift_radius_m,
        as_of=date.fromisoformat(question.as_of) if question.as_of else None,
        lang=question.lang,
        audience=question.audience,
        is_trusted=question.is_trusted,
        caller=question.caller,
        progress=progress,
        record=record,
    )


def keep_records_in(workspace: Workspace, state: Path) -> None:
    """Let a workspace that cannot be written to keep its records elsewhere."""
    workspace.records = workspace.checks.records = Records(state)
