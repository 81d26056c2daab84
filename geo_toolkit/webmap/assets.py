"""Scripts and style sheets that map pages load, carried with the package.

They are brought in when geo-toolkit is installed, so that a page asks no other host for anything.
An asset goes by the name that Folium has for it: ``leaflet``, ``leaflet_css``.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geo_toolkit.errors import NotAvailable, UnknownName

__all__ = ["STATIC", "Asset", "asset", "asset_names", "data_url", "inline_css"]

STATIC = Path(__file__).parent / "static"
"""Folder of everything a page loads; the service serves it as it is."""

_MEDIA_TYPES = {  # fixed: Python's own table takes in what each machine has registered
    ".gif": "image/gif",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
_CSS_URL = re.compile(r"""url\(\s*(["']?)([^"')]+)\1\s*\)""")


@dataclass(frozen=True)
class Asset:
    """One script or style sheet.

    Parameters
    ----------
    name
        Folium's name for it.
    file
        Path below :data:`STATIC`, with forward slashes: also the end of its address.
    sha256
        Hash of its bytes, in hexadecimal, as they were when it was installed.
    """

    name: str
    file: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where the file lies on this machine."""
        return STATIC / self.file

    @property
    def is_style(self) -> bool:
        """Whether it is a style sheet rather than a script."""
        return self.file.endswith(".css")

    def text(self) -> str:
        """Content of the file, line ends as in a text file of Python."""
        return self.path.read_text(encoding="utf-8")


def asset_names() -> list[str]:
    """Names of all assets, sorted.

    Raises
    ------
    NotAvailable
        If the package was copied instead of installed, so that the assets are missing.

    Examples
    --------
    >>> {"leaflet", "leaflet_css"} <= set(asset_names())
    True
    """
    return sorted(_manifest())


def asset(name: str) -> Asset:
    """Asset of that name.

    Raises
    ------
    UnknownName
        If there is none; the message offers the nearest names.
    NotAvailable
        If the package was copied instead of installed, so that the assets are missing.

    Examples
    --------
    >>> asset("leaflet_css").file
    'leaflet/dist/leaflet.css'
    """
    known = _manifest()
    if name not in known:
        raise UnknownName("map asset", name, known, where="web/assets.toml")
    return known[name]


def data_url(path: Path) -> str:
    """Address of the ``data:`` kind that holds the file, for a page that has to stand alone.

    Examples
    --------
    >>> data_url(STATIC / "leaflet/dist/images/layers.png")[:32]
    'data:image/png;base64,iVBORw0KGg'
    """
    kind = _MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def inline_css(name: str) -> str:
    """Text of a style sheet with the pictures it refers to inside it.

    References within a page (``url(#…)``) stay; any other that is not a file of the package is
    emptied, so that the sheet asks no other host.

    Parameters
    ----------
    name
        Name of a style sheet among :func:`asset_names`.

    Raises
    ------
    UnknownName
        If there is no asset of that name.

    Examples
    --------
    >>> "url(images/" in asset("leaflet_css").text(), "url(images/" in inline_css("leaflet_css")
    (True, False)
    """
    sheet = asset(name)

    def inside(found: re.Match[str]) -> str:
        target = found[2].strip()
        if target.startswith(("#", "data:")):
            return found[0]
        file = (sheet.path.parent / re.split(r"[?#]", target)[0]).resolve()
        if file.is_file() and file.is_relative_to(STATIC.resolve()):
            return f'url("{data_url(file)}")'
        return 'url("data:,")'

    return _CSS_URL.sub(inside, sheet.text())


@lru_cache(maxsize=1)
def _manifest() -> dict[str, Asset]:
    """Assets by name, from the manifest that the installation wrote."""
    try:
        written = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = (
            "map assets: expected webmap/static/manifest.json in the installed package, got none; "
            "install it with `pip install -e .` or from a wheel instead of copying the folder"
        )
        raise NotAvailable(message) from None
    files = written["files"]
    return {name: Asset(name, file, files[file]) for name, file in written["assets"].items()}
