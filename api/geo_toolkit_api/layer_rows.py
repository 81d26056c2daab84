"""Layers, their versions and changes as ``/layers`` tells them, counts only where that is all.

Of a layer that is not public, a caller without the internal scope learns what one of
``verdict_only`` would show: that it is there, its standing and its counts; no coordinate, exact
area, column or text of a fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from geo_toolkit.catalogue.diff import compare
from geo_toolkit.errors import NotAvailable

if TYPE_CHECKING:
    from datetime import date

    from geo_toolkit.catalogue import LayerDefinition, LayerEntry, Preparation, Version

__all__ = [
    "Fault",
    "LayerChange",
    "LayerRow",
    "LayerShown",
    "LayerVersion",
    "Publication",
    "change_of",
    "layer_row",
    "publication_of",
    "version_row",
]

Json = dict[str, Any]  # JSON: values of every type
Secrecy = Literal["public", "internal", "verdict_only"]
EvidenceWord = Literal["official", "published", "schematic"]

_UNUSABLE = "its data cannot be used; ask who keeps the layer"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LayerRow(_Row):
    """One layer as it is in force today."""

    id: str = Field(examples=["parks"])
    title_zh: str = Field(examples=["产业园区"])
    title_en: str = Field(examples=["Industrial parks"])
    role: str = Field(examples=["industrial_park"])
    geometry: Literal["point", "line", "polygon"]
    version: int | None = Field(examples=[0])
    features: int | None = Field(examples=[16])
    evidence: EvidenceWord
    accuracy_m: float = Field(description="Bound of the outline's error, metres.")
    coverage: str = Field(examples=["none"])
    secrecy: Secrecy
    effective_from: str | None = Field(examples=["2026-01-01"])
    source: str
    licence: str = Field(examples=["CC-BY-4.0"])
    approval_number: str
    sha256: str | None
    fault: str | None


class LayerShown(LayerRow):
    """One layer with what its features hold."""

    authority: str
    document: str | None
    bounds: list[float] | None = Field(description="West, south, east, north, degrees.")
    columns: list[str]
    versions: int = Field(description="How many versions were published.")


class LayerVersion(_Row):
    """One published version."""

    version: int
    committed_at: str | None
    effective_from: str | None
    author: str | None = Field(description="Null for callers without a key.")
    note: str | None
    sha256: str
    features: int
    area_m2: float | None
    document: str | None
    evidence: str | None
    accuracy_m: float | None
    coverage: str | None
    secrecy: str | None
    restored_from: int | None
    override: str | None
    exceeded: list[str]


class LayerChange(_Row):
    """What changes from one version to another; areas are sums over features."""

    from_version: int
    to_version: int
    added: int
    removed: int
    reshaped: int
    attributes: int
    rekeyed: int
    features_before: int
    features_after: int
    area_before_m2: float | None
    area_after_m2: float | None
    area_gained_m2: float | None
    area_lost_m2: float | None
    by_county: list[Json]
    by_class: list[Json]


class Fault(_Row):
    """One fault of a delivery."""

    code: str = Field(examples=["key_duplicate"])
    level: Literal["error", "gate", "warning"]
    feature: str
    lon: float | None
    lat: float | None
    expected: str
    got: str
    remedy: str


class Publication(_Row):
    """A delivery weighed against its layer, and the version it became, if it did."""

    layer: str
    published: bool
    unchanged: bool
    version: int = Field(description="The newest version afterwards.")
    would_be: int
    effective_from: str | None
    refusal: str | None
    exceeded: list[str]
    override: str | None
    remarks: list[str]
    diff: Json | None
    faults: list[Fault]


def layer_row(entry: LayerEntry, day: date, *, is_seen: bool, is_whole: bool = False) -> Json:
    """Return a layer as it is in force on a day.

    Parameters
    ----------
    is_seen
        Whether the caller may have its geometry and numbers.
    is_whole
        Whether bounds and columns are wanted too.
    """
    definition = entry.definition_on(day)
    row = _described(definition)
    if is_whole:
        row |= {
            "authority": definition.authority,
            "document": None,
            "bounds": None,
            "columns": [],
            "versions": len(entry.versions),
        }
    try:
        layer = entry.read(day)
    except NotAvailable as error:  # one layer that cannot be used must not hide the others
        return row | {"fault": str(error) if is_seen else _UNUSABLE}
    row |= {
        "version": layer.version,
        "features": layer.features_total,
        "effective_from": _day(layer.effective_from),
        "sha256": layer.sha256,
        "fault": layer.fault if is_seen or layer.fault is None else _UNUSABLE,
    }
    if is_whole and is_seen:
        version = entry.version_on(day)
        row["document"] = version.stated.document if version else None
        row["columns"] = [
            str(c) for c in layer.frame.columns
            if c not in ("geometry", "feature_name", "feature_accuracy_m", "feature_evidence")
        ]  # fmt: skip
        if len(layer.frame):
            row["bounds"] = [round(float(v), 6) for v in layer.frame.total_bounds]
    return row


def _described(definition: LayerDefinition) -> Json:
    return {
        "id": definition.id,
        "title_zh": definition.title_zh,
        "title_en": definition.title_en,
        "role": definition.role,
        "geometry": definition.geometry,
        "version": None,
        "features": None,
        "evidence": definition.evidence.value,
        "accuracy_m": definition.accuracy_m,
        "coverage": definition.coverage,
        "secrecy": definition.secrecy,
        "effective_from": None,
        "source": definition.source,
        "licence": definition.licence,
        "approval_number": definition.approval_number,
        "sha256": None,
        "fault": None,
    }


def version_row(version: Version, *, is_seen: bool, is_known: bool) -> Json:
    """Return one version.

    Parameters
    ----------
    is_seen
        Whether the caller may have the layer's numbers.
    is_known
        Whether the caller has a key, and may read who published.
    """
    whole = version.as_row(counts_only=not is_seen)
    row = {name: whole[name] for name in LayerVersion.model_fields}
    if not is_known:
        row["author"] = None
    if not is_seen:
        row |= {"note": None, "override": None, "exceeded": []}
    return row


def change_of(entry: LayerEntry, start: int, end: int, *, is_seen: bool) -> Json:
    """Return what changes from one version of a layer to another.

    Raises
    ------
    LayerError
        If there is no such version, or its file cannot be read.
    """
    found = compare(
        entry.content(start),
        entry.content(end),
        key=entry.definition.key,
        crs=entry.catalogue.crs,
        counties=entry.catalogue.counties() if is_seen else None,
    )
    empty: Json = {"area_before_m2": None, "area_after_m2": None, "by_class": []}
    told = {**empty, **found.as_json(counts_only=not is_seen)}
    return {"from_version": start, "to_version": end, **told}


def publication_of(prepared: Preparation, *, is_seen: bool) -> Json:
    """Return how a delivery stands against its layer.

    Parameters
    ----------
    is_seen
        Whether the caller may have the layer's numbers; without, the limits that were passed are
        told by name alone.
    """
    row = prepared.as_json()
    if not is_seen:
        row["exceeded"] = [text.partition(":")[0] for text in row["exceeded"]]
        row["diff"] = prepared.diff.as_json(counts_only=True) if prepared.diff else None
    if row["refusal"] and not any(fault["level"] == "error" for fault in row["faults"]):
        row["refusal"] = (
            f"layer {row['layer']}: the update is beyond its limits "
            f"({'; '.join(row['exceeded'])}); correct the delivery or send a written reason as "
            "'override'"
        )
    return row


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
