"""What a layer is on a day, without reading its features where a version is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyogrio

from geo_toolkit.catalogue.versions import effective_definition
from geo_toolkit.errors import LayerError

if TYPE_CHECKING:
    from datetime import date

    from geo_toolkit.catalogue.definition import LayerDefinition
    from geo_toolkit.catalogue.entry import LayerEntry

__all__ = ["LayerSummary", "summarise"]


@dataclass(frozen=True)
class LayerSummary:
    """A layer's definition and state on a day; bounds are west, south, east, north in degrees."""

    definition: LayerDefinition
    version: int
    sha256: str
    features: int
    bounds: tuple[float, ...] | None
    fields: tuple[str, ...]
    document: str | None = None
    fault: str | None = None

    def as_json(self) -> dict[str, Any]:  # JSON values
        """Return the layer as ``layers list`` and ``layers show`` answer it (DESIGN §6).

        Of a layer that may only give verdicts, counts only.
        """
        definition = self.definition.model_dump(mode="json", by_alias=True, exclude={"style"})
        is_secret = self.definition.secrecy == "verdict_only"
        bounds = None if is_secret or self.bounds is None else self.bounds
        return {
            **definition,
            "version": self.version,
            "document": self.document,
            "features": self.features,
            "sha256": self.sha256,
            "bounds": None if bounds is None else [round(float(v), 6) for v in bounds],
            "fields": [] if is_secret else list(self.fields),
            "fault": self.fault,
        }


def summarise(
    entry: LayerEntry, day: date, *, version: int | None = None, known_on: date | None = None
) -> LayerSummary:
    """Return what a layer is on a day.

    Parameters
    ----------
    version
        A version by its number instead of the one in force.
    known_on
        Only what had been published by that day counts.

    Raises
    ------
    LayerError
        If the layer is not in force on that day.
    """
    chosen = entry.version_meant(day, version, known_on)
    definition = effective_definition(entry.definition, chosen)
    if chosen is None:
        layer = entry.read(day)
        frame = layer.frame
        fields = tuple(str(column) for column in frame.columns if column != "geometry")
        box = None if frame.empty else tuple(frame.total_bounds)
        return LayerSummary(definition, 0, layer.sha256, len(frame), box, fields, fault=layer.fault)
    path = entry.catalogue.store.file_of(chosen)
    bounds, fault = None, None
    names: tuple[str, ...] = ()
    try:
        info = pyogrio.read_info(path, force_total_bounds=True)
        bounds, names = info["total_bounds"], tuple(str(name) for name in info["fields"])
    except (OSError, ValueError, RuntimeError, LayerError):
        fault = f"{path.name}: cannot be read; run: geo-toolkit layers doctor"
    return LayerSummary(
        definition, chosen.number, chosen.sha256, chosen.features,
        None if bounds is None else tuple(float(v) for v in bounds), names,
        chosen.stated.document, fault,
    )  # fmt: skip
