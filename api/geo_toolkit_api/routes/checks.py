"""``/checks``: a boundary file in, the check's document out, at once or as a job."""

import re
from pathlib import Path as FilePath
from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Depends, Header, HTTPException, Path, Request
from fastapi.responses import JSONResponse

from geo_toolkit.errors import DefinitionError, OptionError, UnknownName
from geo_toolkit.rules import check_nature, check_project_type
from geo_toolkit.siting import CheckResult
from geo_toolkit_api.audit import note, note_check
from geo_toolkit_api.callers import Caller, CallerDep
from geo_toolkit_api.checking import Question, check_submitted
from geo_toolkit_api.editions import may_read, wanted_audience
from geo_toolkit_api.errors import Problem, TooLarge
from geo_toolkit_api.jobs.jobs import MOST_OPEN, is_job_id
from geo_toolkit_api.jobs.table import ENDED, Job
from geo_toolkit_api.metrics import count_check
from geo_toolkit_api.parsing.reader import Submitted
from geo_toolkit_api.routes.check_fields import CHECK_ID, CheckForm, only_known_fields
from geo_toolkit_api.service import Service, ServiceDep

__all__ = ["CheckId", "absent", "readable_document", "readable_job", "router"]

router = APIRouter(tags=["checks"])

Json = dict[str, Any]  # JSON: values of every type
_ASYNC = re.compile(r"(?:^|[,;\s])respond-async(?:$|[,;\s])", re.IGNORECASE)
_ASK_AGAIN_S = "1"
_PRIVATE = {"Cache-Control": "no-store"}
_STATE = {
    "type": "object",
    "required": ["id", "status", "progress"],
    "properties": {
        "id": {"type": "string"},
        "status": {"enum": ["queued", "running", "done", "failed", "cancelled"]},
        "progress": {"type": "number", "minimum": 0, "maximum": 1},
        "result": {"type": "object", "description": "The document of a check that is done."},
        "detail": {"type": "string", "description": "Why it failed, in one line."},
    },
}
_STATE_ANSWER = {"content": {"application/json": {"schema": _STATE}}}
_LOCATION = {"Location": {"description": "Where the check is.", "schema": {"type": "string"}}}
_POST: dict[int | str, Json] = {
    201: {"description": "The document of the check, with its `id`.", "headers": _LOCATION},
    202: {"description": "The check has become a job.", "headers": _LOCATION, **_STATE_ANSWER},
    403: {"model": Problem, "description": "The internal edition needs a key with that scope."},
    404: {"model": Problem, "description": "The earlier check that `previous` names is not here."},
    413: {"model": Problem, "description": "The file, its sites or its vertices are too many."},
    422: {"model": Problem, "description": "The file cannot be read, or a field is wrong."},
    503: {"model": Problem, "description": "Too many jobs wait; send it again later."},
}
_GET: dict[int | str, Json] = {
    200: {"description": "How far the check is; its result when it is done.", **_STATE_ANSWER},
    404: {"model": Problem},
    422: {"model": Problem},
}

CheckId = Annotated[
    str, Path(description="Id of a check.", examples=["0123456789abcdef"], pattern=CHECK_ID)
]


@router.post(
    "/checks",
    status_code=201,
    summary="Check a boundary file",
    dependencies=[Depends(only_known_fields)],
    responses=_POST,
)
async def post_check(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    form: Annotated[CheckForm, Depends()],
    prefer: Annotated[
        str | None,
        Header(description="`respond-async` makes a job of any check.", examples=["respond-async"]),
    ] = None,
) -> JSONResponse:
    """Check every site of one file and return the document of `geo-toolkit/check/1` with `id`.

    The file is read before the answer, whichever it is, in a process with limits of memory and
    time. A check of few sites is answered with 201 and its document; a larger one, or one with
    `Prefer: respond-async`, with 202: ask for its `Location` until `status` is `done`.
    """
    note(request, upload=form.file.filename)
    audience = wanted_audience(form.audience, caller)
    form.require_consistent()
    question = Question(
        project_type=form.project_type,
        scope=form.scope,
        nature=form.nature,
        as_of=form.day(),
        lang=service.language(form.lang),
        audience=audience,
        is_trusted=caller.is_internal,
        caller=caller.name,
        previous=form.previous and await _previous_id(service, form.previous, audience, caller),
        shift_radius_m=form.shift_radius_m,
    )
    async with service.upload_folder() as folder:
        try:
            submitted = await service.read(lambda: form.submission(folder))
        except DefinitionError as error:  # a file that was sent, not one of the workspace
            raise OptionError(str(error)) from error
        is_quick = _is_quick(submitted, service, submitted.sites.inputs[0].file)
        if is_quick and not (prefer and _ASYNC.search(prefer)):
            # recording copies the submitted file, so it must still be there during the check
            return await _answered(request, service, question, submitted)
        job = await service.run(lambda: _accepted(service, question, submitted, folder))
    note(request, check_id=job.id)
    headers = {"Location": f"/checks/{job.id}", "Retry-After": _ASK_AGAIN_S, **_PRIVATE}
    if is_quick:
        headers["Preference-Applied"] = "respond-async"
    return JSONResponse(_state(job), status_code=202, headers=headers)


@router.get("/checks/{check_id}", summary="How far a check is, and its result", responses=_GET)
async def get_check(
    request: Request, service: ServiceDep, caller: CallerDep, check_id: CheckId
) -> JSONResponse:
    """Return `id`, `status`, `progress` and, under `result`, the document of the check."""
    if is_job_id(check_id):
        return await service.run(lambda: _job_answer(request, service, check_id, caller))
    result = service.results.get(check_id)
    if result is None or not may_read(result["audience"], caller):
        result = await service.run(lambda: readable_document(service, check_id, caller))
    note_check(request, result)
    body = {"id": check_id, "status": "done", "progress": 1.0, "result": result}
    return JSONResponse(body, headers=_PRIVATE)


@router.delete("/checks/{check_id}", summary="Cancel a check", responses={403: {"model": Problem},
                                                                          **_GET})  # fmt: skip
async def cancel_check(service: ServiceDep, caller: CallerDep, check_id: CheckId) -> JSONResponse:
    """Cancel a job that waits or runs, and return how it stands; one that has ended stays so."""
    if is_job_id(check_id):
        state = await service.run(lambda: _cancelled(service, check_id, caller))
    else:
        kept = service.results.get(check_id)
        if kept is None or not may_read(kept["audience"], caller):
            await service.run(lambda: readable_document(service, check_id, caller))
        state = {"id": check_id, "status": "done", "progress": 1.0}
    return JSONResponse(state, headers=_PRIVATE)


def absent(check_id: str) -> HTTPException:
    """Return the refusal of an id; it does not offer the ids of other people's checks."""
    return HTTPException(404, f"no check {check_id!r} here; send its file again")


def readable_document(service: Service, check_id: str, caller: Caller) -> Json:
    """Return a recorded check that a caller may have, as it was recorded.

    Raises
    ------
    HTTPException
        404 where there is none, or it is an internal edition and the caller may not have one.
    """
    try:
        document: Json = service.workspace.recorded_check(check_id)
    except UnknownName:
        raise absent(check_id) from None
    if not may_read(str(document["audience"]), caller):
        raise absent(check_id)
    return document


def readable_job(service: Service, job_id: str, caller: Caller) -> Job:
    """Return a job that a caller may know of; 404 as for a recorded check."""
    job = service.jobs.job(job_id)
    if job is None or not may_read(job.audience, caller):
        raise absent(job_id)
    return job


async def _answered(
    request: Request, service: Service, question: Question, submitted: Submitted
) -> JSONResponse:
    """Return the answer to a check that is made at once."""
    workspace = service.workspace

    def work() -> CheckResult:
        return check_submitted(workspace, question, submitted, record=False)

    result = await service.run(work)
    await service.write(lambda: workspace.keep(result, submitted.sites, submitted.land_take))
    document = result.document
    check_id = document["check_id"]
    service.results.put(check_id, document)
    note_check(request, document)
    count_check(request, (site["verdict"] for site in document["sites"]))
    return JSONResponse(
        {"id": check_id, **document},
        status_code=201,
        headers={"Location": f"/checks/{check_id}", **_PRIVATE},
    )


def _accepted(service: Service, question: Question, submitted: Submitted, folder: FilePath) -> Job:
    """Return the job of a check; what can be refused of the question is refused here."""
    workspace = service.workspace
    check_project_type(question.project_type)
    check_nature(question.nature)
    workspace.rules.scope(question.scope or workspace.settings.scope)
    if submitted.declaration is not None:
        submitted.declaration.for_sites([str(index) for index in submitted.sites.frame.index])
    if service.jobs.table.open_jobs() >= MOST_OPEN:
        detail = f"{MOST_OPEN} checks wait already; send it again in a minute"
        raise HTTPException(503, detail, {"Retry-After": "60"})
    return service.jobs.add(question, submitted, folder)


async def _previous_id(service: Service, asked: str, audience: str, caller: Caller) -> str:
    """Return the id of the recorded check that is compared with, refused where it may not be."""

    def work() -> str:
        check_id: str | None = asked
        if is_job_id(asked):
            check_id = readable_job(service, asked, caller).check_id
        document = readable_document(service, check_id or asked, caller)
        if document["audience"] != audience:
            raise OptionError(
                f"field 'previous': expected a check of the {audience} edition, got the "
                f"{document['audience']} one; name a check of the same edition"
            )
        return str(document["check_id"])

    return await service.run(work)


def _job_answer(request: Request, service: Service, job_id: str, caller: Caller) -> JSONResponse:
    job = readable_job(service, job_id, caller)
    body, headers = _state(job), dict(_PRIVATE)
    if job.status == "done":
        result = service.jobs.result(job_id)
        result = result or readable_document(service, str(job.check_id), caller)
        note_check(request, result)
        body["result"] = result
    elif job.status not in ENDED:
        headers["Retry-After"] = _ASK_AGAIN_S
    return JSONResponse(body, headers=headers)


def _cancelled(service: Service, job_id: str, caller: Caller) -> Json:
    """Return a job that was cancelled, if it was the caller's to cancel."""
    job = readable_job(service, job_id, caller)
    if job.caller != caller.name and not caller.is_internal:
        raise HTTPException(403, f"check {job_id} was sent by somebody else; ask them to cancel it")
    return _state(service.jobs.cancel(job_id) or job)


def _state(job: Job) -> Json:
    state: Json = {"id": job.id, "status": job.status, "progress": job.progress}
    return state | {"detail": job.detail} if job.status == "failed" else state


def _is_quick(submitted: Submitted, service: Service, name: str) -> bool:
    """Whether a check is answered at once; refused where it is over the limits."""
    limits = service.settings
    sites = len(submitted.sites)
    vertices = sum(
        int(shapely.get_num_coordinates(part.frame.geometry.to_numpy()).sum())
        for part in (submitted.sites, submitted.land_take)
        if part is not None
    )
    for what, got, most in (
        ("sites", sites, limits.max_sites),
        ("vertices", vertices, limits.max_vertices),
    ):
        if got > most:
            raise TooLarge(f"{name}: expected at most {most} {what}, got {got}; split the file")
    return sites <= limits.quick_sites and vertices <= limits.quick_vertices
