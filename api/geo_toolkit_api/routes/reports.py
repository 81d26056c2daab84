"""``/checks/{id}/report.{format}``: a finished check as a file to keep or to sign."""

import tempfile
from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path
from fastapi.responses import Response

from geo_toolkit.errors import NotAvailable, OptionError, UnknownName
from geo_toolkit.report import write_outputs
from geo_toolkit.webmap import check_layers, map_check
from geo_toolkit_api.errors import Problem
from geo_toolkit_api.service import Service, ServiceDep

try:
    from geo_toolkit.report.documents import write_documents
except ModuleNotFoundError:  # the extra `report` is not installed
    write_documents = None  # type: ignore[assignment]

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
        404: {"model": Problem},
        409: {"model": Problem},
        422: {"model": Problem},
    },
)
async def get_report(
    service: ServiceDep,
    check_id: Annotated[
        str,
        Path(
            description="Id of a recorded check.",
            examples=["check-0123456789abcdef0123"],
            pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$",
        ),
    ],
    kind: Annotated[Format, Path(description="Format of the file.", examples=["xlsx"])],
) -> Response:
    """Return the applicant's edition of a check as Word, PDF, workbook, page or GeoPackage."""
    content = await service.run(lambda: _made(service, check_id, kind))
    return Response(
        content,
        media_type=_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{check_id}.{kind}"',
            "Cache-Control": "no-store",
        },
    )


def _made(service: Service, check_id: str, kind: str) -> bytes:
    ws = service.workspace
    try:
        audience = ws.recorded_check(check_id)["audience"]
        if audience != "applicant":
            raise UnknownName("check", check_id, ())
        result = ws.made_again(
            check_id, audience="applicant", is_trusted=False, caller="http report"
        )
    except UnknownName:
        raise HTTPException(404, f"no check {check_id!r} here; send its file again") from None
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
            html=lambda made: map_check(ws, made),
            documents=lambda made, targets: write_documents(
                made, check_layers(ws, made), targets, office=ws.root
            ),
        )
        return (out / f"check.{kind}").read_bytes()
