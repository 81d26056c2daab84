"""The changed features of a layer as layers of their own: before, after, and what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.catalogue.definition import Style
from geo_toolkit.catalogue.features import shaped_features
from geo_toolkit.catalogue.layer import Layer
from geo_toolkit.geodesy import Datum

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo_toolkit.catalogue.definition import LayerDefinition
    from geo_toolkit.catalogue.diff import LayerDiff

__all__ = ["layers_of_changes"]

_SIDES = (
    # table of the diff, suffix of the id, key column, title, colour
    ("WHQ", "before", "key_before", ("变更前", "before"), "#6B7280"),
    ("WHH", "after", "key_after", ("变更后", "after"), "#1B7F3B"),
    ("WHC", "change", "row", ("变化部分", "what changed"), "#B3261E"),
)


def layers_of_changes(definition: LayerDefinition, diff: LayerDiff) -> list[Layer]:
    """Return the changed features as they were, as they will be, and the parts that differ.

    Sides without a feature are left out, so that an empty list means that nothing changed shape.

    Parameters
    ----------
    definition
        The layer's, with what its newest version says.
    """
    tables = diff.as_tables()
    found = []
    for name, suffix, key, (zh, en), color in _SIDES:
        table = tables[name]
        if not len(table):
            continue
        numbered = table.assign(row=[str(n) for n in range(1, len(table) + 1)])
        own = definition.model_copy(
            update={
                "id": f"{definition.id}_{suffix}",
                "title_zh": f"{definition.title('zh')} {zh}",
                "title_en": f"{definition.title('en')} {en}",
                "key": key,
                "crs": "EPSG:4490",
                "datum": Datum.CGCS2000,
                "where": None,
                "style": Style(color=color),
            }
        )
        found.append(_layer(own, numbered))
    return found


def _layer(definition: LayerDefinition, table: GeoDataFrame) -> Layer:
    frame, _ = shaped_features(definition, lambda: table)
    return Layer(definition, 0, definition.effective_from, "", frame, None)
