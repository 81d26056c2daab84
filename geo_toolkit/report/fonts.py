"""The font that reports and figures are set in, brought in with the map assets."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path

from matplotlib.font_manager import get_font

from geo_toolkit.errors import NotAvailable

__all__ = ["BOLD", "FAMILY", "font_file", "font_folder", "printable"]

FAMILY = "Noto Sans SC"
REGULAR = "400Regular/NotoSansSC_400Regular.ttf"
BOLD = "700Bold/NotoSansSC_700Bold.ttf"
_PLACE = "static/@expo-google-fonts/noto-sans-sc"
_NOT_IN_FONT = "〓"
_LINE_BREAK = "\n"


def font_folder() -> Path:
    """Return the folder of the fonts.

    Raises
    ------
    NotAvailable
        If the installation did not bring them.
    """
    folder = Path(str(resources.files("geo_toolkit.webmap"))) / _PLACE
    if not (folder / REGULAR).is_file() or not (folder / BOLD).is_file():
        raise NotAvailable(
            f"geo_toolkit/webmap/{_PLACE}: expected the fonts of the report, found none; install "
            "geo-toolkit again, which fetches them"
        )
    return folder


def font_file(name: str = REGULAR) -> str:
    """Return the path of one font file; NotAvailable where it is not there."""
    return str(font_folder() / name)


def printable(text: str) -> str:
    """Return a text with 〓 for every character that the font does not have.

    Examples
    --------
    >>> printable("红线 m²"), printable("🙂")
    ('红线 m²', '〓')
    """
    known = _characters()
    return "".join(c if c in known or c == _LINE_BREAK else _NOT_IN_FONT for c in text)


@lru_cache(maxsize=1)
def _characters() -> frozenset[str]:
    """Return the characters that both weights have."""
    regular, bold = (get_font(font_file(name)).get_charmap() for name in (REGULAR, BOLD))
    return frozenset(map(chr, regular.keys() & bold.keys()))
