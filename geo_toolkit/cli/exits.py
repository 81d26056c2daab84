"""How errors end a command: one table from error class to exit code, and one line of text."""

from __future__ import annotations

import os
import sys
import traceback

import typer

from geo_toolkit.errors import GeoToolkitError

__all__ = ["DEBUG_VARIABLE", "EXIT_CODES", "FAIL_ON_MET", "OURS", "end_with", "end_with_exit"]

DONE, FAIL_ON_MET, WRONG_INPUT, OURS = 0, 1, 2, 3
INTERRUPTED = 130
PIPE_CLOSED = 141

EXIT_CODES: dict[type[BaseException], int] = {
    GeoToolkitError: WRONG_INPUT,
    typer.TyperException: WRONG_INPUT,
    typer.Abort: INTERRUPTED,
    KeyboardInterrupt: INTERRUPTED,
    BrokenPipeError: PIPE_CLOSED,
}
"""The nearest class in an error's own order of classes counts; any other error is ours."""

DEBUG_VARIABLE = "GEO_TOOLKIT_DEBUG"


def end_with(error: BaseException) -> int:
    """Return the exit code for an error, after its one line on standard error."""
    code = next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), OURS)
    if code == WRONG_INPUT:
        _write_line(_message(error))
    elif code == OURS:
        if os.environ.get(DEBUG_VARIABLE):
            traceback.print_exception(error)
        _write_line(
            f"internal error ({type(error).__name__}: {error}); "
            f"set {DEBUG_VARIABLE}=1 for the details and report it"
        )
    return code


def end_with_exit(stop: SystemExit) -> int:
    """Return the exit code where a package we call ended the process.

    Typer does so with 1 when a reader such as ``head`` has closed the pipe, and the service's
    runner when it cannot start; 1 would read as ``--fail-on`` met.
    """
    if isinstance(stop.__context__, BrokenPipeError):
        return PIPE_CLOSED
    return DONE if stop.code in (None, 0) else OURS


def _message(error: BaseException) -> str:
    if isinstance(error, typer.TyperException):
        text = error.format_message().rstrip(".").replace("Value error, ", "")
        return f"{text[:1].lower()}{text[1:]}; see --help"
    return str(error)


def _write_line(text: str) -> None:
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    sys.stdout.flush()
    sys.stderr.write(f"geo-toolkit: {line}\n")
    sys.stderr.flush()
