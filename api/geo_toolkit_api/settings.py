"""Settings of the service, read from ``GEO_TOOLKIT_*`` and checked once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

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

    @field_validator("allowed_hosts", mode="before")
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
        raise OptionError(f"{name}: {first['msg']}, got {first['input']!r}; correct it") from error
