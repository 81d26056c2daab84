"""FlatGeobuf: one layer, from a private copy."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from geo_toolkit.boundary.gdal_layer import submission_of_layer
from geo_toolkit.boundary.source import file_sha256
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.submission import Submission

__all__ = ["MAGIC", "read"]

FORMAT = "FlatGeobuf"
MAGIC = b"fgb\x03fgb"


def read(path: Path, options: ReadOptions) -> Submission:
    """Return the polygons or lines of a FlatGeobuf file.

    Raises
    ------
    BoundaryError
        If it is damaged, cut, or names no system and no option does.
    """
    with path.open("rb") as stream:
        if not stream.read(len(MAGIC)).startswith(MAGIC):
            raise BoundaryError(
                path.name, "", "a FlatGeobuf file", "other content", "export and send it again"
            )
    with TemporaryDirectory(prefix="geo-toolkit-") as folder:
        copy = Path(folder) / "boundary.fgb"
        shutil.copyfile(path, copy)
        return submission_of_layer(
            path, copy, options, digest=file_sha256(path), driver=FORMAT, form=FORMAT,
            source=say("its_header"),
        )  # fmt: skip
