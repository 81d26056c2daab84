"""The one refusal of ``/ogc``: a wrong parameter is a 400 with one line."""

from __future__ import annotations

from geo_toolkit.errors import GeoToolkitError

__all__ = ["WrongParameter"]


class WrongParameter(GeoToolkitError, ValueError):
    """A parameter of a request under ``/ogc`` is wrong.

    Examples
    --------
    >>> str(WrongParameter("limit", "a whole number from 1", "x"))
    "parameter 'limit': expected a whole number from 1, got 'x'; correct it"
    """

    def __init__(self, parameter: str, expected: str, got: str) -> None:
        super().__init__(f"parameter {parameter!r}: expected {expected}, got {got!r}; correct it")
