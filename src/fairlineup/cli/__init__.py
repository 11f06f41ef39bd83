"""The command line: one file a command; hands one room's value to another, and is imported by none."""

from fairlineup.cli.entrance import main

__all__ = ["main"]
