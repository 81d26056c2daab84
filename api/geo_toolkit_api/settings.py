"""Settings of the service, read from ``GEO_TOOLKIT_*`` and checked once."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Literal

import limits
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from geo_toolkit.errors import OptionError

__all__ = ["LOOPBACK_HOSTS", "Settings", "read_settings"]

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
"""Host names that are always answered to."""

_PREFIX = "GEO_TOOLKIT_"


class Settings(BaseSettings):
    """What an operator may set; every value has a limit.

    Attributes
    ----------
    workspace
        Folder of the workspace; None: found as everywhere else (DESIGN §4).
    lang
        Language of pages and reasons where a request names none; None: the workspace's own.
    allowed_hosts
        Host names answered to besides the loopback ones, separated by commas in the environment;
        ``*`` answers to any. Guards against pages that point a name of theirs at this machine.
    max_upload_mb
        Largest request body, in MiB.
    max_sites, max_vertices
        Most sites, and most vertices over all of them, in one check.
    results_kept
        Results kept in memory by each worker process, for a workspace that records nothing.
    state
        Folder of keys, jobs, sessions and the audit log, shared by all processes; None:
        ``.geo_toolkit/service`` in the workspace.
    read_needs_key
        Whether reading needs an API key too; False: whoever reaches the service reads what is
        public.
    quick_sites, quick_vertices
        Most sites and vertices of a check that is answered at once (201); a larger one becomes a
        job (202).
    parse_s, parse_mb
        Most seconds and MiB of memory for reading one submitted file, in a process of its own.
    job_s
        Most seconds for one job.
    kept_days
        Days that the results of jobs and their files are kept.
    rate, check_rate, key_failures
        Requests of one caller, of them checks, and wrong keys from one address, each as
        ``limits`` writes a rate: ``20000/minute``.
    trusted_proxies
        Addresses or networks of reverse proxies whose ``X-Forwarded-For`` and
        ``X-Forwarded-Proto`` are believed, separated by commas; none: nobody's.
    session_hours
        How long a browser stays signed in.
    audit_mb, audit_days
        The audit log is kept up to this many MiB and days, whichever is less.
    log_format
        ``json``: one JSON object a line; ``text``: for a person.
    log_level
        From which severity lines are written; the line of each request is ``info``.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_ignore_empty=True, frozen=True, extra="ignore"
    )

    workspace: Path | None = None
    lang: Literal["zh", "en"] | None = None
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    max_upload_mb: Annotated[float, Field(gt=0, le=1024)] = 20.0
    max_sites: Annotated[int, Field(ge=1, le=100_000)] = 200
    max_vertices: Annotated[int, Field(ge=4, le=10_000_000)] = 200_000
    results_kept: Annotated[int, Field(ge=1, le=10_000)] = 100
    state: Path | None = None
    read_needs_key: bool = False
    quick_sites: Annotated[int, Field(ge=0, le=100_000)] = 20
    quick_vertices: Annotated[int, Field(ge=0, le=10_000_000)] = 20_000
    parse_s: Annotated[float, Field(gt=0, le=3600)] = 20.0
    parse_mb: Annotated[int, Field(ge=256, le=65_536)] = 1024
    job_s: Annotated[float, Field(gt=0, le=86_400)] = 1800.0
    kept_days: Annotated[float, Field(gt=0, le=3650)] = 30.0
    rate: str = "20000/minute"
    check_rate: str = "6000/minute"
    key_failures: str = "10/minute"
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    session_hours: Annotated[float, Field(gt=0, le=720)] = 12.0
    audit_mb: Annotated[int, Field(ge=1, le=1_000_000)] = 256
    audit_days: Annotated[int, Field(ge=1, le=36_500)] = 180
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("allowed_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, raw: object) -> object:
        if isinstance(raw, str):
            return tuple(part.strip() for part in raw.split(",") if part.strip())
        return raw

    @field_validator("allowed_hosts")
    @classmethod
    def _lower(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if "/" in host or (":" in host and not host.startswith("[")):
                raise ValueError(f"expected a host name without scheme and port, got {host!r}")
        return tuple(host.lower() for host in hosts)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            try:
                ipaddress.ip_network(proxy)
            except ValueError as error:
                raise ValueError(
                    f"expected addresses or networks such as 10.0.0.0/8, got {proxy!r}"
                ) from error
        return proxies

    @field_validator("rate", "check_rate", "key_failures")
    @classmethod
    def _is_rate(cls, rate: str) -> str:
        try:
            amount = limits.parse(rate).amount
        except ValueError as error:
            raise ValueError("expected a rate such as 600/minute") from error
        if amount < 1:
            raise ValueError("expected a rate of at least 1")
        return rate

    @property
    def max_upload_bytes(self) -> int:
        """The largest request body in bytes."""
        return int(self.max_upload_mb * 1024 * 1024)


def read_settings() -> Settings:
    """Return the settings that the environment gives.

    Raises
    ------
    OptionError
        Names the first variable that is wrong, and what was expected.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = _PREFIX + str(first["loc"][0]).upper()
        expected = first["msg"].removeprefix("Value error, ")
        raise OptionError(f"{name}: {expected}, got {first['input']!r}; correct it") from error
