"""The bytes of a .dbf: field names and text values, undecoded, and its language byte."""

from __future__ import annotations

import struct

from geo_toolkit.errors import BoundaryError

__all__ = ["declared_by_language", "texts_of"]

_LANGUAGE_BYTE = 29
_LANGUAGES = {0x4D: "GBK", 0x7A: "GBK", 0x4F: "Big5", 0x78: "Big5"}
_HEADER = 32
_FIELD = 32
_MAX_TEXTS = 5000


def declared_by_language(dbf: bytes) -> str | None:
    """Return the encoding that the language byte names, or None where it says nothing.

    Values that mean a Western or the machine's own code page are written by default whatever
    the text is, so only the Chinese ones count.

    Source
    ------
    dBase language driver ids: 0x4D and 0x7A code page 936, 0x4F and 0x78 code page 950.
    """
    return _LANGUAGES.get(dbf[_LANGUAGE_BYTE]) if len(dbf) > _LANGUAGE_BYTE else None


def texts_of(dbf: bytes, file: str, *, with_names: bool = True) -> list[bytes]:
    """Return field names and text values as bytes, at most the first 5000 values that differ.

    Raises
    ------
    BoundaryError
        If the header does not fit the file.
    """
    if len(dbf) < _HEADER:
        raise _damaged(file)
    count, header, record = struct.unpack_from("<IHH", dbf, 4)
    if not _HEADER < header <= len(dbf) or record == 0:
        raise _damaged(file)
    names, columns, offset = [], [], 1
    for at in range(_HEADER, header - _FIELD + 1, _FIELD):
        if dbf[at] == 0x0D:
            break
        names.append(dbf[at : at + 11].split(b"\0")[0])
        width = dbf[at + 16]
        if dbf[at + 11 : at + 12] == b"C":
            columns.append((offset, width))
        offset += width
    texts: dict[bytes, None] = dict.fromkeys(names if with_names else ())
    for row in range(min(count, (len(dbf) - header) // record)):
        start = header + row * record
        for left, width in columns:
            texts[dbf[start + left : start + left + width].rstrip(b" \0")] = None
        if len(texts) > _MAX_TEXTS:
            break
    return list(texts)


def _damaged(file: str) -> BoundaryError:
    return BoundaryError(
        file, ".dbf", "a whole attribute table", "a damaged or cut one", "export it again"
    )
