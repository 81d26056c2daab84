"""Sites and refusals as plain values, to be carried from one process to another, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

from geo_toolkit import errors
from geo_toolkit.boundary import InputFile, Repair, Sites
from geo_toolkit.errors import GeoToolkitError
from geo_toolkit.geodesy import CGCS2000, Datum

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["carried_error", "carried_sites", "error_of", "sites_of"]

Plain = dict[str, Any]  # values that `messages` carries
_OF_INPUT = [field.name for field in fields(InputFile) if field.name not in ("path", "datum")]


def carried_sites(sites: Sites) -> Plain:
    """Return sites as plain values; geometry to the last bit."""
    frame = sites.frame
    return {
        "ids": [str(index) for index in frame.index],
        "names": frame["name"].tolist(),
        "attributes": frame["attributes"].tolist(),
        "stated_area_ha": frame["stated_area_ha"].tolist(),
        "geometry": shapely.to_wkb(frame.geometry.to_numpy(), output_dimension=2).tolist(),
        "inputs": [_carried_input(source) for source in sites.inputs],
        "input_of": list(sites.input_of),
        "lines": [None if line is None else shapely.to_wkb(line) for line in sites.lines],
    }


def sites_of(plain: Plain, folder: Path) -> Sites:
    """Return the sites carried in plain values.

    Parameters
    ----------
    folder
        Where their files lie in this process.
    """
    names = plain["names"]
    frame = GeoDataFrame(
        {
            "name": np.array([*names, None], dtype=object)[:-1] if None in names else names,
            "attributes": plain["attributes"],
            "stated_area_ha": plain["stated_area_ha"],
        },
        geometry=shapely.from_wkb(np.array(plain["geometry"], dtype=object)),
        index=plain["ids"],
        crs=CGCS2000,
    )
    return Sites(
        frame,
        tuple(_input_of(source, folder) for source in plain["inputs"]),
        tuple(plain["input_of"]),
        tuple(None if line is None else shapely.from_wkb(line) for line in plain["lines"]),
    )


def carried_error(error: GeoToolkitError) -> Plain:
    """Return a refusal of the library as plain values."""
    own = {key: str(value) for key, value in vars(error).items() if not key.startswith("_")}
    return {"class": type(error).__name__, "text": str(error), "own": own}


def error_of(plain: Plain) -> GeoToolkitError:
    """Return the refusal carried in plain values: same class, same text.

    Examples
    --------
    >>> error_of(carried_error(errors.BoundaryError("a.txt", "", "x", "y", "z")))
    BoundaryError('a.txt: expected x, got y; z')
    """
    kind = getattr(errors, plain["class"]) if plain["class"] in errors.__all__ else GeoToolkitError
    error: GeoToolkitError = kind.__new__(kind, plain["text"])
    error.args = (plain["text"],)
    vars(error).update(plain["own"])
    return error


def _carried_input(source: InputFile) -> Plain:
    plain = {name: getattr(source, name) for name in _OF_INPUT}
    repairs = [(one.place, one.what, one.area_change_m2) for one in source.repairs]
    return {**plain, "name": source.path.name, "datum": source.datum.value, "repairs": repairs}


def _input_of(plain: Plain, folder: Path) -> InputFile:
    given = {name: plain[name] for name in _OF_INPUT}
    return InputFile(
        **{
            **given,
            "path": folder / str(plain["name"]),
            "datum": Datum(plain["datum"]),
            "repairs": tuple(Repair(*one) for one in plain["repairs"]),
        }
    )
