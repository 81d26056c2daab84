"""Entity tags: what a representation is made of, and whether a client has it already."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import shapely

from geo_toolkit import __version__
from geo_toolkit_api.ogc.items import property_texts

if TYPE_CHECKING:
    from geo_toolkit.catalogue import Layer

__all__ = ["feature_tag", "is_known", "is_meant", "layer_stamp", "tag_of"]


def tag_of(*parts: object) -> str:
    r"""Return an entity tag of some parts.

    Examples
    --------
    >>> tag_of("a", 1) == tag_of("a", 1), tag_of("a", 1) == tag_of("a1"), len(tag_of("a"))
    (True, False, 34)
    """
    text = "\x1f".join(str(part) for part in (__version__, *parts))
    return f'"{sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def layer_stamp(layer: Layer) -> tuple[object, ...] | None:
    """Return what changes with a layer; None where nothing tells, as with a live table."""
    if not layer.sha256:
        return None
    return (layer.id, layer.version, layer.sha256, layer.definition.secrecy)


def feature_tag(layer: Layer, row: int) -> str:
    """Return the tag of one feature: of its key, its whole geometry and its properties.

    It is the same in every system and version in which the feature is the same, so that an edit
    of another feature does not make it stale.
    """
    part = layer.frame.iloc[[row]]
    return tag_of(
        layer.id,
        part.index[0],
        shapely.to_wkb(part.geometry.iloc[0], hex=True),
        property_texts(part)[0],
    )


def is_known(header: str | None, tag: str) -> bool:
    """Return whether ``If-None-Match`` names a tag; weakness does not count.

    Examples
    --------
    >>> is_known('W/"a", "b"', '"a"'), is_known("*", '"a"'), is_known(None, '"a"')
    (True, True, False)
    """
    if header is None:
        return False
    return "*" in _listed(header) or tag in {t.removeprefix("W/") for t in _listed(header)}


def is_meant(header: str, tag: str) -> bool:
    """Return whether ``If-Match`` names a tag; a weak one never matches.

    Examples
    --------
    >>> is_meant('"a", "b"', '"b"'), is_meant('W/"a"', '"a"'), is_meant("*", '"a"')
    (True, False, True)
    """
    return "*" in _listed(header) or tag in _listed(header)


def _listed(header: str) -> set[str]:
    return {part.strip() for part in header.split(",")}
