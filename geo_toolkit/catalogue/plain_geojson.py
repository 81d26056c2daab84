"""A look at a delivered GeoJSON before GDAL: what would make GDAL open or ask something else.

GDAL goes by content, not by name: a file called ``.geojson`` may be a description of other data,
and a ``crs`` member of the kind "link" is fetched from its address.
"""

from __future__ import annotations

import json
import mmap
import re
from typing import TYPE_CHECKING

from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["require_plain"]

_BLANK = b"\xef\xbb\xbf \t\r\n"
_HEAD_BYTES = 1_000_000
_MEMBER_BYTES = 20_000
_PIPELINE = re.compile(rb"gdal_streamed_alg")
_CRS = re.compile(rb"""['"](?:c|\\u00[46]3)(?:r|\\u00[57]2)(?:s|\\u00[57]3)['"]""", re.IGNORECASE)
"""The word however it is written: GDAL's reader minds neither case nor escapes."""
_HARMLESS = frozenset({"name", "epsg", "ogc"})
_ADDRESSES = frozenset({"href", "url"})
_VALUE = re.compile(rb"[ \t\r\n]*:[ \t\r\n]*(?=[{\"\[0-9tfn-])")


def require_plain(path: Path, file: str) -> None:
    """See that a file can only be GeoJSON, and names no other address.

    Parameters
    ----------
    path
        Where it is read.
    file
        The name of the delivered file, for messages.

    Raises
    ------
    BoundaryError
        If it is not JSON, or GDAL would look elsewhere for it or for its coordinate system.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        if not head.lstrip(_BLANK).startswith(b"{") or _PIPELINE.search(head):
            raise BoundaryError(file, "", "GeoJSON", "other content", "export and send it again")
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            for found in _CRS.finditer(content):
                if not _is_harmless(content[found.end() : found.end() + _MEMBER_BYTES]):
                    raise BoundaryError(
                        file, "its member 'crs'", "a coordinate system by its name",
                        "one behind an address, or malformed",
                        "name it by a code such as EPSG:4490, and send it again",
                    )  # fmt: skip


def _is_harmless(after: bytes) -> bool:
    """Whether what follows the word ``crs`` gives no address: a name, null, or any other value."""
    value = _VALUE.match(after)
    if value is None:  # a comment, say: GDAL's reader would pass over it
        return False
    if not after.startswith(b"{", value.end()):
        return True
    said: list[tuple[str, object]] = []
    decoder = json.JSONDecoder(object_pairs_hook=said.extend)
    try:
        decoder.raw_decode(after[value.end() :].decode("utf-8", "ignore"))
    except (ValueError, RecursionError):
        return False
    kinds = {str(kind).lower() for key, kind in said if key.lower() == "type"}
    has_address = any(key.lower() in _ADDRESSES for key, _ in said)
    return kinds <= _HARMLESS and not has_address
