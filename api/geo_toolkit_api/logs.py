"""Log lines of the service on standard error: for a person, or as JSON for a program.

A line never holds a key, a query, or an address of the service beyond its template.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, TextIO

from geo_toolkit_api.keys import redacted

if TYPE_CHECKING:
    from geo_toolkit_api.settings import Settings

__all__ = ["set_up"]

_OWN = "geo_toolkit_api"
_BEIJING = timezone(timedelta(hours=8))


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at the moment, not when the handler was made."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        lines = redacted(super().format(record)).split("\n")
        return "\n  ".join("".join(c if c.isprintable() else "?" for c in line) for line in lines)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, _BEIJING).isoformat("T", "milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            **getattr(record, "fields", {"message": record.getMessage()}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return redacted(json.dumps(entry, ensure_ascii=False, default=str))


def set_up(settings: Settings) -> None:
    """Make the service write its log as the settings say; a second call replaces the first.

    The access log of uvicorn is silenced: it would keep queries, and ours has a line for each
    request.
    """
    handler = _StandardError()
    text = _Text("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(_Json() if settings.log_format == "json" else text)
    logger = logging.getLogger(_OWN)
    for old in [one for one in logger.handlers if isinstance(one, _StandardError)]:
        logger.removeHandler(old)
    logger.addHandler(handler)
    logger.setLevel(settings.log_level.upper())
    logging.getLogger("uvicorn.access").disabled = True
