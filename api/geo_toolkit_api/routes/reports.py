"""``/checks/{id}/report.{format}``: a finished check as a file to keep or to sign."""

import tempfile
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.responses import Response

from geo_toolkit.errors import NotAvailable, OptionError, UnknownName
from geo_toolkit.report import write_outputs
from geo_toolkit.siting.again import run_again
from geo_toolkit.webmap import check_layers, map_check
from geo_toolkit_api.callers import Caller, CallerDep
from geo_toolkit_api.editions import Audience, wanted_audience
from geo_toolkit_api.errors import Problem
from geo_toolkit_api.jobs.jobs import is_job_id
from geo_toolkit_api.routes.checks import CheckId, absent, readable_document, readable_job
from geo_toolkit_api.service import Service, ServiceDep

try:
    from geo_toolkit.report.documents import write_documents
except ModuleNotFoundError:  # the extra `report` is not installed
    write_documents = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from geo_toolkit.siting import CheckResult

__all__ = ["router"]

router = APIRouter(tags=["checks"])

Format = Literal["docx", "pdf", "xlsx", "html", "gpkg"]
_TYPES: dict[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "gpkg": "application/geopackage+sqlite3",
}


@router.get(
    "/checks/{check_id}/report.{kind}",
    summary="A finished check as a file",
    response_class=Response,
    responses={
        200: {"content": {kind: {} for kind in _TYPES.values()}},
        403: {"model": Problem},
        404: {"model": Problem},
        409: {"model": Problem},
        422: {"model": Problem},
    },
)
async def get_report(
    service: ServiceDep,
    caller: CallerDep,
    check_id: CheckId,
    kind: Annotated[Format, Path(description="Format of the file.", examples=["xlsx"])],
    audience: Annotated[
        Audience | None,
        Query(
            description="Edition; `internal` needs a key with that scope, and is what such a key "
            "gets if absent; all others get `applicant`.",
            examples=["applicant"],
        ),
    ] = None,
) -> Response:
    """Return an edition of a check as Word, PDF, workbook, page or GeoPackage."""
    wanted = wanted_audience(audience, caller)
    content = await service.run(lambda: _made(service, check_id, kind, wanted, caller))
    return Response(
        content,
        media_type=_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{check_id}.{kind}"',
            "Cache-Control": "no-store",
        },
    )


def _made(service: Service, check_id: str, kind: str, audience: Audience, caller: Caller) -> bytes:
    ws = service.workspace
    recorded = _recorded_id(service, check_id, caller)
    try:
        document = readable_document(service, recorded, caller)
        result = ws.edition(recorded, audience)
    except UnknownName:
        raise absent(check_id) from None
    except OptionError as error:
        raise HTTPException(409, str(error)) from error
    if kind in ("docx", "pdf") and write_documents is None:
        raise NotAvailable(
            f"report.{kind}: the packages of the printed report are not installed; "
            "install them with: pip install 'geo-toolkit[report]'"
        )
    with tempfile.TemporaryDirectory() as folder:
        out = FilePath(folder)
        write_outputs(
            result,
            out,
            [kind],
            html=lambda made: map_check(
                ws, made, second=_in_other_language(service, recorded, document, audience)
            ),
            documents=lambda made, targets: write_documents(
                made, check_layers(ws, made), targets, office=ws.root
            ),
        )
        return (out / f"check.{kind}").read_bytes()


def _in_other_language(
    service: Service, check_id: str, document: dict[str, Any], audience: Audience
) -> "CheckResult | None":
    """Return a check in the language that a page can be switched to; None for one of many sites.

    Of an applicant's check it says no more than an applicant may be told.
    """
    if len(document["sites"]) > service.settings.quick_sites:
        return None
    workspace = service.workspace
    return run_again(
        workspace.records,
        check_id,
        workspace.check,
        lang="zh" if document["language"] == "en" else "en",
        audience=audience,
        is_trusted=document["audience"] == "internal",
    )


def _recorded_id(service: Service, check_id: str, caller: Caller) -> str:
    """Return the id of the recorded check that an id stands for: its own, or that of its job."""
    if not is_job_id(check_id):
        return check_id
    job = readable_job(service, check_id, caller)
    if job.check_id is None:
        raise HTTPException(409, f"check {check_id} is {job.status}: there is no report of it")
    return job.check_id
