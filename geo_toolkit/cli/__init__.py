"""The command line: parsing and printing only."""

from geo_toolkit.cli.app import main

__all__ = ["main"]
