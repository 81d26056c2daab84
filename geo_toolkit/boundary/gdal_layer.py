"""One layer that GDAL reads from a private copy, as a submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.boundary.crs_basis import decide_system, parse_declared
from geo_toolkit.boundary.encoding import utf8_option
from geo_toolkit.boundary.gdal import read_table
from geo_toolkit.boundary.submission import Submission
from geo_toolkit.boundary.words import FeaturePlaces, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo_toolkit.boundary.options import ReadOptions

__all__ = ["submission_of_layer"]


def submission_of_layer(
    path: Path,
    copy: Path,
    options: ReadOptions,
    *,
    digest: str,
    driver: str,
    form: str,
    source: str,
    layer: str | None = None,
    remarks: Sequence[str] = (),
) -> Submission:
    """Return a layer of a format whose text is UTF-8 by its standard.

    Parameters
    ----------
    copy
        The private copy, which alone GDAL sees.
    driver, form
        GDAL's name and ours of the format.
    source
        Where the format says its coordinate system, for the basis and for messages.

    Raises
    ------
    BoundaryError
        If the copy cannot be read by that driver.
    OptionError
        If an option contradicts the file.
    """
    file = path.name
    utf8_option(options.encoding, file=file, form=form)
    table = read_table(copy, driver=driver, file=file, layer=layer)
    declared = None if table.crs is None else parse_declared(table.crs, file, source)
    places = FeaturePlaces(len(table.geometry))
    return Submission(
        path=path,
        format=form,
        sha256=digest,
        system=decide_system(file, options, declared=declared, source=source),
        geometry=table.geometry,
        places=places,
        attributes=table.attributes,
        stated_ha=np.full(len(table.geometry), np.nan),
        encoding="UTF-8",
        encoding_basis=say("declared_standard", name=form),
        closed=[places[row] for row in table.closed],
        warnings=[*table.warnings, *remarks],
    )
