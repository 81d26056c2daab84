"""The frame of a page: a Folium map whose finished HTML is ours from the first byte to the last.

Folium and branca bring the map object and the tree of elements; every template is our own, so
that no text of theirs goes unescaped, no file of theirs is asked from another host, and no random
name of theirs makes two runs differ.
"""

from __future__ import annotations

import base64
import zlib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, Figure
from folium.template import Template

from geo_toolkit.webmap.assets import asset, inline_css
from geo_toolkit.webmap.escaping import embed_json, escape_html
from geo_toolkit.webmap.offline import content_security_policy, require_no_foreign_address

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["STATIC_ADDRESS", "build_map", "finished_page"]

STATIC_ADDRESS = "/static/"
"""Where the service offers the files of ``assets.STATIC``."""

_LARGEST_ZOOM = 19
_LONGEST_PLAIN = 1_500_000
_LEAFLET_CREDIT_LINK = 'href="https://leafletjs.com"'


class _Raw(Element):  # type: ignore[misc] # branca has no types
    """Text that is written as it is: our own scripts, styles and data blocks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:  # noqa: ANN401 (branca's own signature)
        """Return the text."""
        return self.text


class _Page(Figure):  # type: ignore[misc] # branca has no types
    """The document around the map."""

    _template = Template(
        '<!DOCTYPE html>\n<html lang="{{ this.lang }}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{{ this.safe_title }}</title>\n"
        "{{ this.header.render(**kwargs) }}\n</head>\n<body>\n"
        '<svg class="gt-patterns" aria-hidden="true"><defs id="gt-patterns"></defs></svg>\n'
        "{{ this.html.render(**kwargs) }}\n"
        "<script>\n{{ this.script.render(**kwargs) }}\n</script>\n</body>\n</html>\n"
    )

    def __init__(self, *, title: str, lang: str) -> None:
        super().__init__()
        self.header = Element()
        self.header._parent = self
        self.safe_title = escape_html(title)
        self.lang = "en" if lang == "en" else "zh-CN"


class _OfflineMap(folium.Map):  # type: ignore[misc] # folium has no types
    """A Folium map that asks for nothing and leaves the layout to the page's style sheet."""

    default_js: Sequence[tuple[str, str]] = ()
    default_css: Sequence[tuple[str, str]] = ()
    _template = Template(
        '{% macro html(this, kwargs) %}<main class="folium-map" id={{ this.get_name()|tojson }}>'
        "</main>{% endmacro %}"
        "{% macro script(this, kwargs) %}var {{ this.get_name() }} = "
        "L.map({{ this.get_name()|tojson }}, "
        "{center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}});"
        "{% endmacro %}"
    )


class _Content(Element):  # type: ignore[misc] # branca has no types
    """What the page's script draws, and the call that starts it.

    Not a ``MacroElement``: branca reads what one of those has written as a template once more, so
    that ``{{ … }}`` in a feature's name would run while the page is made.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__()
        self._name = "Content"
        self.block = _packed(embed_json(data))

    def render(self, **_: Any) -> str:  # noqa: ANN401 (branca's own signature)
        """Put the data into the page's body and the call into its script; return nothing."""
        page = self.get_root()
        block = f'<script type="application/json" id="gt-data">{self.block}</script>'
        page.html.add_child(_Raw(block), name="data")
        page.script.add_child(_Raw(f"GeoToolkit.start({self._parent.get_name()});"), name="start")
        return ""


def _packed(block: str) -> str:
    """Return a large data block deflated, as the one text ``packed``; a small one as it is."""
    if len(block) <= _LONGEST_PLAIN:
        return block
    deflated = zlib.compress(block.encode("utf-8"), 9)
    return embed_json({"packed": base64.b64encode(deflated).decode("ascii")})


def build_map(
    data: dict[str, Any], *, title: str, lang: str, parts: Sequence[str], served: bool
) -> folium.Map:
    """Return a Folium map that draws the data when its page opens.

    Parameters
    ----------
    data
        Plain values for the page's script; ``bounds`` are west, south, east, north in degrees.
    title
        Title of the document.
    parts
        Names of our scripts and style sheets, in the order they are to be read.
    served
        Whether Leaflet comes from ``STATIC_ADDRESS`` instead of standing in the page.
    """
    west, south, east, north = data["bounds"]
    page = _Page(title=title, lang=lang)
    for text in _leaflet(served=served):
        page.header.add_child(_Raw(text))
    for name in parts:
        page.header.add_child(_Raw(_wrapped(name, _part(name))))
    drawn = _OfflineMap(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_control=False,
        attributionControl=False,
        zoomSnap=0.25,
        zoomDelta=0.5,
        maxZoom=_LARGEST_ZOOM,
        minZoom=5,
    )
    page.add_child(drawn)
    drawn.add_child(_Content(data))
    return drawn


def finished_page(drawn: folium.Map, *, served: bool, hosts: Sequence[str] = ()) -> str:
    """Return the HTML of a map built by ``build_map``, the same bytes for the same map.

    Parameters
    ----------
    hosts
        Origins of an online background, the only others that the page may ask.

    Raises
    ------
    NotAvailable
        If anything in it refers to an address outside the page (or, served, the host).
    """
    page = drawn.get_root()
    _name_in_order(page)
    html: str = page.render()
    policy = content_security_policy(html, served=served, hosts=hosts)
    mark = '<meta charset="utf-8">\n'
    meta = f'{mark}<meta http-equiv="Content-Security-Policy" content="{escape_html(policy)}">\n'
    html = html.replace(mark, meta, 1)
    require_no_foreign_address(html, served=served)
    return html


def _name_in_order(element: Element, start: int = 0) -> int:
    """Give each element of the tree a number for its random id; return the next free number."""
    element._id = str(start)
    for child in element._children.values():
        start = _name_in_order(child, start + 1)
    return start


@lru_cache(maxsize=2)
def _leaflet(*, served: bool) -> tuple[str, ...]:
    """Return the tags that bring Leaflet."""
    if served:
        style, script = asset("leaflet_css").file, asset("leaflet").file
        return (
            f'<link rel="stylesheet" href="{STATIC_ADDRESS}{style}">',
            f'<script src="{STATIC_ADDRESS}{script}"></script>',
        )
    # the credit link is never shown (no attribution control), its address need not be there
    script = asset("leaflet").text().replace(_LEAFLET_CREDIT_LINK, 'href="#"')
    script = script.replace("//# sourceMappingURL=leaflet.js.map", "").replace(
        "</script", "<\\/script"
    )
    return (_wrapped("leaflet.css", inline_css("leaflet_css")), _wrapped("leaflet.js", script))


@lru_cache(maxsize=16)
def _part(name: str) -> str:
    folder = resources.files("geo_toolkit.webmap") / "page_parts"
    return (folder / name).read_text(encoding="utf-8")


def _wrapped(name: str, text: str) -> str:
    """Return a script or style sheet between its tags."""
    tag = "style" if name.endswith(".css") else "script"
    return f"<{tag}>\n{text}\n</{tag}>"
