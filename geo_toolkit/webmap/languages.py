"""One page in two languages: what each of them says, side by side in the page's data."""

from __future__ import annotations

from typing import Any

__all__ = ["bilingual"]

Row = dict[str, Any]  # JSON: values of every type

_OF_PAGE = (
    "lang", "title", "subtitle", "groups", "banner", "sites", "notes", "credits", "words",
    "basemap",
)  # fmt: skip
_OF_LAYER = ("title", "role", "note", "fault", "facts", "words", "legend")
_OF_FEATURE = ("n", "l", "m")


def bilingual(first: Row, second: Row) -> Row:
    """Return a page's data with what the same page says in another language, for its switch.

    Parameters
    ----------
    first, second
        The data of one page, drawn in two languages: the same layers and features. Each layer and
        feature of the first takes the other's texts as ``o``, where they differ.

    Examples
    --------
    >>> zh = {"lang": "zh", "layers": [{"id": "a", "title": "甲", "features": []}]}
    >>> en = {"lang": "en", "layers": [{"id": "a", "title": "A", "features": []}]}
    >>> page = bilingual(zh, en)
    >>> page["layers"][0]["o"], page["other"]
    ({'title': 'A'}, {'lang': 'en'})
    """
    twins = {layer["id"]: layer for layer in second["layers"]}
    layers = [_layer(layer, twins.get(layer["id"])) for layer in first["layers"]]
    other = {name: second[name] for name in _OF_PAGE if name in first and name in second}
    return first | {"layers": layers, "other": other}


def _layer(layer: Row, twin: Row | None) -> Row:
    if twin is None:
        return layer
    twins = {feature["u"]: feature for feature in twin["features"]}
    features = [
        _with_other(feature, twins.get(feature["u"]), _OF_FEATURE) for feature in layer["features"]
    ]
    return _with_other(layer, twin, _OF_LAYER) | {"features": features}


def _with_other(one: Row, twin: Row | None, names: tuple[str, ...]) -> Row:
    if twin is None:
        return one
    other = {n: twin[n] for n in names if n in one and n in twin and one[n] != twin[n]}
    return one | {"o": other} if other else one
