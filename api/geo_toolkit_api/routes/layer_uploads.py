"""``POST /layers/{id}/validate`` and ``/versions``: a delivery weighed, and published."""

from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Literal

import anyio.to_thread
from fastapi import APIRouter, Depends, File, Form, HTTPException, Path, UploadFile
from fastapi.responses import JSONResponse
from geopandas import GeoDataFrame

from geo_toolkit.catalogue import PublishOptions, publish, write_geopackage
from geo_toolkit.catalogue.delivery import Delivered
from geo_toolkit.catalogue.prepare import prepare_update
from geo_toolkit.errors import LayerError, UnknownName
from geo_toolkit.geodesy import CGCS2000, Datum
from geo_toolkit.rules import now_text
from geo_toolkit_api.callers import Caller, CallerDep, require
from geo_toolkit_api.errors import PROBLEM
from geo_toolkit_api.layer_rows import Publication, publication_of
from geo_toolkit_api.ogc.visible import can_publish, is_shown
from geo_toolkit_api.parsing.reader import Submission, shared_reader
from geo_toolkit_api.service import Service, ServiceDep
from geo_toolkit_api.uploads import stored

if TYPE_CHECKING:
    from geo_toolkit.catalogue import LayerEntry, Preparation

__all__ = ["LayerPath", "router"]

router = APIRouter()

Json = dict[str, Any]  # JSON: values of every type
_REFUSALS: dict[int | str, Json] = dict.fromkeys((404, 413, 422), PROBLEM)
_NOT_WRITABLE = "the workspace is read-only; publish in a copy made with: geo-toolkit init DIR"

LayerPath = Annotated[
    str,
    Path(description="Id of a layer.", examples=["parks"], pattern=r"^[a-z0-9][a-z0-9_]*$",
         max_length=80),
]  # fmt: skip
FileForm = Annotated[
    UploadFile,
    File(description="Zipped shapefile or .gdb, GeoPackage, GeoJSON, FlatGeobuf or GeoParquet."),
]
CrsForm = Annotated[
    str | None, Form(description="CRS of a file that does not say.", examples=["EPSG:4523"])
]
DatumForm = Annotated[
    Datum | None, Form(description="Datum of a file that does not say.", examples=["cgcs2000"])
]
EncodingForm = Annotated[
    str | None, Form(description="Encoding of a file that does not say.", examples=["gbk"])
]
TableForm = Annotated[
    str | None, Form(description="Table of a file of several.", examples=["parks"])
]
NoteForm = Annotated[
    str, Form(description="What this is.", examples=["two parks added"], min_length=1,
              max_length=1000),
]  # fmt: skip


def _text(description: str, example: str) -> Any:  # noqa: ANN401 (what FastAPI takes)
    return Form(description=description, examples=[example], max_length=1000)


@router.post(
    "/layers/{layer_id}/validate",
    summary="Every fault of a delivery",
    response_model=Publication,
    responses={**_REFUSALS, 401: PROBLEM},
)
async def validate_delivery(
    service: ServiceDep,
    caller: CallerDep,
    layer_id: LayerPath,
    file: FileForm,
    crs: CrsForm = None,
    datum: DatumForm = None,
    encoding: EncodingForm = None,
    layer: TableForm = None,
) -> Json:
    """Return every fault of a file as the layer's next version, and what it would change.

    Nothing is published.
    """
    entry = await service.run(lambda: _entry(service, caller, layer_id))
    how = {"crs": crs, "datum": datum and datum.value, "encoding": encoding, "layer": layer}
    delivered = await _delivered(service, file, how)

    def work() -> Json:
        secrecy = entry.newest_definition.secrecy
        options = PublishOptions.of(author=caller.name, secrecy=secrecy)
        prepared = _prepared(entry, delivered, options)
        return publication_of(prepared, is_seen=is_shown(entry, caller))

    return await service.run(work)


@router.post(
    "/layers/{layer_id}/versions",
    status_code=201,
    summary="Publish a version of a layer",
    dependencies=[Depends(require("publish"))],
    response_model=None,
    responses={
        200: {"model": Publication, "description": "Nothing changed; nothing is published."},
        201: {
            "model": Publication,
            "headers": {"Location": {"description": "The versions.", "schema": {"type": "string"}}},
        },
        **_REFUSALS,
        **dict.fromkeys((401, 403, 409), PROBLEM),
    },
)
async def publish_version(
    service: ServiceDep,
    caller: CallerDep,
    layer_id: LayerPath,
    file: FileForm,
    note: NoteForm,
    expect: Annotated[
        int | None,
        Form(description="The newest version as it was looked at; 409 if there is a newer.",
             examples=[0], ge=0),
    ] = None,
    document: Annotated[
        str | None, _text("Number of the document it came with.", "南府发〔2026〕1号")
    ] = None,
    effective_from: Annotated[
        str | None, _text("In force from this day; today if absent.", "2026-11-24")
    ] = None,
    evidence: Annotated[
        Literal["official", "published", "schematic"] | None,
        Form(description="How far the outlines can be relied on.", examples=["official"]),
    ] = None,
    coverage: Annotated[
        Literal["all", "none"] | None,
        Form(description="Where absence means absence.", examples=["none"]),
    ] = None,
    coverage_file: Annotated[
        UploadFile | None, File(description="Polygons inside which absence means absence.")
    ] = None,
    accuracy_m: Annotated[
        float | None,
        Form(description="Bound of the outline's error, metres.", examples=[0.5], ge=0, le=1e6),
    ] = None,
    secrecy: Annotated[
        Literal["public", "internal", "verdict_only"] | None,
        Form(description="Who may have the geometry; as before if absent.", examples=["public"]),
    ] = None,
    override: Annotated[
        str | None, _text("Written reason for passing the limits.", "核减经批准")
    ] = None,
    crs: CrsForm = None,
    datum: DatumForm = None,
    encoding: EncodingForm = None,
    layer: TableForm = None,
) -> JSONResponse:  # fmt: skip
    """Publish a file as the layer's next version, all of it or nothing.

    What is not said of evidence, coverage, accuracy and secrecy is taken from the version before.
    """
    if coverage is not None and coverage_file is not None:
        raise HTTPException(422, "coverage: expected a word or a file, got both; send one")

    entry = await service.run(lambda: _entry(service, caller, layer_id))
    if not can_publish(service.workspace):
        raise HTTPException(409, _NOT_WRITABLE)
    how = {"crs": crs, "datum": datum and datum.value, "encoding": encoding, "layer": layer}
    delivered = await _delivered(service, file, how)
    covered = None if coverage_file is None else await _delivered(service, coverage_file, {})

    def work() -> JSONResponse:
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            options = PublishOptions.of(
                note=note, document=document, effective_from=effective_from, evidence=evidence,
                coverage=coverage if covered is None else _polygons(covered, FilePath(folder)),
                accuracy_m=accuracy_m, secrecy=secrecy, override=override, author=caller.name,
            )  # fmt: skip
        prepared = _prepared(entry, delivered, options)
        return _published(entry, prepared, expect, is_seen=is_shown(entry, caller))

    return await service.run(work)


async def _delivered(service: Service, file: UploadFile, how: dict[str, Any]) -> Delivered:
    """Return the table in an uploaded file, read in the limited process.

    Raises
    ------
    HTTPException
        422 if it cannot be read, or not without guessing.
    """

    def work() -> Delivered:
        with stored(file.file, file.filename) as path:
            reader = shared_reader(service.settings.parse_mb)
            submission = Submission(path.parent, path.name, how)
            return reader.deliver(submission, timeout_s=service.settings.parse_s)

    try:
        return await anyio.to_thread.run_sync(work)
    except LayerError as error:
        raise HTTPException(422, str(error)) from error


def _polygons(covered: Delivered, folder: FilePath) -> FilePath:
    """Return a file of our own with the polygons of an uploaded one, under its name."""
    frame = GeoDataFrame(geometry=covered.lonlat, crs=CGCS2000)
    path = folder / f"{covered.path.stem}.gpkg"
    write_geopackage(path, {"coverage": frame}, written_at=now_text())
    return path


def _published(
    entry: "LayerEntry", prepared: "Preparation", expect: int | None, *, is_seen: bool
) -> JSONResponse:
    """Publish what may be published, and say how it ended."""
    newest = max(prepared.expected, 0)
    if expect is not None and expect != newest:
        raise HTTPException(409, f"layer {entry.id}: expected version {expect} to be the newest, "
                                 f"got version {newest}; look at it and send the file "
                                 "again")  # fmt: skip
    row = publication_of(prepared, is_seen=is_seen)
    if row["refusal"] is not None:
        has_faults = any(fault["level"] == "error" for fault in row["faults"])
        raise HTTPException(422 if has_faults else 409, row["refusal"])
    try:
        done = publish(entry.catalogue.store, [prepared], crs=entry.catalogue.crs)[0]
    except LayerError as error:
        raise HTTPException(409, str(error)) from error
    status = 200 if done.unchanged else 201
    place = {} if done.unchanged else {"Location": f"/layers/{entry.id}/versions"}
    return JSONResponse(publication_of(done, is_seen=is_seen), status, headers=place)


def _prepared(entry: "LayerEntry", delivered: Delivered, options: PublishOptions) -> "Preparation":
    """Return a delivery made ready; what is wrong with it is the sender's to mend."""
    ground = entry.catalogue.ground()
    try:
        return prepare_update(ground, entry.definition, entry.folder, delivered, options)
    except LayerError as error:
        raise HTTPException(422, str(error)) from error


def _entry(service: Service, caller: Caller, layer_id: str) -> "LayerEntry":
    """Return a layer to which a caller may send a delivery.

    One that is not public takes both scopes, internal and publish: what is said of a delivery
    tells of the layer.
    """
    layers = service.workspace.layers
    is_known = layer_id in layers
    allowed = caller.may_publish and caller.is_internal
    if not is_known or not (allowed or is_shown(layers[layer_id], caller)):
        known = [e.id for e in layers.values() if is_shown(e, caller)]
        raise HTTPException(404, str(UnknownName("layer", layer_id, known)))
    return layers[layer_id]
