"""The parameters of a request under ``/ogc``, read and refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo_toolkit.errors import OptionError
from geo_toolkit.rules import parse_day, today
from geo_toolkit_api.ogc.crs import CRS84, from_bbox, resolved
from geo_toolkit_api.ogc.items import Query, property_columns
from geo_toolkit_api.ogc.wrong import WrongParameter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from fastapi import Request
    from starlette.datastructures import QueryParams

    from geo_toolkit.catalogue import Layer

__all__ = ["DEFAULT_LIMIT", "MAX_LIMIT", "as_of", "query_of", "wants_html"]

DEFAULT_LIMIT = 10
MAX_LIMIT = 1_000
_OWN = {
    "f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "version",
    "filter", "filter-lang", "filter-crs", "lang",
}  # fmt: skip


def wants_html(request: Request) -> bool:
    """Whether an answer is to be HTML: ``f`` decides, else what the client accepts.

    Raises
    ------
    WrongParameter
        If ``f`` is neither json nor html.
    """
    asked = request.query_params.get("f")
    if asked is not None:
        if asked not in ("json", "html"):
            raise WrongParameter("f", "json or html", asked)
        return asked == "html"
    accepted = request.headers.get("accept", "")
    first = accepted.split(",")[0].split(";")[0].strip()
    return first in ("text/html", "application/xhtml+xml")


def as_of(params: QueryParams) -> tuple[date, int | None]:
    """Return the day and the version of a layer that are asked for.

    ``datetime`` takes a day or an instant, or an interval, whose end counts.
    """
    version = params.get("version")
    text = params.get("datetime")
    number = _whole("version", version, 0) if version is not None else None
    if text is None:
        return today(), number
    end = text.rpartition("/")[2] if "/" in text else text
    if end in ("", ".."):
        return today(), number
    try:
        return parse_day(end[:10]), number
    except OptionError as error:
        raise WrongParameter(
            "datetime", "a day such as 2026-03-01, or an interval", text
        ) from error


def query_of(params: QueryParams, layer: Layer, offered: Sequence[str]) -> Query:
    """Return what a client asks of a collection.

    Raises
    ------
    WrongParameter
        For an unknown parameter or a wrong value; an over-large limit is clamped, not refused.
    """
    columns = property_columns(layer.frame)
    unknown = [name for name in params if name not in _OWN and name not in columns]
    if unknown:
        raise WrongParameter(unknown[0], "a parameter of this service or a property", "it")
    bbox_crs = resolved(params.get("bbox-crs", CRS84), offered, "bbox-crs")
    filter_crs = resolved(params.get("filter-crs", CRS84), offered, "filter-crs")
    if filter_crs != CRS84:
        raise WrongParameter("filter-crs", CRS84, filter_crs)
    return Query(
        limit=min(MAX_LIMIT, _whole("limit", params.get("limit", str(DEFAULT_LIMIT)), 1)),
        offset=_whole("offset", params.get("offset", "0"), 0),
        bbox=_bbox(params["bbox"], bbox_crs) if "bbox" in params else None,
        equals=tuple((name, params[name]) for name in params if name in columns),
        filter=params.get("filter"),
        filter_lang=params.get("filter-lang", "cql2-text"),
        crs=resolved(params.get("crs", CRS84), offered, "crs"),
    )


def _whole(name: str, text: str, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12) or int(text) < least:
        raise WrongParameter(name, f"a whole number from {least}", text[:40])
    return int(text)


def _bbox(text: str, crs: str) -> tuple[float, float, float, float]:
    expected = "four numbers (or six with heights), west or south first as the system has it"
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise WrongParameter("bbox", expected, text[:80]) from error
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        raise WrongParameter("bbox", expected, text[:80])
    west, south, east, north = from_bbox(numbers, crs)
    crosses = crs == CRS84 and west > east
    if south > north or (west > east and not crosses):
        raise WrongParameter("bbox", "the smaller corner first", text[:80])
    return west, south, east, north
