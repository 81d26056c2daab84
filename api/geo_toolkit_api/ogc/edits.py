"""Edits of single features, each a new version of its layer (OGC API - Features, Part 4).

An edit goes through everything that a delivery goes through: validation, comparison, the gate and
the catalogue's compare-and-swap. It starts from the newest version, and is refused where that is
not the one in force, since the edit would undo what is to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from fastapi import HTTPException
from geopandas import GeoDataFrame

from geo_toolkit.boundary.crs_basis import System
from geo_toolkit.catalogue import PublishOptions, publish
from geo_toolkit.catalogue.content import feature_keys
from geo_toolkit.catalogue.delivery import Delivered
from geo_toolkit.catalogue.postgis import is_postgis
from geo_toolkit.catalogue.prepare import prepare_update
from geo_toolkit.catalogue.text import day_texts, is_date_column
from geo_toolkit.errors import LayerError, OptionError
from geo_toolkit.geodesy import CGCS2000, Datum
from geo_toolkit_api.ogc.items import feature_row
from geo_toolkit_api.ogc.tags import feature_tag, is_meant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.catalogue import Layer, LayerEntry, Preparation
    from geo_toolkit_api.ogc.drafts import Draft

__all__ = ["Edit", "Words", "require_match"]


@dataclass(frozen=True)
class Words:
    """What an editor says: who, why, and the reason for passing the gate."""

    author: str
    note: str
    override: str | None = None


class Edit:
    """A layer about to be edited: its features as they are stored, under the version they are.

    Raises
    ------
    HTTPException
        409 if the layer cannot be edited feature by feature.
    """

    def __init__(self, entry: LayerEntry, layer: Layer) -> None:
        self.entry = entry
        self.layer = layer
        versions = entry.versions
        self.expected = versions[-1].number if versions else -1
        if layer.version != max(self.expected, 0):
            raise HTTPException(
                409,
                f"layer {layer.id}: version {self.expected} is published and in force later; an "
                f"edit of version {layer.version} would undo it; publish a delivery instead",
            )
        if is_postgis(entry.definition.data) and not versions:
            raise HTTPException(409, f"layer {layer.id} is a live table; edit it in its database")
        if layer.definition.datum.is_web:
            datum = layer.definition.datum.value
            raise HTTPException(
                409, f"layer {layer.id} was converted from {datum}; publish a delivery instead"
            )
        try:
            self.content = entry.content(max(self.expected, 0))
        except LayerError as error:
            raise HTTPException(409, str(error)) from error
        if layer.definition.key not in self.content.columns:
            raise HTTPException(409, f"layer {layer.id} has no key column; publish a delivery")
        self.keys = feature_keys(self.content, layer.definition.key)

    def add(self, draft: Draft) -> GeoDataFrame:
        """Return the features with one more.

        Raises
        ------
        HTTPException
            409 if there is one of that key.
        """
        if draft.key in self.keys:
            raise HTTPException(
                409, f"layer {self.layer.id} has a feature {draft.key!r}; replace it with PUT"
            )
        return self._with(len(self.content), draft)

    def replace(self, draft: Draft) -> GeoDataFrame:
        """Return the features with one replaced."""
        return self._with(self._position(draft.key), draft)

    def without(self, key: str) -> GeoDataFrame:
        """Return the features without one."""
        kept = np.arange(len(self.content)) != self._position(key)
        return self.content[kept].reset_index(drop=True)

    def publish(self, frame: GeoDataFrame, words: Words, *, body: bytes) -> Preparation:
        """Publish the features as the layer's next version.

        Raises
        ------
        HTTPException
            422 for faults, 409 where the gate or another editor is in the way.
        """
        prepared = self._prepared(frame, words, body)
        if prepared.expected != self.expected:
            raise HTTPException(412, f"layer {self.layer.id} was published meanwhile; ask for the "
                                     "feature again")  # fmt: skip
        if prepared.frame is None or len(prepared.frame) != len(frame):
            raise HTTPException(422, f"layer {self.layer.id} takes only features that its filter "
                                     "lets through; correct the property")  # fmt: skip
        errors = [fault for fault in prepared.faults if fault.level == "error"]
        if errors:
            raise HTTPException(422, str(errors[0]))
        if prepared.refusal is not None:
            raise HTTPException(409, f"layer {self.layer.id}: the edit is beyond its limits "
                                     f"({'; '.join(prepared.exceeded)}); give a written reason in "
                                     "the header Geo-Toolkit-Override")  # fmt: skip
        try:
            catalogue = self.entry.catalogue
            return publish(catalogue.store, [prepared], crs=catalogue.crs)[0]
        except LayerError as error:
            raise HTTPException(409, str(error)) from error

    def _prepared(self, frame: GeoDataFrame, words: Words, body: bytes) -> Preparation:
        delivered = Delivered(
            path=Path("edit.geojson"),
            name=self.layer.id,
            format="GeoJSON",
            sha256=sha256(body).hexdigest(),
            columns=pd.DataFrame(frame.drop(columns=frame.geometry.name)),
            geometry=np.asarray(frame.geometry.array, dtype=object),
            system=System(CGCS2000, "declared (an edit of stored features)", Datum.CGCS2000),
            encoding="UTF-8",
            encoding_basis="declared (JSON)",
        )
        try:
            options = PublishOptions.of(
                note=words.note, author=words.author, override=words.override
            )
            return prepare_update(
                self.entry.catalogue.ground(), self.entry.definition, self.entry.folder,
                delivered, options,
            )  # fmt: skip
        except (LayerError, OptionError) as error:
            raise HTTPException(409, str(error)) from error

    def _position(self, key: str) -> int:
        found = np.flatnonzero(self.keys == key)
        if not len(found):
            raise HTTPException(409, f"feature {key!r} cannot be edited by itself; publish a "
                                     "delivery instead")  # fmt: skip
        return int(found[0])

    def _with(self, position: int, draft: Draft) -> GeoDataFrame:
        """Return the features with one put at a position, the one after the last if it is new."""
        key = self.layer.definition.key
        values = {**draft.values, key: draft.key}
        name = self.content.geometry.name
        columns = {
            str(column): _put(self.content[column], position, values.get(str(column)))
            for column in self.content.columns
            if column != name
        }
        shapes = [*self.content.geometry.array]
        shapes[position : position + 1] = [draft.geometry]
        held: NDArray[np.object_] = np.empty(len(shapes), dtype=object)
        held[:] = shapes
        return GeoDataFrame(pd.DataFrame(columns), geometry=held, crs=CGCS2000)


def require_match(layer: Layer, feature_id: str, if_match: str | None) -> int:
    """Return the position of a feature, if it is still as the editor has it.

    Raises
    ------
    HTTPException
        404 if there is none, 428 without ``If-Match``, 412 if it is another by now.
    """
    row = feature_row(layer, feature_id)
    if row is None:
        raise HTTPException(404, f"no feature {feature_id[:80]!r} in layer {layer.id!r}")
    if if_match is None:
        raise HTTPException(428, "expected the feature's ETag as If-Match, got none; ask for the "
                                 "feature and send it")  # fmt: skip
    if not is_meant(if_match, feature_tag(layer, row)):
        raise HTTPException(412, f"feature {feature_id[:80]!r} has changed since; ask for it again")
    return row


def _put(values: pd.Series, position: int, value: Any) -> pd.Series:  # noqa: ANN401 (any cell)
    """Return a column with a value at a position, of the same type where that can hold it."""
    held = values.astype(object).tolist()
    held[position : position + 1] = [value]
    kind = values.dtype.kind if isinstance(values.dtype, np.dtype) else "O"
    empty = [cell is None or cell is pd.NaT for cell in held]
    if kind in "iu" and any(empty):
        return pd.Series(held, dtype=float)
    if kind == "b" and any(empty):
        return pd.Series(held, dtype=object)
    if is_date_column(values):  # stored as texts, days without a time
        return day_texts(pd.Series(held, dtype=object))
    return pd.Series(held, dtype=values.dtype)
