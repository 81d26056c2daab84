"""Numbers as they are printed: hectares to 4 places, mu to 2, shares to 0.01 %, metres to 0.1."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

__all__ = [
    "BLANK",
    "area_text",
    "degrees_text",
    "ha_text",
    "metres_text",
    "number_text",
    "percent_text",
]

BLANK = "—"
"""Printed where there is no number; never confused with 0."""

_M2_PER_HA = 10_000.0


def ha_text(area_m2: float | None) -> str:
    """Return an area in hectares with 4 decimals, from the unrounded square metres.

    Examples
    --------
    >>> ha_text(27592.454), ha_text(0.0), ha_text(None)
    ('2.7592', '0', '—')
    """
    if area_m2 is None:
        return BLANK
    return "0" if area_m2 == 0 else f"{area_m2 / _M2_PER_HA:,.4f}"


def area_text(area_m2: float, lang: str) -> str:
    """Return an area in hectares and mu, both from the same unrounded square metres.

    Examples
    --------
    >>> area_text(27592.454, "zh"), area_text(27592.454, "en")
    ('2.7592 公顷（41.39 亩）', '2.7592 ha (41.39 mu)')
    """
    ha, mu = ha_text(area_m2), f"{area_m2 * 3 / 2000:,.2f}"
    return f"{ha} ha ({mu} mu)" if lang == "en" else f"{ha} 公顷（{mu} 亩）"


def percent_text(share: float | None) -> str:
    """Return a share from 0 to 1 in percent with 2 decimals.

    Examples
    --------
    >>> percent_text(1.0), percent_text(0.12345), percent_text(None)
    ('100.00%', '12.35%', '—')
    """
    if share is None:
        return BLANK
    return "0" if share == 0 else f"{share * 100:.2f}%"


def metres_text(distance_m: float | None) -> str:
    """Return a distance in metres with 1 decimal.

    Examples
    --------
    >>> metres_text(1234.56), metres_text(0.0), metres_text(None)
    ('1,234.6 m', '0', '—')
    """
    if distance_m is None:
        return BLANK
    return "0" if distance_m == 0 else f"{distance_m:,.1f} m"


def degrees_text(lon: float, lat: float) -> str:
    """Return a position in degrees, minutes and seconds to 0.01 second.

    Examples
    --------
    >>> degrees_text(106.0475, 30.676)
    '106°02′51.00″E 30°40′33.60″N'
    """
    return f"{_dms(lon)}{'E' if lon >= 0 else 'W'} {_dms(lat)}{'N' if lat >= 0 else 'S'}"


def _dms(degrees: float) -> str:
    centiseconds = round(abs(degrees) * 360_000)
    minutes, rest = divmod(centiseconds, 6_000)
    return f"{minutes // 60}°{minutes % 60:02d}′{rest / 100:05.2f}″"


def number_text(value: Decimal | float, decimals: int) -> str:
    """Return a number with thousands apart and a fixed number of decimals.

    Examples
    --------
    >>> number_text(12345.678, 2), number_text(0, 4)
    ('12,345.68', '0.0000')
    """
    unit = Decimal(1).scaleb(-decimals)
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return f"{exact.quantize(unit, ROUND_HALF_UP):,.{decimals}f}"
