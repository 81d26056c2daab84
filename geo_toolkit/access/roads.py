"""Roads and interchanges into a draft network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.access.features import points_of
from geo_toolkit.access.lines import LineSet, add_lines, route_names
from geo_toolkit.access.places import label_node, report_far

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_toolkit.access.draft import Draft
    from geo_toolkit.access.features import Features
    from geo_toolkit.access.parameters import Logistics

__all__ = ["add_roads"]

_EXPRESSWAY = "expressway"
_STREET = "(street)"
_NO = ("", "no", "0", "false", "否")


def add_roads(draft: Draft, features: Mapping[str, Features], logistics: Logistics) -> str:
    """Add roads and interchanges, and return the network level.

    Expressways are entered and left only at interchanges. They join one another where they share
    a vertex, where a loose end lies beside another, and at interchanges; a mere crossing is a
    bridge. Ordinary roads join where they share a vertex or cross without ``bridge`` or
    ``tunnel``, and can be entered at every junction. A road with ``oneway`` is passable in its own
    direction only.

    Raises
    ------
    DefinitionError
        If a road's class (column ``class``, else ``highway``) is not in ``logistics.toml``.
    """
    roads, interchanges = features["highway"], features["interchange"]
    classes = _classes(roads, logistics)
    lines = LineSet.of(roads)
    cls = [classes[i] for i in lines.feature]
    is_street = np.array([name != _EXPRESSWAY for name in cls], dtype=bool)
    routes = route_names(roads)
    rules = logistics.network
    noded = lines.node(
        points_of(interchanges),
        snap_m=np.full(len(interchanges), rules.interchange_snap_m.value),
        tie_m=float("inf"),
        end_snap_m=rules.road_snap_m.value,
        street_snap_m=rules.street_snap_m.value,
        group=[_STREET if s else routes[i] for s, i in zip(is_street, lines.feature, strict=True)],
        is_street=is_street,
        is_apart=_is_apart(roads)[lines.feature],
    )
    number = add_lines(
        draft,
        lines,
        noded,
        mode="road",
        kind="road",
        cls=cls,
        joint_cls="ramp",
        is_oneway=_is_yes(roads.text("oneway"))[lines.feature],
    )
    on_street = is_street[noded.line]
    for node in np.concatenate([noded.a[on_street], noded.b[on_street]]).tolist():
        draft.nodes[int(number[node])]["kind"] = "junction"
    for row, node in enumerate(noded.point_node.tolist()):
        if node >= 0:
            label_node(draft, int(number[node]), interchanges, row)
            draft.nodes[int(number[node])].update(kind="junction", role="interchange")
    report_far(draft, interchanges, noded.point_m, noded.point_node >= 0)
    return _level(classes, logistics)


def _classes(roads: Features, logistics: Logistics) -> list[str]:
    layer, keys = roads.text("layer"), [str(key) for key in roads.table.index]
    return [
        logistics.road_class(own or tag, f"layer {layer[i]} feature {keys[i]!r}")
        for i, (own, tag) in enumerate(zip(roads.text("class"), roads.text("highway"), strict=True))
    ]


def _is_apart(roads: Features) -> NDArray[np.bool_]:
    """Return which roads are bridges or tunnels, and so cross nothing at grade."""
    return _is_yes(roads.text("bridge")) | _is_yes(roads.text("tunnel"))


def _is_yes(texts: list[str]) -> NDArray[np.bool_]:
    return np.array([text.lower() not in _NO for text in texts], dtype=bool)


def _level(classes: list[str], logistics: Logistics) -> str:
    levels = {logistics.road[name].level for name in classes}
    return next((level for level in ("full", "county") if level in levels), "skeleton")
