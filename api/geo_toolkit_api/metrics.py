"""Counts and durations for ``/metrics``, summed over all worker processes.

Each process keeps its own in memory and a copy of them in a file of the state folder, written
anew every few seconds; whichever process answers adds up the files. Files stay when a process
ends, so that no count ever falls; those untouched for a month are removed.
"""

from __future__ import annotations

import json
import logging
import os
import time
import uuid
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from geo_toolkit_api.state import made_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from fastapi import Request

__all__ = ["METHODS", "Metrics", "count_check", "count_parse_failure"]

_log = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that are counted by name; the others together."""

FOLDER = "metrics"
_EVERY_S = 5.0
_KEPT_S = 30 * 86_400
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
Sample = tuple[str, tuple[tuple[str, str], ...]]


class Metrics:
    """What one process has counted.

    Parameters
    ----------
    folder
        The state folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        self._name = f"{uuid.uuid4().hex}.json"
        self._saved = time.monotonic()
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "geo_toolkit_requests",
            "Requests answered.",
            ("method", "path", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "geo_toolkit_request_seconds",
            "Time to answer a request, in seconds.",
            ("path",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.checks = Counter(
            "geo_toolkit_checked_sites",
            "Sites checked, by verdict.",
            ("verdict",),
            registry=self._registry,
        )
        self.parse_failures = Counter(
            "geo_toolkit_parse_failures",
            "Submitted files that could not be read.",
            registry=self._registry,
        )

    def request(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        named = method if method in METHODS else "other"
        self.requests.labels(named, path, str(status)).inc()
        self.seconds.labels(path).observe(seconds)
        if time.monotonic() - self._saved > _EVERY_S:
            self.save()

    def checked(self, verdicts: Iterable[str]) -> None:
        """Count the verdicts of a finished check."""
        for verdict in verdicts:
            self.checks.labels(verdict).inc()

    def exposition(self, jobs: Mapping[str, int]) -> bytes:
        """Return the counts of all processes as Prometheus reads them.

        Parameters
        ----------
        jobs
            Jobs by state.
        """
        self.save()
        totals: dict[Sample, float] = dict(self._samples())
        for samples in self._others():
            for key, value in samples:
                totals[key] = totals.get(key, 0.0) + value
        merged = CollectorRegistry()
        merged.register(_Summed(self._registry, totals, jobs))
        return generate_latest(merged)

    def save(self) -> None:
        """Write this process's counts where the others find them."""
        self._saved = time.monotonic()
        text = json.dumps([[name, labels, value] for (name, labels), value in self._samples()])
        try:
            target = made_private(self.folder) / self._name
            draft = target.with_suffix(f".{os.getpid()}.tmp")
            draft.write_text(text, encoding="utf-8")
            draft.replace(target)
        except OSError as error:  # a read-only state folder, or a reader on Windows
            _log.debug("metrics are not written: %s", error)

    def _samples(self) -> Iterator[tuple[Sample, float]]:
        for metric in self._registry.collect():
            for sample in metric.samples:
                if not sample.name.endswith("_created"):
                    yield (sample.name, tuple(sorted(sample.labels.items()))), sample.value

    def _others(self) -> Iterator[list[tuple[Sample, float]]]:
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.glob("*.json")):
            if path.name == self._name:
                continue
            try:
                if time.time() - path.stat().st_mtime > _KEPT_S:
                    path.unlink()
                    continue
                rows = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):  # just replaced or removed by another process
                continue
            yield [
                ((name, tuple((k, v) for k, v in labels)), value) for name, labels, value in rows
            ]


class _Summed:
    """A collector of sums, in the families that a registry has."""

    def __init__(
        self, registry: CollectorRegistry, totals: dict[Sample, float], jobs: Mapping[str, int]
    ) -> None:
        self._registry, self._totals, self._jobs = registry, totals, jobs

    def collect(self) -> Iterator[Metric]:
        """Yield every family with the sums of its samples."""
        for metric in self._registry.collect():
            summed = Metric(metric.name, metric.documentation, metric.type)
            for (name, labels), value in self._totals.items():
                if _belongs(name, metric.name):
                    summed.add_sample(name, dict(labels), value)
            yield summed
        states = GaugeMetricFamily("geo_toolkit_jobs", "Jobs, by state.", labels=["state"])
        for state, count in sorted(self._jobs.items()):
            states.add_metric([state], count)
        yield states


def _belongs(sample: str, family: str) -> bool:
    return sample.removeprefix(family) in ("_total", "_bucket", "_count", "_sum")


def count_check(request: Request, verdicts: Iterable[str]) -> None:
    """Count the verdicts of a finished check."""
    metrics: Metrics = request.app.state.metrics
    metrics.checked(verdicts)


def count_parse_failure(request: Request) -> None:
    """Count a submitted file that could not be read."""
    metrics: Metrics = request.app.state.metrics
    metrics.parse_failures.inc()
