"""What the routes share: the workspace, used by one thread at a time, and the latest results."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import anyio
import anyio.to_thread
from fastapi import Depends, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_toolkit.workspace import Workspace
    from geo_toolkit_api.settings import Settings

__all__ = ["Results", "Service", "ServiceDep"]

T = TypeVar("T")
Json = dict[str, Any]  # JSON: values of every type


class Results:
    """The latest check results of this process, the oldest dropped first.

    A recorded check is in the workspace; this answers for one that records nothing.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._documents: OrderedDict[str, Json] = OrderedDict()

    def put(self, check_id: str, document: Json) -> None:
        """Keep a result under its id."""
        self._documents.pop(check_id, None)
        self._documents[check_id] = document
        while len(self._documents) > self._kept:
            self._documents.popitem(last=False)

    def get(self, check_id: str) -> Json | None:
        """Return a result, or None where it is not kept."""
        return self._documents.get(check_id)


@dataclass
class Service:
    """One workspace behind HTTP.

    Everything that touches the workspace goes through ``run``: one thread at a time, so no part
    of the library has to be safe under threads, and requests that wait hold no thread.
    """

    workspace: Workspace
    settings: Settings
    results: Results
    pages: dict[tuple[object, ...], str] = field(default_factory=dict)
    _turn: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))

    def language(self, asked: str | None) -> str:
        """Return the language of an answer: as asked, as set, or the workspace's own."""
        return asked or self.settings.lang or self.workspace.settings.language

    async def run(self, work: Callable[[], T]) -> T:
        """Return what a piece of blocking work returns."""
        return await anyio.to_thread.run_sync(work, limiter=self._turn)


def _of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(_of)]
