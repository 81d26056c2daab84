"""Backgrounds: none, TianDiTu, OSM, AMap, or tiles of one's own; each with datum, credit and use.

A background on a shifted datum never moves data: features are shifted to it for display, and the
map says how well that fits. OSM and AMap are for the screen only: print and pictures leave them
out.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from geo_toolkit.errors import DefinitionError, NotAvailable, UnknownName
from geo_toolkit.geodesy import Datum
from geo_toolkit.webmap.backgrounds import Background, open_background

__all__ = ["BASEMAPS", "TOKEN_VARIABLE", "Basemap", "basemap_of", "is_local", "tianditu_token"]

TOKEN_VARIABLE = "GEO_TOOLKIT_TIANDITU_TOKEN"
_TOKEN_FILE = Path(".geo_toolkit") / "basemaps.toml"
_TIANDITU = (
    "https://t{s}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}"
    "&TILECOL={x}&tk={token}"
)


@dataclass(frozen=True)
class Basemap:
    """One background.

    Attributes
    ----------
    id
        As map definitions name it.
    title_zh, title_en
        What people call it.
    datum
        On which its tiles stand.
    urls
        Addresses of its tile layers from below, with ``{z}``, ``{x}``, ``{y}`` and ``{s}``.
    servers
        What ``{s}`` stands for, in turn.
    largest_zoom
        Largest zoom with tiles; beyond it they are enlarged.
    credit
        What has to be said of its source.
    is_screen_only
        Whether print and pictures leave it out.
    background
        The tiles themselves, where they are files of one's own.
    """

    id: str
    title_zh: str
    title_en: str
    datum: Datum
    urls: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    largest_zoom: int = 18
    credit: str = ""
    is_screen_only: bool = False
    background: Background | None = None

    def title(self, lang: str) -> str:
        """Return its name in ``zh`` or ``en``."""
        return self.title_en if lang == "en" else self.title_zh

    @property
    def hosts(self) -> tuple[str, ...]:
        """The origins its tiles come from, for the page's policy; none for files of one's own."""
        spread = (url.replace("{s}", name) for url in self.urls for name in self.servers or ("",))
        parts = [urlsplit(url) for url in spread]
        return tuple(sorted({f"{part.scheme}://{part.netloc}" for part in parts}))


def _tianditu(kind: str, labels: str, title_zh: str, title_en: str) -> Basemap:
    urls = tuple(_TIANDITU.replace("{layer}", layer) for layer in (kind, labels))
    return Basemap(
        id=f"tianditu_{kind}",
        title_zh=title_zh,
        title_en=title_en,
        datum=Datum.CGCS2000,
        urls=urls,
        servers=tuple("01234567"),
        largest_zoom=14 if kind == "ter" else 18,
        credit="© 天地图 国家地理信息公共服务平台",
    )


BASEMAPS: dict[str, Basemap] = {
    entry.id: entry
    for entry in (
        _tianditu("vec", "cva", "天地图矢量", "TianDiTu streets"),
        _tianditu("img", "cia", "天地图影像", "TianDiTu imagery"),
        _tianditu("ter", "cta", "天地图地形", "TianDiTu terrain"),
        Basemap(
            id="osm",
            title_zh="OpenStreetMap",
            title_en="OpenStreetMap",
            datum=Datum.WGS84,
            urls=("https://tile.openstreetmap.org/{z}/{x}/{y}.png",),
            largest_zoom=19,
            credit="© OpenStreetMap contributors",
            is_screen_only=True,
        ),
        Basemap(
            id="amap",
            title_zh="高德地图",
            title_en="AMap",
            datum=Datum.GCJ02,
            urls=(
                "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8"
                "&x={x}&y={y}&z={z}",
            ),
            servers=tuple("1234"),
            credit="© 高德地图",
            is_screen_only=True,
        ),
    )
}
"""The backgrounds that a map definition can name."""


def is_local(name: str) -> bool:
    """Whether a background's name is a path to tiles of one's own.

    Examples
    --------
    >>> is_local("tiles/base"), is_local("base.pmtiles"), is_local("osm")
    (True, True, False)
    """
    return "/" in name or "\\" in name or name.endswith(".pmtiles")


def basemap_of(
    name: str, *, root: Path | None = None, datum: Datum = Datum.CGCS2000, credit: str = ""
) -> Basemap | None:
    """Return the background that a map names, ready to be drawn; None for ``none``.

    Parameters
    ----------
    name
        ``none``, a name of ``BASEMAPS``, or the path of a tile folder or PMTiles file.
    root
        Folder of the workspace: where paths start and where a token may be kept.
    datum, credit
        Of tiles of one's own: the datum they stand on and their source.

    Raises
    ------
    UnknownName
        If there is no such background.
    NotAvailable
        If TianDiTu is asked for without a token.
    DefinitionError
        If the tiles cannot be read.
    """
    if name == "none":
        return None
    if is_local(name):
        path = (root or Path()) / name
        return Basemap(
            id="local",
            title_zh="本地瓦片",
            title_en="Own tiles",
            datum=datum,
            credit=credit,
            background=open_background(path, name),
        )
    if name not in BASEMAPS:
        raise UnknownName("basemap", name, ["none", *BASEMAPS])
    entry = BASEMAPS[name]
    if not name.startswith("tianditu"):
        return entry
    token = quote(tianditu_token(root), safe="")
    urls = tuple(url.replace("{token}", token) for url in entry.urls)
    return Basemap(**{**vars(entry), "urls": urls})


def tianditu_token(root: Path | None) -> str:
    """Return the token for TianDiTu: of the environment, else of the workspace's own settings.

    The second is ``tianditu_token`` in ``.geo_toolkit/basemaps.toml``, a folder that git ignores.

    Raises
    ------
    NotAvailable
        If there is none.
    DefinitionError
        If the settings are not valid TOML.
    """
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token and root is not None and (root / _TOKEN_FILE).is_file():
        token = str(_settings(root / _TOKEN_FILE).get("tianditu_token", "")).strip()
    if not token:
        raise NotAvailable(
            f"basemap tianditu: expected a token, got none; set {TOKEN_VARIABLE}, or write "
            f'tianditu_token = "…" to {_TOKEN_FILE.as_posix()} in the workspace'
        )
    return token


def _settings(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionError(f"{path.name}: not valid TOML ({error}); correct the line") from error
