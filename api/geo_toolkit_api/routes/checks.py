"""``/checks``: a boundary file in, the check's document out."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import shapely
from fastapi import APIRouter, Depends, File, Form, HTTPException, Path, Request, UploadFile
from fastapi.responses import JSONResponse

from geo_toolkit.boundary import read_sites
from geo_toolkit.errors import NotAvailable, OptionError, UnknownName
from geo_toolkit.geodesy import Datum
from geo_toolkit.rules import parse_day
from geo_toolkit_api.errors import Problem, TooLarge
from geo_toolkit_api.service import Service, ServiceDep
from geo_toolkit_api.uploads import stored

if TYPE_CHECKING:
    from geo_toolkit.boundary import Sites

__all__ = ["router"]

router = APIRouter(tags=["checks"])

FIELDS = frozenset(
    {
        "file", "project_type", "scope", "nature", "as_of",
        "crs", "datum", "encoding", "layer", "lang",
    }
)  # fmt: skip
_REFUSALS: dict[int | str, dict[str, Any]] = {
    413: {"model": Problem, "description": "The file, its sites or its vertices are too many."},
    422: {"model": Problem, "description": "The file cannot be read, or a field is wrong."},
}


async def _only_known_fields(request: Request) -> None:
    """Refuse what would otherwise be ignored: fields of no meaning here, and second values."""
    for name in request.query_params:
        raise OptionError(f"query {name!r}: expected in the form; move it there")
    form = await request.form()
    for name in form:
        if name not in FIELDS:
            known = ", ".join(sorted(FIELDS))
            raise NotAvailable(f"field {name!r} is not in this version; leave it out ({known})")
        if len(form.getlist(name)) > 1:
            got = len(form.getlist(name))
            raise OptionError(f"field {name!r}: expected one, got {got}; send one check for each")


@router.post(
    "/checks",
    status_code=201,
    summary="Check a boundary file",
    dependencies=[Depends(_only_known_fields)],
    responses=_REFUSALS,
)
async def post_check(
    request: Request,
    service: ServiceDep,
    file: Annotated[
        UploadFile,
        File(description="GeoJSON, GeoPackage, zipped shapefile, or survey boundary-point text."),
    ],
    project_type: Annotated[
        str, Form(description="Which rules are asked.", examples=["chemical"], max_length=80)
    ] = "other",
    scope: Annotated[
        str | None,
        Form(description="Review scope; the workspace's own if absent.", examples=["red_line"]),
    ] = None,
    nature: Annotated[
        Literal["new", "expand", "rebuild"],
        Form(description="Nature of the project.", examples=["new"]),
    ] = "new",
    as_of: Annotated[
        str | None,
        Form(
            description="Day whose rules and layers apply; today if absent.",
            examples=["2026-11-24"],
        ),
    ] = None,
    crs: Annotated[
        str | None,
        Form(description="CRS of a file that does not say.", examples=["EPSG:4523"]),
    ] = None,
    datum: Annotated[
        Datum | None, Form(description="Datum of a file that does not say.", examples=["cgcs2000"])
    ] = None,
    encoding: Annotated[
        str | None, Form(description="Encoding of a file that does not say.", examples=["gbk"])
    ] = None,
    layer: Annotated[
        str | None, Form(description="Layer of a file of several.", examples=["plots"])
    ] = None,
    lang: Annotated[
        Literal["zh", "en"] | None,
        Form(description="Language of reasons; the workspace's own if absent.", examples=["zh"]),
    ] = None,
) -> JSONResponse:
    """Check every site of one file and return the document of `geo-toolkit/check/1` with `id`.

    The file is read in a folder of its own, which is removed before the answer.
    """
    day = parse_day(as_of, option="field 'as_of'") if as_of else None

    language = service.language(lang)
    caller = f"http {request.client.host if request.client else 'unknown'}"

    def work() -> dict[str, Any]:
        # recording copies the submitted file, so it must still be there during the check
        with stored(file.file, file.filename) as path:
            sites = read_sites(path, crs=crs, datum=datum, encoding=encoding, layer=layer)
            _require_within_limits(sites, service, path.name)
            return service.workspace.check(
                sites,
                project_type=project_type,
                scope=scope,
                nature=nature,
                as_of=day,
                lang=language,
                audience="applicant",
                is_trusted=False,
                caller=caller,
            ).document

    document = await service.run(work)
    check_id = document["check_id"]
    service.results.put(check_id, document)
    return JSONResponse(
        {"id": check_id, **document},
        status_code=201,
        headers={"Location": f"/checks/{check_id}", "Cache-Control": "no-store"},
    )


@router.get(
    "/checks/{check_id}",
    summary="A finished check",
    responses={404: {"model": Problem}, 422: {"model": Problem}},
)
async def get_check(
    service: ServiceDep,
    check_id: Annotated[
        str,
        Path(
            description="Id of a check.",
            examples=["0123456789abcdef"],
            pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$",
        ),
    ],
) -> JSONResponse:
    """Return `id`, `status`, `progress` and, under `result`, the document of the check."""
    result = service.results.get(check_id)
    if result is None:
        result = await service.run(lambda: _recorded(service, check_id))
    return JSONResponse(
        {"id": check_id, "status": "done", "progress": 1.0, "result": result},
        headers={"Cache-Control": "no-store"},
    )


def _recorded(service: Service, check_id: str) -> dict[str, Any]:
    """Return a recorded check; a refusal does not offer the ids of other people's checks.

    An internal edition made elsewhere on layers that are not public does not leave by this door.
    """
    absent = HTTPException(404, f"no check {check_id!r} here; send its file again")
    try:
        document = service.workspace.recorded_check(check_id)
    except UnknownName:
        raise absent from None
    secret = any(layer.get("secrecy", "public") != "public" for layer in document["layers"])
    if secret and document["audience"] != "applicant":
        raise absent
    return document


def _require_within_limits(sites: "Sites", service: Service, name: str) -> None:
    limits = service.settings
    vertices = int(shapely.get_num_coordinates(sites.frame.geometry.to_numpy()).sum())
    for what, got, most in (
        ("sites", len(sites), limits.max_sites),
        ("vertices", vertices, limits.max_vertices),
    ):
        if got > most:
            raise TooLarge(f"{name}: expected at most {most} {what}, got {got}; split the file")
