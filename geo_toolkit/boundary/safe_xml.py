"""XML of others: no entities, no document types, no references outside, limits on size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

__all__ = ["MAX_DEPTH", "MAX_ELEMENTS", "elements", "local_name"]

MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 100


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace.

    Examples
    --------
    >>> from xml.etree.ElementTree import Element
    >>> local_name(Element("{http://www.opengis.net/kml/2.2}Placemark"))
    'Placemark'
    """
    return str(element.tag).rpartition("}")[2]


def elements(path: Path, names: frozenset[str], *, file: str) -> Iterator[tuple[Element, int]]:
    """Yield each element of these names when it is complete, with its depth, then forget it.

    Parameters
    ----------
    names
        Local names, whatever the namespace.

    Raises
    ------
    BoundaryError
        If the document is not well formed, declares entities or a document type, or is too large.
    """
    count = depth = 0
    try:
        for event, element in _events(path):
            if event == "start":
                count, depth = count + 1, depth + 1
                if count > MAX_ELEMENTS or depth > MAX_DEPTH:
                    raise BoundaryError(
                        file, "", f"at most {MAX_ELEMENTS} elements, {MAX_DEPTH} deep", "more",
                        "submit the boundary in parts",
                    )  # fmt: skip
                continue
            if local_name(element) in names:
                yield element, depth
                element.clear()
            depth -= 1
    except BoundaryError:
        raise
    except DefusedXmlException:
        raise BoundaryError(
            file, "", "XML without document type and entities", "a declaration of them",
            "export the boundary again, without them",
        ) from None  # fmt: skip
    except ParseError as error:
        line = error.position[0]
        raise BoundaryError(
            file, f"line {line}", "well-formed XML", "broken or cut XML", "export it again"
        ) from None
    except (ValueError, LookupError):
        raise BoundaryError(
            file, "", "XML in UTF-8 or GBK", "another or broken encoding", "save it as UTF-8"
        ) from None


# what the parser of the standard library yields
def _events(path: Path) -> Iterator[tuple[str, Any]]:
    with path.open("rb") as stream:
        yield from iterparse(stream, events=("start", "end"), forbid_dtd=True)
