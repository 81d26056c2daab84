"""Keep-alive clients that ask a loopback server for a bounded time, and what they saw."""

import http.client
import statistics
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """One request: method, path, headers, body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Load:
    """What the clients saw: answers a second, the 95th percentile, answers that were wrong."""

    per_second: float
    median_ms: float
    p95_ms: float
    answers: int
    errors: int


def get(path):
    """Return a GET request."""
    return Asked("GET", path, {"Accept": "application/json"})


def multipart(path, name, content, fields):
    """Return a POST of one file with fields."""
    mark = "benchmarkboundary"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = "".join(parts).encode() + head.encode() + content + f"\r\n--{mark}--\r\n".encode()
    return Asked("POST", path, {"Content-Type": f"multipart/form-data; boundary={mark}"}, body)


def load(port, requests, *, clients, seconds):
    """Return what clients saw who send a list of requests, each from a place of its own, in turn.

    An answer counts as wrong unless its status is 200 or 201 and its body is not empty.
    """
    times, errors = [], []
    until = time.perf_counter() + seconds

    def ask(offset):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        at = offset
        while time.perf_counter() < until:
            asked = requests[at % len(requests)]
            at += clients
            begin = time.perf_counter()
            try:
                connection.request(asked.method, asked.path, asked.body, asked.headers)
                answer = connection.getresponse()
                good = answer.status in (200, 201) and len(answer.read()) > 0
            except (OSError, http.client.HTTPException):
                good = False
                connection.close()
            times.append(time.perf_counter() - begin)
            if not good:
                errors.append(asked.path)
        connection.close()

    started = time.perf_counter()
    threads = [threading.Thread(target=ask, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - started
    return Load(
        per_second=len(times) / taken,
        median_ms=statistics.median(times) * 1000,
        p95_ms=sorted(times)[int(len(times) * 0.95)] * 1000,
        answers=len(times),
        errors=len(errors),
    )
