"""Connections are closed now and then, and ordinary clients do not notice."""

import asyncio

from geo_toolkit_api.spreading import EVERY, Spreading


def answers(app, count):
    """Return the headers of so many answers of an ASGI application."""
    seen = []

    async def send(message):
        if message["type"] == "http.response.start":
            seen.append(dict(message["headers"]))

    async def ask():
        for _ in range(count):
            await app({"type": "http"}, None, send)

    asyncio.run(ask())
    return seen


async def plain(_scope, _receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"y")]})
    await send({"type": "http.response.body", "body": b""})


def test_every_so_many_answers_end_their_connection():
    seen = answers(Spreading(plain), 2 * EVERY)
    closed = [number for number, headers in enumerate(seen, 1) if b"connection" in headers]
    assert closed == [EVERY, 2 * EVERY]
    assert all(headers[b"x"] == b"y" for headers in seen)


def test_what_is_no_request_passes_through():
    called = []

    async def app(scope, _receive, _send):
        called.append(scope["type"])

    asyncio.run(Spreading(app)({"type": "lifespan"}, None, None))
    assert called == ["lifespan"]
