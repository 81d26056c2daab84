"""Days and times of day as the project counts them: UTC+8, fixed, wherever the machine stands."""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timedelta, timezone

from geo_toolkit.errors import OptionError

__all__ = ["now_text", "parse_day", "today"]

_ZONE = timezone(timedelta(hours=8))
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def today() -> date:
    """Return today in UTC+8, or the day of ``SOURCE_DATE_EPOCH`` where that is set.

    Raises
    ------
    OptionError
        If ``SOURCE_DATE_EPOCH`` is not a number of seconds.
    """
    return _now().date()


def now_text() -> str:
    """Return the time now as ISO 8601 with ``+08:00``, to the second.

    ``SOURCE_DATE_EPOCH`` takes the clock's place, so that the same input gives the same bytes.

    Raises
    ------
    OptionError
        If ``SOURCE_DATE_EPOCH`` is not a number of seconds.
    """
    return _now().isoformat(timespec="seconds")


def parse_day(text: str, *, option: str = "--as-of") -> date:
    """Return the day written as ``YYYY-MM-DD``.

    Parameters
    ----------
    text
        What the user wrote.
    option
        The option it was written for, named in the refusal.

    Raises
    ------
    OptionError
        If the text has another form or the day does not exist.

    Examples
    --------
    >>> parse_day("2026-03-15")
    datetime.date(2026, 3, 15)
    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        got = repr(text)
    except ValueError:
        got = f"{text!r}, a day that does not exist"
    raise OptionError(f"{option}: expected a day as YYYY-MM-DD, got {got}; correct it")


def _now() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(_ZONE)
    try:
        return datetime.fromtimestamp(int(epoch), _ZONE)
    except (ValueError, OverflowError, OSError) as error:
        raise OptionError(
            f"SOURCE_DATE_EPOCH: expected whole seconds since 1970, got {epoch!r}; "
            "correct or unset it"
        ) from error
