"""The parameters of a request under ``/ogc``, read and refused."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from geo_toolkit_api.ogc.crs import CRS84, from_bbox, resolved
from geo_toolkit_api.ogc.items import Query, property_columns
from geo_toolkit_api.ogc.wrong import WrongParameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import Request
    from starlette.datastructures import QueryParams

    from geo_toolkit.catalogue import Layer

__all__ = [
    "DEFAULT_LIMIT",
    "MAX_LIMIT",
    "pinned",
    "query_of",
    "refuse_unknown",
    "wants_html",
]

DEFAULT_LIMIT = 10
MAX_LIMIT = 1_000
_OWN = {
    "f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "version",
    "filter", "filter-lang", "filter-crs", "lang",
}  # fmt: skip
_HERE = timezone(timedelta(hours=8))
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})?")


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


def refuse_unknown(params: QueryParams, *known: str) -> None:
    """Refuse a request with a parameter that means nothing here, or the same one twice.

    Raises
    ------
    WrongParameter
        Names the first of them.
    """
    for name in params:
        if name not in known:
            raise WrongParameter(name, f"one of {', '.join(known)}", "a parameter of no meaning")
        if len(params.getlist(name)) > 1:
            raise WrongParameter(name, "it once", f"it {len(params.getlist(name))} times")
    if params.get("lang", "zh") not in ("zh", "en"):
        raise WrongParameter("lang", "zh or en", params["lang"])


def pinned(params: QueryParams) -> tuple[date | None, int | None]:
    """Return the day and the version of a layer that are asked for; None: today, and in force.

    ``datetime`` takes a day, an instant, or an interval, whose end counts. Days are those of
    UTC+8.

    Raises
    ------
    WrongParameter
        If one of them is wrong, or both are given.
    """
    version, text = params.get("version"), params.get("datetime")
    number = _whole("version", version, 0) if version is not None else None
    if text is None:
        return None, number
    if number is not None:
        raise WrongParameter("datetime", "either it or a version", "both")
    starts, slash, ends = text.partition("/")
    first = _day_of(starts, text)
    if not slash:
        if first is None:
            raise WrongParameter("datetime", "a day such as 2026-03-01", text[:80])
        return first, None
    last = _day_of(ends, text)
    if first is not None and last is not None and first > last:
        raise WrongParameter("datetime", "an interval that begins before it ends", text[:80])
    return last, None


def query_of(params: QueryParams, layer: Layer, offered: Sequence[str]) -> Query:
    """Return what a client asks of a collection.

    Raises
    ------
    WrongParameter
        For an unknown parameter or a wrong value; an over-large limit is clamped, not refused.
    """
    columns = property_columns(layer.frame)
    refuse_unknown(params, *sorted(_OWN), *(c for c in columns if c not in _OWN))
    bbox_crs = resolved(params.get("bbox-crs", CRS84), offered, "bbox-crs")
    return Query(
        limit=min(MAX_LIMIT, _whole("limit", params.get("limit", str(DEFAULT_LIMIT)), 1)),
        offset=_whole("offset", params.get("offset", "0"), 0),
        bbox=_bbox(params["bbox"], bbox_crs) if "bbox" in params else None,
        equals=tuple((n, params[n]) for n in params if n in columns and n not in _OWN),
        filter=params.get("filter"),
        filter_lang=params.get("filter-lang", "cql2-text"),
        filter_crs=resolved(params.get("filter-crs", CRS84), offered, "filter-crs"),
        crs=resolved(params.get("crs", CRS84), offered, "crs"),
    )


def _day_of(text: str, whole: str) -> date | None:
    """Return the day of one end of an interval, None where it is open."""
    if text in ("", ".."):
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _INSTANT.fullmatch(text):
            moment = datetime.fromisoformat(text.upper())
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return aware.astimezone(_HERE).date()
    except (ValueError, OverflowError):
        pass
    raise WrongParameter("datetime", "a day such as 2026-03-01, or an interval", whole[:80])


def _whole(name: str, text: str, least: int) -> int:
    if not (text.isascii() and text.isdigit()) or int(text[:12]) < least:
        raise WrongParameter(name, f"a whole number from {least}", text[:40])
    return int(text[:12])


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
