"""How all layers of one page are drawn: languages, exactness, datum of the background, reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_toolkit.errors import NotAvailable, OptionError
from geo_toolkit.geodesy import Datum

if TYPE_CHECKING:
    from shapely import LineString

    from geo_toolkit.catalogue.layer import Layer

__all__ = ["AUDIENCES", "Drawing", "is_drawable", "require_drawable"]

AUDIENCES = ("internal", "applicant")


@dataclass(frozen=True)
class Drawing:
    """What is the same for every layer of a page.

    Attributes
    ----------
    lang
        Language that shows first: ``zh`` or ``en``.
    second
        Language that the page can be switched to, or "".
    tolerance_m
        How far a simplified line may lie from the true one, in metres.
    is_exact
        Whether every line keeps the course that was analysed; else schematic ones are rounded.
    datum
        Of the background: features are shifted to it for display, and only for display.
    flow
        Rivers, drawn downstream: a lock's chevron points up the nearest one.
    """

    lang: str = "zh"
    second: str = ""
    tolerance_m: float = 0.0
    is_exact: bool = False
    datum: Datum = Datum.CGCS2000
    flow: tuple[LineString, ...] = ()


def is_drawable(layer: Layer, audience: str) -> bool:
    """Whether a layer's geometry may be shown to a reader (DESIGN §5, Secrecy).

    Parameters
    ----------
    audience
        ``internal`` or ``applicant``.
    """
    secrecy = layer.definition.secrecy
    return secrecy == "public" or (secrecy == "internal" and audience == "internal")


def require_drawable(layer: Layer, audience: str) -> None:
    """Return nothing if a layer may be drawn for a reader.

    Raises
    ------
    OptionError
        If there is no such audience.
    NotAvailable
        If the layer's geometry may not be shown to it.
    """
    if audience not in AUDIENCES:
        raise OptionError(f"audience: expected internal or applicant, got {audience!r}; correct it")
    if not is_drawable(layer, audience):
        secrecy = layer.definition.secrecy
        remedy = (
            "draw it for the audience 'internal', or leave it out of the map"
            if secrecy == "internal"
            else "leave it out of the map"
        )
        raise NotAvailable(
            f"layer {layer.id!r}: its secrecy is {secrecy!r}, so no map for the audience "
            f"{audience!r} may show it; {remedy}"
        )
