"""The form of ``POST /checks``: its fields and files, and what is asked by them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import File, Form, Request, UploadFile

from geo_toolkit.errors import NotAvailable, OptionError
from geo_toolkit.geodesy import Datum
from geo_toolkit.rules import parse_day
from geo_toolkit_api.editions import Audience
from geo_toolkit_api.parsing.reader import LAND_TAKE, Submission
from geo_toolkit_api.uploads import store

__all__ = ["CHECK_ID", "FIELDS", "CheckForm", "only_known_fields", "refuse_unknown"]

CHECK_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$"


@dataclass
class CheckForm:
    """The fields of one check as they were sent."""

    file: Annotated[
        UploadFile,
        File(description="Boundaries in any format of `geo-toolkit check` (docs/formats.md)."),
    ]
    project_type: Annotated[
        str, Form(description="Which rules are asked.", examples=["chemical"], max_length=80)
    ] = "other"
    scope: Annotated[
        str | None,
        Form(description="Review scope; the workspace's own if absent.", examples=["red_line"]),
    ] = None
    nature: Annotated[
        Literal["new", "expand", "rebuild"],
        Form(description="Nature of the project; what `declare` says goes before.",
             examples=["new"]),
    ] = "new"  # fmt: skip
    as_of: Annotated[
        str | None,
        Form(
            description="Day whose rules and layers apply; today if absent.",
            examples=["2026-11-24"],
        ),
    ] = None
    crs: Annotated[
        str | None,
        Form(description="CRS of a file that does not say.", examples=["EPSG:4523"]),
    ] = None
    datum: Annotated[
        Datum | None, Form(description="Datum of a file that does not say.", examples=["cgcs2000"])
    ] = None
    datum_params: Annotated[
        UploadFile | None,
        File(description="Local parameters from Xian 1980 or Beijing 1954 to CGCS2000 (TOML)."),
    ] = None
    encoding: Annotated[
        str | None, Form(description="Encoding of a file that does not say.", examples=["gbk"])
    ] = None
    layer: Annotated[
        str | None, Form(description="Layer of a file of several.", examples=["plots"])
    ] = None
    corridor_m: Annotated[
        float | None,
        Form(description="Full width in metres around the centrelines that the file holds; for "
             "project_type `linear`.", examples=[60], allow_inf_nan=False),
    ] = None  # fmt: skip
    land_take: Annotated[
        UploadFile | None,
        File(description="The land taken inside each site: overlaps are decided on it."),
    ] = None
    declare: Annotated[
        UploadFile | None, File(description="What is declared of the project (TOML).")
    ] = None
    previous: Annotated[
        str | None,
        Form(description="Id of the earlier check: what moved and changed is listed.",
             examples=["check-0123456789abcdef0123"], pattern=CHECK_ID),
    ] = None  # fmt: skip
    shift_radius_m: Annotated[
        float | None,
        Form(description="How far the advice of the internal edition may move a site, in metres; "
             "no move is proposed without.", examples=[500], allow_inf_nan=False),
    ] = None  # fmt: skip
    audience: Annotated[
        Audience | None,
        Form(description="Edition; `internal` needs a key with that scope, and is what such a "
             "key gets if absent; all others get `applicant`.", examples=["applicant"]),
    ] = None  # fmt: skip
    lang: Annotated[
        Literal["zh", "en"] | None,
        Form(description="Language of reasons; the workspace's own if absent.", examples=["zh"]),
    ] = None

    def day(self) -> str | None:
        """Return the day asked for, refused if it is none."""
        return parse_day(self.as_of, option="field 'as_of'").isoformat() if self.as_of else None

    def require_consistent(self) -> None:
        """Refuse fields that contradict each other."""
        if self.corridor_m is not None and self.project_type != "linear":
            raise OptionError(
                f"field 'corridor_m': expected project_type linear, got {self.project_type}; "
                "centrelines are read for roads, railways and pipelines alone"
            )

    def submission(self, folder: Path) -> Submission:
        """Store the files in a folder, and return what to read."""
        options: dict[str, Any] = {
            "crs": self.crs or None,
            "datum": self.datum.value if self.datum else None,
            "encoding": self.encoding or None,
            "layer": self.layer or None,
            "corridor_m": self.corridor_m,
            "datum_params": _stored(self.datum_params, folder, "datum_params"),
        }
        return Submission(
            folder,
            store(self.file.file, self.file.filename, folder),
            options,
            _stored(self.land_take, folder, LAND_TAKE),
            _stored(self.declare, folder, "declare"),
        )


FIELDS = frozenset(CheckForm.__dataclass_fields__)


async def only_known_fields(request: Request) -> None:
    """Refuse what would otherwise be ignored: fields of no meaning here, and second values."""
    await refuse_unknown(request, FIELDS)


async def refuse_unknown(request: Request, fields: frozenset[str]) -> None:
    """Refuse parts of a request that none of these fields is, and second values of one.

    Raises
    ------
    NotAvailable
        If a field is unknown; names those there are.
    OptionError
        If a value came twice, or in the address.
    """
    for name in request.query_params:
        raise OptionError(f"query {name!r}: expected in the form; move it there")
    form = await request.form()
    for name in form:
        if name not in fields:
            known = ", ".join(sorted(fields))
            raise NotAvailable(f"field {name!r} is not in this version; leave it out ({known})")
        if len(form.getlist(name)) > 1:
            got = len(form.getlist(name))
            raise OptionError(f"field {name!r}: expected one, got {got}; send one check for each")


def _stored(upload: UploadFile | None, folder: Path, below: str) -> str | None:
    """Store a further file in a sub-folder, None where none was chosen; return its path."""
    if upload is None or not (upload.filename or upload.size):
        return None
    return f"{below}/{store(upload.file, upload.filename, folder / below)}"
