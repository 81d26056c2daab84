"""Text of files and layers as it can be printed: literally, and never without an end."""

from __future__ import annotations

import unicodedata

__all__ = ["LONGEST_TEXT", "literal", "text_width"]

LONGEST_TEXT = 300
"""Characters of one text that a report prints; of a longer one it says the length."""

_SPACES = {"\t": " ", "\n": " ", "\r": " ", "\u2028": " ", "\u2029": " "}
_JOINERS = "\u200c\u200d"


def literal(value: object, lang: str, *, limit: int = LONGEST_TEXT) -> str:
    r"""Return a value as text in which nothing is hidden and nothing acts on what stands around it.

    Control characters and the marks that turn the direction of writing are shown by their code
    point, line breaks become spaces, and a text over the limit is cut with its length said.

    Parameters
    ----------
    lang
        ``zh`` or ``en``, of the words that say the length.
    limit
        Longest text in characters.

    Examples
    --------
    >>> literal("甲\u202e乙", "zh"), literal("=1+1 {{ x }} $a$", "zh")
    ('甲〈U+202E〉乙', '=1+1 {{ x }} $a$')
    >>> literal("长" * 10_000, "zh", limit=3)
    '长长长…（原文共10000字）'
    """
    text = str(value)
    cut = text[:limit]
    shown = "".join(_shown(character) for character in cut)
    if len(text) <= limit:
        return shown
    said = f" ({len(text)} characters)" if lang == "en" else f"（原文共{len(text)}字）"
    return f"{shown}…{said}"


def text_width(text: str) -> float:
    """Return the width of a text in multiples of its size: 1 for Chinese, 0.56 for Latin.

    Examples
    --------
    >>> text_width("红线ab")
    3.12
    """
    return round(sum(1.0 if ord(character) > 0x2E00 else 0.56 for character in text), 6)


def _shown(character: str) -> str:
    if character in _SPACES:
        return _SPACES[character]
    kind = unicodedata.category(character)
    is_hidden = kind in ("Cc", "Cf", "Cs", "Co", "Cn") and character not in _JOINERS
    return f"〈U+{ord(character):04X}〉" if is_hidden else character
