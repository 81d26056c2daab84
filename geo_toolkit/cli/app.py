"""The command ``geo-toolkit``: commands put together, and how a run ends."""

import logging
import sys
import warnings
from collections.abc import Sequence
from typing import Annotated

import typer

from geo_toolkit import __version__
from geo_toolkit.cli import access, check, convert, init, inspect, keys, layers, maps, rules, serve
from geo_toolkit.cli.console import say, set_up_streams
from geo_toolkit.cli.exits import end_with, end_with_exit

__all__ = ["app", "main", "run"]

app = typer.Typer(
    name="geo-toolkit",
    help="Spatial-planning toolkit: siting checks, web maps, layers, rules. 国土空间规划工具箱。",
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("check", epilog=check.EPILOG)(check.check)
app.command("convert", epilog=convert.EPILOG)(convert.convert_file)
app.command("inspect", epilog=inspect.EPILOG)(inspect.inspect)
app.add_typer(layers.app, name="layers")
app.add_typer(rules.app, name="rules")
app.add_typer(access.app, name="access")
app.command("map", epilog=maps.EPILOG)(maps.draw_map)
app.add_typer(keys.app, name="keys")
app.command("serve")(serve.serve)
app.command("init")(init.init)


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"geo-toolkit {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


def run(arguments: Sequence[str] | None) -> int:
    """Return the exit code of one command; an error is one line on standard error.

    Parameters
    ----------
    arguments
        None for those of the process, with ``*`` in file names filled in on Windows.
    """
    try:
        code = app(args=arguments, prog_name="geo-toolkit", standalone_mode=False)
    except SystemExit as stop:
        return end_with_exit(stop)
    except BaseException as error:
        return end_with(error)
    return code if isinstance(code, int) else 0


def main() -> int:
    """Return the exit code of the command line this process was started with."""
    set_up_streams()
    logging.getLogger().addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    return run(None)
