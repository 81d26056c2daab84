"""The HTML of ``/ogc``: every JSON answer as a plain page with links, all text escaped."""

from __future__ import annotations

import json
from html import escape

__all__ = ["html_page"]

_SHOWN_ROWS = 100


def html_page(title: str, body: str, path: str) -> str:
    """Return a JSON answer as an HTML page: links first, features as a table, the rest as text.

    Parameters
    ----------
    title
        Heading of the page.
    body
        The JSON text.
    path
        Path of the resource.
    """
    document = json.loads(body)
    links = "".join(
        f'<li><a href="{escape(link["href"], quote=True)}">'
        f"{escape(link.get('title') or link['rel'])}</a></li>"
        for link in document.get("links", [])
        if str(link.get("href", "")).startswith(("http://", "https://"))
    )
    listed = "".join(
        f'<li><a href="{escape(path, quote=True)}/{escape(entry["id"], quote=True)}?f=html">'
        f"{escape(entry['title'])}</a></li>"
        for entry in document.get("collections", [])
    )
    table = _table([feature["properties"] for feature in document.get("features", [])])
    rest = {k: v for k, v in document.items() if k not in ("links", "features", "collections")}
    text = escape(json.dumps(rest, ensure_ascii=False, indent=2))
    return (
        "<!doctype html><html><head><meta charset='utf-8'>"
        f"<title>{escape(title)}</title></head><body><p>{_way(path)}</p><h1>{escape(title)}</h1>"
        f"<ul>{listed}</ul>{table}<pre>{text}</pre><h2>Links</h2><ul>{links}</ul></body></html>"
    )


def _way(path: str) -> str:
    """Return links to what a resource stands below."""
    parts = path.strip("/").split("/")
    steps = ["/" + "/".join(parts[:count]) for count in range(1, len(parts))] or [path]
    return " / ".join(
        f'<a href="{escape(step, quote=True)}?f=html">{escape(step.rpartition("/")[2])}</a>'
        for step in steps
    )


def _table(rows: list[dict[str, object]]) -> str:
    if not rows:
        return ""
    columns = list(rows[0])
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    lines = "".join(
        "<tr>" + "".join(f"<td>{_cell(row.get(column))}</td>" for column in columns) + "</tr>"
        for row in rows[:_SHOWN_ROWS]
    )
    return f"<table border='1'><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def _cell(value: object) -> str:
    return "" if value is None else escape(str(value))
