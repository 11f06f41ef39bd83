"""A group that knows each command's name, line and module, and imports it when it is called or explained."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

PACKAGE = "fairlineup.cli"


class LazyGroup(click.Group):
    """A group whose list of commands, and its completion, import none of them.

    Args:
        listed: a line each: its name and its first sentence.
        places: module and name of those that are not `name:name`, as `{"import": "importing:import_scores"}`.
        settings: of the group.
    """

    def __init__(self, *, listed: str, places: Mapping[str, str], **settings: Any) -> None:
        super().__init__(**settings)
        lines = (line.split(maxsplit=1) for line in listed.strip().splitlines())
        self._lines = {name: click.Command(name, help=sentence) for name, sentence in lines}
        self._places = {name: places.get(name, f"{name}:{name}") for name in self._lines}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*self._places, *self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, imported."""
        if cmd_name not in self._places:
            return super().get_command(ctx, cmd_name)
        module, _, name = self._places[cmd_name].partition(":")
        command = getattr(import_module(f"{PACKAGE}.{module}"), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table names commands
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the group's help."""
        click.Group(commands=self._known()).format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands that begin so, and options."""
        found = {name: one for name, one in self._known().items() if name.startswith(incomplete)}
        items = [CompletionItem(name, help=found[name].get_short_help_str()) for name in sorted(found)]
        return [*items, *click.Command.shell_complete(self, ctx, incomplete)]

    def _known(self) -> dict[str, click.Command]:
        return {**self._lines, **self.commands}
