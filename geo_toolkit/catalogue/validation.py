"""The faults of a delivery, all of them at once: schema, keys, geometry, bounds, topology."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_toolkit.catalogue.faults import LayerFault, place_of
from geo_toolkit.catalogue.text import texts
from geo_toolkit.catalogue.topology import topology_faults

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.catalogue.definition import ColumnRule, LayerDefinition

__all__ = ["feature_faults", "is_outside", "validate_content"]

_FAMILY = {"point": (0, 4), "line": (1, 5), "polygon": (3, 6)}
_KIND_NAMES = ("Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString",
               "MultiPolygon", "GeometryCollection")  # fmt: skip
_DAY = r"\d{4}-\d{2}-\d{2}"


def validate_content(
    definition: LayerDefinition,
    frame: GeoDataFrame,
    *,
    bounds: tuple[float, float, float, float],
    crs: CRS,
) -> list[LayerFault]:
    """Return every fault of features that are to be published.

    Parameters
    ----------
    definition
        Says key, geometry type, columns, and what the layer forbids.
    frame
        Features in CGCS2000 degrees, the key in its column.
    bounds
        The workspace's west, south, east, north in degrees.
    crs
        The metric CRS of the workspace.
    """
    if not len(frame):
        return [LayerFault("no_features", "error", "", "at least one feature", "none",
                           "check the table and the filter")]  # fmt: skip
    keys = texts(frame[definition.key])
    shapes = np.asarray(frame.geometry.array, dtype=object)
    faults, usable = feature_faults(definition, frame, bounds=bounds)
    faults += _repeated_keys(definition.key, keys, shapes)
    rows = np.flatnonzero(usable)
    if definition.geometry == "polygon" and len(rows):
        faults += topology_faults(definition.checks, keys.to_numpy()[rows], shapes[rows], crs)
    return faults


def feature_faults(
    definition: LayerDefinition,
    frame: GeoDataFrame,
    *,
    bounds: tuple[float, float, float, float],
    first_row: int = 0,
) -> tuple[list[LayerFault], NDArray[np.bool_]]:
    """Return the faults of single features, and which of them are fit to be compared.

    Parameters
    ----------
    first_row
        How many features of the delivery came before these, so that rows are named right.
    """
    keys = texts(frame[definition.key])
    shapes = np.asarray(frame.geometry.array, dtype=object)
    faults = _column_faults(definition, frame, keys)
    faults += _missing_keys(definition.key, keys, shapes, first_row)
    geometry_faults, usable = _geometry_faults(definition, keys, shapes, bounds)
    return [*faults, *geometry_faults], usable


def is_outside(
    shapes: NDArray[np.object_], bounds: tuple[float, float, float, float]
) -> NDArray[np.bool_]:
    """Return which geometries lie wholly outside some bounds; those without a place do not.

    Lines that run on and areas across the edge are usual; nothing of a feature inside is what a
    wrong coordinate system looks like.
    """
    west, south, east, north = bounds
    box = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        beyond = (box[:, 2] < west) | (box[:, 3] < south) | (box[:, 0] > east) | (
            box[:, 1] > north
        )  # fmt: skip
    return np.asarray(beyond, dtype=bool)


def _column_faults(
    definition: LayerDefinition, frame: GeoDataFrame, keys: pd.Series
) -> list[LayerFault]:
    faults = []
    for name, rule in definition.columns.items():
        if name not in frame.columns:
            if rule.required:
                faults.append(
                    LayerFault("column_missing", "error", "", f"a column {name!r}", "none",
                               "add the column")
                )  # fmt: skip
            continue
        text = texts(frame[name])
        wrong, expected = _wrong_values(rule, frame[name], text)
        for row in np.flatnonzero(wrong):
            code = "column_empty" if text.iloc[row] == "" else "column_value"
            faults.append(
                LayerFault(code, "error", keys.iloc[row], f"{name}: {expected}",
                           repr(text.iloc[row]), "correct the value",
                           *place_of(frame.geometry.iloc[row]))
            )  # fmt: skip
    return faults


def _wrong_values(
    rule: ColumnRule, values: pd.Series, text: pd.Series
) -> tuple[NDArray[np.bool_], str]:
    """Return which values break a column's rule, and what was expected of them."""
    given = (text != "").to_numpy()
    wrong = np.zeros(len(text), dtype=bool)
    expected = "a value"
    if rule.values:
        expected = "one of " + ", ".join(rule.values)
        wrong |= given & ~text.isin(rule.values).to_numpy()
    if rule.type in ("number", "integer"):
        number = pd.to_numeric(text.where(given), errors="coerce")
        expected = f"a {rule.type}" if not rule.values else expected
        wrong |= given & number.isna().to_numpy()
        if rule.type == "integer":
            wrong |= given & ~(number.fillna(0) % 1 == 0).to_numpy()
    elif rule.type == "date":
        expected = "a day as YYYY-MM-DD"
        wrong |= given & ~text.str.match(_DAY).to_numpy(dtype=bool)
    elif rule.type == "text" and pd.api.types.is_numeric_dtype(values.dtype):
        expected = "text"
        wrong |= given
    if rule.required:
        wrong |= ~given
    return wrong, expected


def _missing_keys(
    key: str, keys: pd.Series, shapes: NDArray[np.object_], first_row: int
) -> list[LayerFault]:
    return [
        LayerFault("key_missing", "error", f"row {first_row + row + 1}", f"a text in {key!r}",
                   "none", "give the feature a key", *place_of(shapes[row]))
        for row in np.flatnonzero((keys == "").to_numpy()).tolist()
    ]  # fmt: skip


def _repeated_keys(key: str, keys: pd.Series, shapes: NDArray[np.object_]) -> list[LayerFault]:
    again = keys.duplicated(keep="first").to_numpy() & ~(keys == "").to_numpy()
    return [
        LayerFault("key_duplicate", "error", keys.iloc[row], f"each {key!r} once", "it again",
                   "give the feature a key of its own", *place_of(shapes[row]))
        for row in np.flatnonzero(again)
    ]  # fmt: skip


def _geometry_faults(
    definition: LayerDefinition,
    keys: pd.Series,
    shapes: NDArray[np.object_],
    bounds: tuple[float, float, float, float],
) -> tuple[list[LayerFault], NDArray[np.bool_]]:
    """Return the faults of single geometries, and which features are fit for topology."""
    kinds = shapely.get_type_id(shapes)
    missing = (kinds == -1) | shapely.is_empty(shapes)
    family = np.isin(kinds, _FAMILY[definition.geometry])
    box = shapely.bounds(shapes)
    finite = np.isfinite(box).all(axis=1)
    west, south, east, north = bounds
    outside = is_outside(shapes, bounds)
    valid = np.zeros(len(shapes), dtype=bool)
    testable = ~missing & finite
    valid[testable] = shapely.is_valid(shapes[testable])
    found: list[LayerFault] = []
    for row in np.flatnonzero(missing):
        found.append(LayerFault("geometry_missing", "error", keys.iloc[row], "a geometry", "none",
                                "draw it or leave the feature out"))  # fmt: skip
    for row in np.flatnonzero(~missing & ~family):
        found.append(
            LayerFault("geometry_type", "error", keys.iloc[row], f"a {definition.geometry}",
                       _KIND_NAMES[kinds[row]], "draw it anew or move it to another layer",
                       *place_of(shapes[row]))
        )  # fmt: skip
    for row in np.flatnonzero(~missing & ~finite):
        found.append(LayerFault("coordinates", "error", keys.iloc[row], "finite coordinates",
                                "not a number", "export the feature again"))  # fmt: skip
    for row in np.flatnonzero(testable & family & ~valid):
        reason = shapely.is_valid_reason(shapes[row]).partition("[")[0]
        found.append(
            LayerFault("invalid_geometry", "gate", keys.iloc[row], "a valid outline",
                       reason.lower(), "repair the outline", *place_of(shapes[row]))
        )  # fmt: skip
    for row in np.flatnonzero(testable & outside):
        found.append(
            LayerFault("outside_bounds", "gate", keys.iloc[row],
                       f"a place in {west:g}-{east:g} E, {south:g}-{north:g} N",
                       f"{box[row, 0]:.4f}-{box[row, 2]:.4f}, {box[row, 1]:.4f}-{box[row, 3]:.4f}",
                       "check the coordinate system, or clip it", *place_of(shapes[row]))
        )  # fmt: skip
    if definition.geometry == "polygon":
        flat = testable & family & (shapely.area(shapes) == 0)
        for row in np.flatnonzero(flat):
            found.append(
                LayerFault("no_area", "error", keys.iloc[row], "a polygon with an area", "0 m²",
                           "draw it anew or leave it out", *place_of(shapes[row]))
            )  # fmt: skip
    return found, testable & family & valid
