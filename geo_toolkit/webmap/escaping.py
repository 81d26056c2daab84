"""The one place where text is made safe for a page.

Text of layers, sites and definitions reaches a page in two ways only: as JSON inside a data block
that no browser executes (``embed_json``), from which the page's script builds text nodes; and in
the few fixed places of the frame, such as ``<title>`` (``escape_html``). No template of Folium
that writes text into JavaScript or HTML is used.
"""

from __future__ import annotations

import html
import json
from typing import Any

__all__ = ["embed_json", "escape_html", "plain_text"]

_IN_JSON = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
_IN_HTML = str.maketrans({"`": "&#96;", "$": "&#36;", "\\": "&#92;"})


def plain_text(value: object, *, limit: int = 0) -> str:
    """Return a value as text that UTF-8 can carry, cut to a length if one is given.

    Parameters
    ----------
    limit
        Longest text in characters; 0 for no limit. What is cut ends in an ellipsis.

    Examples
    --------
    >>> plain_text("现代物流园区", limit=5)
    '现代物流…'
    """
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return text if limit <= 0 or len(text) <= limit else text[: limit - 1] + "…"


def escape_html(text: object) -> str:
    """Return text for an HTML element or a quoted attribute, inert in scripts as well.

    Examples
    --------
    >>> escape_html('<b title="`${1}`">')
    '&lt;b title=&quot;&#96;&#36;{1}&#96;&quot;&gt;'
    """
    return html.escape(plain_text(text), quote=True).translate(_IN_HTML)


def embed_json(value: Any) -> str:  # noqa: ANN401 (JSON: values of every type)
    r"""Return JSON that can stand inside ``<script type="application/json">``.

    No character that could end the block or open a tag is left as itself.

    Raises
    ------
    ValueError
        If a number is not finite.

    Examples
    --------
    >>> embed_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return plain_text(text).translate(_IN_JSON)
