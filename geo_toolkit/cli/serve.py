"""``geo-toolkit serve``: the service on this machine."""

import os
import socket
from typing import Annotated

import typer

from geo_toolkit.cli import lazy
from geo_toolkit.cli.console import say
from geo_toolkit.cli.options import LangOption, QuietOption, WorkspaceOption
from geo_toolkit.errors import OptionError
from geo_toolkit.workspace import Workspace
from geo_toolkit.workspace_file import VARIABLE

__all__ = ["serve"]

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HOSTS_VARIABLE = "GEO_TOOLKIT_ALLOWED_HOSTS"
_GRACE_S = 30
_HEALTHY_S = 60  # a large layer may keep a process busy for a while


def serve(
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; 0.0.0.0 opens it to the network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="Processes that answer requests.")
    ] = 1,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Serve maps and checks to a browser (网页服务)."""
    runner = lazy.service_runner()
    opened = Workspace.open(workspace)
    _check_free(host, port)
    os.environ[VARIABLE] = str(opened.root)
    if lang is not None:
        os.environ["GEO_TOOLKIT_LANG"] = lang.value
    if quiet:
        os.environ.setdefault("GEO_TOOLKIT_LOG_LEVEL", "error")
    else:
        shown = f"[{host}]" if ":" in host else host
        say(f"http://{shown}:{port}/")
        if host not in _LOOPBACK and not os.environ.get(_HOSTS_VARIABLE):
            say(f"  set {_HOSTS_VARIABLE} to the names by which others reach this machine")
    runner.run(
        "geo_toolkit_api:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        timeout_graceful_shutdown=_GRACE_S,
        timeout_worker_healthcheck=_HEALTHY_S,
        proxy_headers=False,  # the service itself knows which proxies to believe
        server_header=False,
        log_level="error" if quiet else "warning",
    )


def _check_free(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, before anything is loaded."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise OptionError(
            f"{host} port {port}: cannot be listened on ({error.strerror or error}); "
            "choose another with --host or --port"
        ) from error
