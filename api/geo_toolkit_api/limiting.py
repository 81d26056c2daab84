"""How often one caller may ask; each process counts for itself."""

from __future__ import annotations

import ipaddress
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

if TYPE_CHECKING:
    from geo_toolkit_api.settings import Settings

__all__ = ["Limits", "Refused", "network_of"]

_NETWORK_BITS = 64


@dataclass(frozen=True)
class Refused:
    """Why a request is not answered: a line, and in how many seconds to ask again."""

    detail: str
    retry_after_s: int


def network_of(address: str) -> str:
    """Return what stands for one who asks: an IPv4 address, or the /64 network of an IPv6 one.

    One machine has a whole /64 to choose its addresses from.

    Examples
    --------
    >>> network_of("10.0.0.7"), network_of("2001:db8::1:2:3:4"), network_of("testclient")
    ('10.0.0.7', '2001:db8::/64', 'testclient')
    >>> network_of("::ffff:10.0.0.7")
    '10.0.0.7'
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _NETWORK_BITS), strict=False))


class Limits:
    """The three rates of the settings, counted in memory.

    Parameters
    ----------
    settings
        ``rate`` for every request, ``check_rate`` for those that send something, and
        ``key_failures`` for wrong keys from one address.
    """

    def __init__(self, settings: Settings) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._rate = parse(settings.rate)
        self._check_rate = parse(settings.check_rate)
        self._failures = parse(settings.key_failures)

    def request(self, caller: str, *, is_sending: bool) -> Refused | None:
        """Count one request; return why it is refused, or None."""
        if not self._limiter.hit(self._rate, "all", caller):
            return self._refused("requests", self._rate, "all", caller)
        if is_sending and not self._limiter.hit(self._check_rate, "sent", caller):
            return self._refused("checks and uploads", self._check_rate, "sent", caller)
        return None

    def may_try_key(self, address: str) -> Refused | None:
        """Return why no more keys are tried for an address, or None."""
        if self._limiter.test(self._failures, "keys", address):
            return None
        return self._refused("wrong keys", self._failures, "keys", address)

    def key_failed(self, address: str) -> None:
        """Count one wrong key."""
        self._limiter.hit(self._failures, "keys", address)

    def _refused(self, what: str, rate: object, kind: str, caller: str) -> Refused:
        reset = self._limiter.get_window_stats(rate, kind, caller).reset_time  # type: ignore[arg-type]
        wait_s = max(1, math.ceil(reset - time.time()))
        return Refused(
            f"at most {rate} {what} from one caller; ask again in {wait_s} seconds", wait_s
        )
