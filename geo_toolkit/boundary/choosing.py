"""Which layer of a dataset is meant: the one that holds polygons, or lines for a corridor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_toolkit.boundary.options import ReadOptions

__all__ = ["choose_layer"]

_ANY = ("Geometry", "Unknown", "GeometryCollection")
_POLYGONS = ("Polygon", "Surface")
_LINES = ("Line", "Curve")


def choose_layer(layers: Sequence[tuple[str, str]], options: ReadOptions, file: str) -> str:
    """Return the name of the one layer that is meant.

    Parameters
    ----------
    layers
        Name and geometry type of each, as GDAL tells them; empty for a table without geometry.

    Raises
    ------
    BoundaryError
        If there is none of the kind, or several and no ``--layer`` among them.

    Examples
    --------
    >>> from geo_toolkit.boundary.options import ReadOptions
    >>> choose_layer([("plots", "MultiPolygon"), ("notes", "Point")], ReadOptions(), "a.gpkg")
    'plots'
    """
    what = "polygon" if options.corridor_m is None else "line"
    words = _POLYGONS if options.corridor_m is None else _LINES
    fit = [name for name, kind in layers if any(w in kind for w in words) or kind in _ANY]
    if options.layer is not None:
        if options.layer in fit:
            return options.layer
        expected = f"a {what} layer {options.layer!r}"
    elif len(fit) == 1:
        return fit[0]
    else:
        expected = f"one {what} layer"
    shown = fit or [f"{name} ({kind or 'no geometry'})" for name, kind in layers]
    remedy = "choose one of them with --layer" if fit else _remedy(layers, what)
    raise BoundaryError(file, "", expected, ", ".join(shown) or "no layer", remedy)


def _remedy(layers: Sequence[tuple[str, str]], what: str) -> str:
    """Return what to do where no layer is of the kind."""
    if what == "line":
        return "leave --corridor-m out for polygons"
    if any(word in kind for _, kind in layers for word in _LINES):
        return "submit the outline as polygons, or give --corridor-m for centrelines"
    return "submit the outline as polygons"
