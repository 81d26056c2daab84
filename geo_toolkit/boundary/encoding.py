"""Text decoding of submitted files, always with the ground on which an encoding was taken."""

from __future__ import annotations

import codecs
import sys
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from geo_toolkit.boundary.words import Said, say
from geo_toolkit.errors import BoundaryError, OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "Decoded",
    "decode_text",
    "detect_legacy",
    "family_of",
    "is_same_encoding",
    "refuse_long_lines",
    "utf8_option",
]

_FAMILIES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb2312": "GB18030",
    "gbk": "GB18030",
    "gb18030": "GB18030",
    "big5": "Big5",
    "cp950": "Big5",
}
_KNOWN = "gbk, gb18030, utf-8, utf-16 or big5"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_COMMON_SHARE = 0.75
_SAMPLE = 100_000
MAX_LINE = 50_000
"""Bytes without a line end after which a text is no text of points."""
MAX_TEXT_MEMORY = 180_000_000
"""Bytes that the text of one file may take in memory, where a rare character makes all wide."""
_SMALL = 40_000_000
_CHUNK = 1 << 20
_PUNCTUATION = frozenset("，。、；：（）【】《》“”‘’—…·￥％＃！？㎡°′″　")


@dataclass(frozen=True)
class Decoded:
    """Text, the encoding it was read in, and why."""

    text: str
    encoding: str
    basis: str


def family_of(name: str) -> str:
    """Return the family of an encoding: UTF-8, UTF-16, GB18030 or Big5.

    Raises
    ------
    OptionError
        If the encoding is none of those that boundaries come in.

    Examples
    --------
    >>> family_of("GBK"), family_of("cp936"), family_of("utf8")
    ('GB18030', 'GB18030', 'UTF-8')
    """
    try:
        canonical = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        canonical = ""
    if canonical.replace("_", "-") not in _FAMILIES:
        raise OptionError(f"unknown encoding {name!r}; expected {_KNOWN}")
    return _FAMILIES[canonical.replace("_", "-")]


def is_same_encoding(a: str, b: str) -> bool:
    """Whether two names mean the same family, so that neither contradicts the other.

    Examples
    --------
    >>> is_same_encoding("gbk", "GB18030"), is_same_encoding("gbk", "utf-8")
    (True, False)
    """
    return family_of(a) == family_of(b)


def utf8_option(option: str | None, *, file: str, form: str) -> None:
    """Refuse an ``--encoding`` against a format whose text is UTF-8 by its standard.

    Raises
    ------
    OptionError
        If the option names another.
    """
    if option is not None and family_of(option) != "UTF-8":
        raise OptionError(
            f"{file}: expected UTF-8, which the {form} standard says, got --encoding {option}; "
            "leave --encoding out"
        )


def decode_text(
    raw: bytes, *, file: str, option: str | None, keywords: Sequence[str] = ()
) -> Decoded:
    """Return the text of a file and the encoding it is in.

    In this order: the byte order mark, the user's option, valid UTF-8, GB18030 that reads as
    Chinese. ``keywords`` are words that the format is known to hold: they decide where a short
    text is valid in both.

    Raises
    ------
    BoundaryError
        If the bytes fit no encoding, or fit none without guessing.
    OptionError
        If the option contradicts the byte order mark.
    """
    _refuse_wide(raw, file, option)
    if raw.startswith(codecs.BOM_UTF8):
        if option is not None and family_of(option) != "UTF-8":
            raise OptionError(
                f"{file}: expected the encoding of its byte order mark, UTF-8, got --encoding "
                f"{option}; leave --encoding out"
            )
        text = _decode(raw[len(codecs.BOM_UTF8) :], "utf-8", file)
        return Decoded(text, "UTF-8", say("declared_bom"))
    if option is not None:
        return Decoded(_decode(raw, option, file), option, say("option", option="--encoding"))
    _refuse_utf16_and_binary(raw, file)
    return _detect_text(raw, file, keywords)


def refuse_long_lines(raw: bytes, file: str) -> None:
    """Refuse a text of points with a line that has no end.

    Raises
    ------
    BoundaryError
        With the line.
    """
    for start in range(0, len(raw) - MAX_LINE, MAX_LINE):
        end = start + MAX_LINE
        if raw.find(b"\n", start, end) < 0 and raw.find(b"\r", start, end) < 0:
            before = max(raw.count(b"\n", 0, start), raw.count(b"\r", 0, start))
            raise BoundaryError(
                file, f"line {before + 1}", f"at most {MAX_LINE} characters in a line", "more",
                "export the points again, one a line",
            )  # fmt: skip


def _refuse_wide(raw: bytes, file: str, option: str | None) -> None:
    """Refuse a large text whose rarest character would take four bytes for each of its others."""
    if len(raw) <= _SMALL or raw.isascii():
        return
    for name in (option,) if option is not None else ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(name)()
        characters = width = 0
        try:
            for start in range(0, len(raw), _CHUNK):
                chunk = decoder.decode(raw[start : start + _CHUNK])
                characters += len(chunk)
                width = max(width, round(sys.getsizeof(chunk) / max(len(chunk), 1)))
        except UnicodeDecodeError:
            continue
        if characters * width > MAX_TEXT_MEMORY:
            raise BoundaryError(
                file, "", f"at most {MAX_TEXT_MEMORY / 1e6:g} MB of text in memory",
                f"{characters * width / 1e6:.3g} MB", "submit the boundary in parts",
            )  # fmt: skip


def _detect_text(raw: bytes, file: str, keywords: Sequence[str]) -> Decoded:
    """Return the text in the one encoding that its bytes speak for."""
    if raw.isascii():
        return Decoded(raw.decode("ascii"), "UTF-8", say("detected_ascii"))
    utf8, gbk = _try(raw, "utf-8"), _try(raw, "gbk")
    gb = _try(raw, "gb18030") if gbk is None else gbk
    hit_utf8, hit_gb = _first_of(keywords, utf8), _first_of(keywords, gb)
    if utf8 is not None and (hit_utf8 or not hit_gb):
        known = say("detected_utf8_word", word=hit_utf8) if hit_utf8 else say("detected_utf8")
        return Decoded(utf8, "UTF-8", known)
    if gb is not None and (hit_gb or common_share(gb) >= _COMMON_SHARE):
        name = "GB18030" if gbk is None else "GBK"
        if hit_gb:
            return Decoded(gb, name, say("detected_gb_word", name=name, word=hit_gb))
        return Decoded(gb, name, say("detected_gb_share", name=name, share=common_share(gb)))
    raise BoundaryError(
        file, "", "Chinese text in GBK, GB18030 or UTF-8", "bytes that read as none of them",
        "name its encoding with --encoding",
    )  # fmt: skip


def detect_legacy(
    samples: Iterable[bytes], *, file: str, place: str = ".dbf", lacking: str = "no_cpg"
) -> tuple[str, Said]:
    """Return encoding and basis of field names and values that declare none.

    Parameters
    ----------
    place
        Where they stand, for messages.
    lacking
        Code of the sentence that says what would have declared it.

    Raises
    ------
    BoundaryError
        If neither UTF-8 nor GB18030 reads as Chinese, or both do.
    """
    strange = [bytes(sample) for sample in samples if not sample.isascii()]
    if not strange:
        return "UTF-8", say("detected_ascii")
    scores = {}
    for name in ("utf-8", "gb18030"):
        texts = [_try(sample, name, cut=True) for sample in strange]
        read = [text for text in texts if text is not None]
        joined = "".join(read)
        if len(read) == len(texts) and not joined.isascii():
            scores[name] = common_share(joined)
    good = {name: share for name, share in scores.items() if share >= _COMMON_SHARE}
    if not good or len(set(good.values())) < len(good):
        raise BoundaryError(
            file, place, "text in GBK or UTF-8", "bytes that do not tell which",
            "name the encoding with --encoding gbk or --encoding utf-8",
        )  # fmt: skip
    best = max(good, key=lambda name: good[name])
    shown = "UTF-8" if best == "utf-8" else "GB18030"
    other = "GB18030" if best == "utf-8" else "UTF-8"
    ground = say("not_valid")
    if other.lower() in scores:
        ground = say("share_common", share=scores[other.lower()])
    return shown, say(
        "detected_texts", lacking=say(lacking), texts=len(strange), name=shown, share=good[best],
        other=other, ground=ground,
    )  # fmt: skip


def common_share(text: str) -> float:
    """Return the share of the first non-ASCII characters that everyday Chinese is written in.

    Source
    ------
    Level 1 of GB 2312-1980, the 3755 most frequent characters, and Chinese punctuation.

    Examples
    --------
    >>> common_share("物流"), common_share("ÎïÁ÷"), common_share("abc")
    (1.0, 0.0, 1.0)
    """
    strange = list(islice((c for c in text if ord(c) > 127), _SAMPLE))
    if not strange:
        return 1.0
    return sum(_is_common(c) for c in strange) / len(strange)


def _is_common(character: str) -> bool:
    if character in _PUNCTUATION:
        return True
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7


def _first_of(keywords: Sequence[str], text: str | None) -> str:
    """Return the first keyword that the text holds, or an empty text."""
    return next((word for word in keywords if text is not None and word in text), "")


def _try(raw: bytes, name: str, *, cut: bool = False) -> str | None:
    """Return the decoded text or None; with ``cut``, a character cut at the end is left out."""
    for end in range(4 if cut else 1):
        try:
            return raw[: len(raw) - end].decode(name)
        except UnicodeDecodeError:
            continue
    return None


def _decode(raw: bytes, name: str, file: str) -> str:
    """Return the text, or refuse with the line of the first byte that does not fit."""
    try:
        return raw.decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
        raise BoundaryError(
            file, f"line {line}", f"text in {name}", f"the byte 0x{raw[error.start]:02X}",
            "name the right encoding with --encoding, or save the file as UTF-8",
        ) from None  # fmt: skip


def _refuse_utf16_and_binary(raw: bytes, file: str) -> None:
    """Refuse UTF-16, with and without a mark, and bytes that are no text at all."""
    head = raw[:4096]
    zeros = head.count(0)
    marked = raw.startswith(_UTF16_MARKS)
    if marked or zeros > len(head) // 10:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if marked or max(even, odd) > 4 * min(even, odd):
            mark = "with" if marked else "without"
            raise BoundaryError(
                file, "", "text in GBK, GB18030 or UTF-8", f"UTF-16 ({mark} a byte order mark)",
                "save it as UTF-8 or GBK (ANSI), or give --encoding utf-16",
            )  # fmt: skip
    if zeros:
        raise BoundaryError(
            file, "", "a text file", "binary content", "submit the boundary in a format listed "
            "in the documentation",
        )  # fmt: skip
