"""A layer as it is in force on a day: definition, version, features, coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.catalogue.definition import LayerDefinition

__all__ = ["FEATURE_NAME_COLUMNS", "Layer"]

FEATURE_NAME_COLUMNS = ("name_zh", "name", "HXMC", "GHFQMC", "MC", "名称")
"""A feature's name is the first of these columns that is there and not empty."""


@dataclass(frozen=True)
class Layer:
    """One layer in one version.

    Attributes
    ----------
    definition
        With what the version says already in place of what the file says.
    version
        0 for the bundled data file.
    frame
        Features in CGCS2000 degrees (EPSG:4490, lon lat), index the key as text, all columns as
        delivered, and four more that are always there: ``feature_name`` (text or ""),
        ``feature_accuracy_m`` (the feature's own, else the layer's), ``feature_evidence`` (the
        feature's own, else the layer's) and ``geometry``.
    coverage
        Where absence means absence, in CGCS2000 degrees; None where it never does.
    fault
        Why the data could not be read; the frame is then empty and the layer clears nothing.
    features_total
        How many features the layer has; more than the frame where only a window was read.
    complete_within_m
        Within this distance of every site asked about, the frame holds all features.
    """

    definition: LayerDefinition
    version: int
    effective_from: date | None
    sha256: str
    frame: GeoDataFrame
    coverage: BaseGeometry | None
    fault: str | None = None
    features_total: int = -1
    complete_within_m: float = float("inf")

    def __post_init__(self) -> None:
        """Count the features where the frame holds all of them."""
        if self.features_total < 0:
            object.__setattr__(self, "features_total", len(self.frame))

    @property
    def id(self) -> str:
        """The layer's id."""
        return self.definition.id

    @property
    def role(self) -> str:
        """What the layer means to rules."""
        return self.definition.role
