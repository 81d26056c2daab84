"""``/inspections``: every fault of a boundary file at once, and its list of corrections."""

import tempfile
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Path, Request, UploadFile
from fastapi.responses import JSONResponse, Response

from geo_toolkit.errors import NotAvailable
from geo_toolkit.geodesy import Datum
from geo_toolkit_api.audit import note
from geo_toolkit_api.errors import Problem
from geo_toolkit_api.inspections import told
from geo_toolkit_api.parsing.reader import Submission
from geo_toolkit_api.routes.check_fields import refuse_unknown
from geo_toolkit_api.service import Service, ServiceDep
from geo_toolkit_api.uploads import store

try:
    from geo_toolkit.report.correction_notice import STEM, write_notice
except ModuleNotFoundError:  # the extra `report` is not installed
    write_notice = None  # type: ignore[assignment]
    STEM = ""

if TYPE_CHECKING:
    from geo_toolkit.boundary import Inspection

__all__ = ["router"]

router = APIRouter(tags=["checks"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    413: {"model": Problem, "description": "The file is too large."},
    422: {"model": Problem, "description": "A field is wrong."},
}
_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_EXAMPLE = {
    "schema": "geo-toolkit/inspect/1",
    "file": "plot.txt",
    "format": "survey text",
    "usable": False,
    "features": 1,
    "faults": [
        {
            "code": "few_fields",
            "level": "error",
            "place": "line 14",
            "expected": "4 fields (point, ring, X, Y)",
            "got": "3",
            "remedy": "add the missing coordinate",
            "words": {"place": "第14行", "problem": "…", "remedy": "…"},
        }
    ],
    "language": "zh",
    "sketch": None,
}


@dataclass
class InspectForm:
    """The fields of one inspection as they were sent."""

    file: Annotated[UploadFile, File(description="A boundary file, in any format of a check.")]
    crs: Annotated[
        str | None,
        Form(description="CRS of a file that does not say.", examples=["EPSG:4523"]),
    ] = None
    datum: Annotated[
        Datum | None, Form(description="Datum of a file that does not say.", examples=["cgcs2000"])
    ] = None
    encoding: Annotated[
        str | None, Form(description="Encoding of a file that does not say.", examples=["gbk"])
    ] = None
    layer: Annotated[
        str | None, Form(description="Layer of a file of several.", examples=["plots"])
    ] = None
    corridor_m: Annotated[
        float | None,
        Form(description="Full width in metres around the centrelines that the file holds.",
             examples=[60], gt=0, le=5000),
    ] = None  # fmt: skip
    lang: Annotated[
        Literal["zh", "en"] | None,
        Form(description="Language of the words; the workspace's own if absent.",
             examples=["zh"]),
    ] = None  # fmt: skip

    def submission(self, folder: FilePath) -> Submission:
        """Store the file in a folder, and return what to read."""
        options: dict[str, Any] = {
            "crs": self.crs or None,
            "datum": self.datum.value if self.datum else None,
            "encoding": self.encoding or None,
            "layer": self.layer or None,
            "corridor_m": self.corridor_m,
        }
        return Submission(folder, store(self.file.file, self.file.filename, folder), options)


_FIELDS = frozenset(InspectForm.__dataclass_fields__)


async def _only_known_fields(request: Request) -> None:
    await refuse_unknown(request, _FIELDS)


@router.post(
    "/inspections",
    summary="Every fault of a boundary file",
    dependencies=[Depends(_only_known_fields)],
    responses={200: {"content": {"application/json": {"example": _EXAMPLE}}}, **_REFUSALS},
)
async def post_inspection(
    request: Request,
    service: ServiceDep,
    form: Annotated[InspectForm, Depends()],
) -> JSONResponse:
    """Return the document of `geo-toolkit/inspect/1`; nothing of the file is kept.

    Each fault also has its `words` in the language asked for; `sketch` has the outlines that
    could be read, in the numbers of the file, and `[fault, x, y]` for each fault with a place.
    """
    note(request, upload=form.file.filename)
    found = await _inspected(service, form)
    return JSONResponse(
        told(found, service.language(form.lang)), headers={"Cache-Control": "no-store"}
    )


@router.post(
    "/inspections/corrections.{kind}",
    summary="The list of corrections of a boundary file",
    dependencies=[Depends(_only_known_fields)],
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in _TYPES.values()}}, **_REFUSALS},
)
async def post_corrections(
    request: Request,
    service: ServiceDep,
    kind: Annotated[
        Literal["docx", "xlsx"], Path(description="Format of the list.", examples=["docx"])
    ],
    form: Annotated[InspectForm, Depends()],
) -> Response:
    """Return the list of corrections (补正清单) as Word or workbook; nothing is kept."""
    note(request, upload=form.file.filename)
    _require_notices(kind)
    found = await _inspected(service, form)
    content = await service.run(lambda: _notice(found, kind, service.language(form.lang)))
    return Response(
        content,
        media_type=_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{STEM}.{kind}"',
            "Cache-Control": "no-store",
        },
    )


async def _inspected(service: Service, form: InspectForm) -> "Inspection":
    async with service.upload_folder() as folder:
        return await service.inspect(lambda: form.submission(folder))


def _require_notices(kind: str) -> None:
    if write_notice is None:
        raise NotAvailable(
            f"corrections.{kind}: the packages of the printed lists are not installed; "
            "install them with: pip install 'geo-toolkit[report]'"
        )


def _notice(found: "Inspection", kind: str, lang: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write_notice(found, FilePath(folder), lang)
        return (FilePath(folder) / f"{STEM}.{kind}").read_bytes()
