"""What makes a page stand alone: no address outside it, and a policy that allows none."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from geo_toolkit.errors import NotAvailable

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["content_security_policy", "require_no_foreign_address", "stated_policy"]

_ADDRESS_ATTRIBUTES = frozenset(
    {"src", "href", "xlink:href", "srcset", "action", "formaction", "poster", "data", "background"}
)
_HEAD_CHARS = 20_000
_DATA_BLOCK = "application/json"
_CSS_ADDRESS = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s;]+)""", re.IGNORECASE)
_MARKUP_IN_SCRIPT = re.compile(r"""(?:src|href)\s*=\s*\\?["'](?:[a-z]+:)?//[^"']*""", re.IGNORECASE)


def content_security_policy(html: str, *, served: bool, hosts: Sequence[str] = ()) -> str:
    """Return the policy under which this finished page works and nothing else does.

    Scripts and styles are allowed by the hash of their text, so one that came in by way of data
    does not run. A served page may also load scripts and styles from its own host.

    Parameters
    ----------
    html
        The page, without the policy.
    served
        Whether the page loads its assets from the host that serves it.
    hosts
        Origins of the background's tiles; none unless the map's definition names one that is
        online.
    """
    reader = _Reader()
    reader.feed(html)
    own = "'self' " if served else ""
    scripts = " ".join(_hash(text) for text in reader.scripts)
    styles = " ".join(_hash(text) for text in reader.styles)
    return (
        f"default-src 'none'; script-src {own}{scripts}; style-src {own}{styles}; "
        f"img-src {own}data:{''.join(f' {host}' for host in hosts)}; "
        f"connect-src {own.strip() or repr('none')}; base-uri 'none'; form-action 'none'"
    )


def stated_policy(html: str) -> str:
    """Return the policy that a finished page states of itself, for the header it is served with.

    Examples
    --------
    >>> stated_policy('<meta http-equiv="Content-Security-Policy" content="img-src data:">')
    'img-src data:'
    """
    reader = _Reader()
    reader.feed(html[:_HEAD_CHARS])
    return reader.policy


def require_no_foreign_address(html: str, *, served: bool) -> None:
    """Return nothing if no part of a finished page leaves it, or its host if it is served.

    Raises
    ------
    NotAvailable
        Names the first address that leaves the page.

    Examples
    --------
    >>> require_no_foreign_address('<p><a href="#top">up</a></p>', served=False)
    >>> require_no_foreign_address('<img src="//tiles.example/1.png">', served=True)
    Traceback (most recent call last):
    geo_toolkit.errors.NotAvailable: the page refers to '//tiles.example/1.png'; expected no ...
    """
    reader = _Reader()
    reader.feed(html)
    addresses = list(reader.addresses)
    for text in reader.styles:
        addresses += _CSS_ADDRESS.findall(text)
    for text in reader.scripts:
        addresses += _MARKUP_IN_SCRIPT.findall(text)
    for address in addresses:
        if not _stays(address, served=served):
            raise NotAvailable(
                f"the page refers to {address[:80]!r}; expected no address outside it; "
                "bring the file into the package"
            )


def _stays(address: str, *, served: bool) -> bool:
    """Whether an address is a fragment, inline data, or (served) a path on the own host."""
    if address.startswith("#") or address.lower().startswith("data:"):
        return True
    return served and address.startswith("/") and not address.startswith("//")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


class _Reader(HTMLParser):
    """Collects the scripts, the styles and every address that attributes hold."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.addresses: list[str] = []
        self._inside = ""
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note addresses, and whether the text that follows is a script or a style."""
        values = {name: value or "" for name, value in attrs}
        if tag == "meta" and values.get("http-equiv") == "Content-Security-Policy":
            self.policy = self.policy or values.get("content", "")
        for name, value in values.items():
            if name in _ADDRESS_ATTRIBUTES and value:
                self.addresses += (
                    [p.split()[0] for p in value.split(", ") if p.strip()][:8]
                    if (name == "srcset")
                    else [value.strip()]
                )
            elif name == "style":
                self.addresses += _CSS_ADDRESS.findall(value)
        runs = tag == "script" and "src" not in values and values.get("type") != _DATA_BLOCK
        self._inside = "script" if runs else "style" if tag == "style" else ""
        if self._inside:
            (self.scripts if runs else self.styles).append("")

    def handle_data(self, data: str) -> None:
        """Add to the script or style that is open."""
        if self._inside:
            (self.scripts if self._inside == "script" else self.styles)[-1] += data

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        if tag in ("script", "style"):
            self._inside = ""
