"""`fairlineup help`: the project's pages, as they come with the package, as plain text."""

from __future__ import annotations

import posixpath
import re
import shutil
import sys

import click

from fairlineup.cli.manual import find, shown_by, topics, unknown
from fairlineup.cli.plaintext import plain
from fairlineup.records import SystemFailed

WIDTH = 100
PAGE = re.compile(r"(?<![\w/\[(])`?docs/([\w./-]+\.(?:md|json))`?")  # named in a page's text


@click.command("help")
@click.argument("said", metavar="[TOPIC]", nargs=-1)
@click.option("--as-written", is_flag=True, help="The page as it is written: Markdown, or an example's code.")
@click.pass_context
def help_(context: click.Context, said: tuple[str, ...], *, as_written: bool) -> None:
    """Show a page of the documentation: data sets, plans, measures, systems and more.

    Without a TOPIC, all are listed. A command is a topic too: `fairlineup help audit run`.
    """
    root = context.find_root()
    if not said:
        _show(_listed())
        return
    topic = find("/".join(said)) or find(_page_of_system(said[0]))
    if topic is not None:
        _show(topic.text if as_written or topic.file.suffix != ".md" else _as_text(topic.name))
        return
    shown = _help_of(root, said)
    if not shown:
        group = root.command
        raise unknown(" ".join(said), sorted(group.commands) if isinstance(group, click.Group) else [])
    click.echo(shown)


def _show(text: str) -> None:
    """Page by page where somebody reads along, at once elsewhere."""
    if _reads_along():
        click.echo_via_pager(text)
    else:
        click.echo(text, nl=False)


def _width() -> int:
    return min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns) if _reads_along() else WIDTH


def _reads_along() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _listed() -> str:
    known = [topic for topic in topics().values() if topic.file.suffix == ".md"]
    others = [topic.name for topic in topics().values() if topic.file.suffix != ".md"]
    long = max(len(topic.name) for topic in known)
    lines = ["Topics, each shown by `fairlineup help TOPIC`:", ""]
    lines += [f"  {topic.name:<{long}}  {_cut(topic.title, _width() - long - 4)}" for topic in known]
    lines += ["", "Files, printed as they are:", "", *(f"  {name}" for name in others), ""]
    lines.append("The last part of a name will do where no other topic ends so: `fairlineup help fpir`.")
    return "\n".join(lines) + "\n"


def _cut(title: str, width: int) -> str:
    return title if len(title) <= width else f"{title[: width - 1]}…"


def _as_text(name: str) -> str:
    """A topic's page in plain text."""
    topic = topics()[name]

    def leads(target: str) -> str:
        path, _, _ = target.partition("#")
        if "://" in path:
            return target
        page = posixpath.normpath(posixpath.join(str(topic.page.parent), path)) if path else ""
        page = page.removeprefix("../")  # the examples lie beside docs/ in the project, within it here
        return shown_by(f"docs/{page}") or (f"{page} in the project’s source" if page else "")

    def named(found: re.Match[str]) -> str:
        command = shown_by(f"docs/{found[1]}")
        return f"`{command}`" if command else found[0]

    return plain(PAGE.sub(named, topic.text), leads, _width())


def _page_of_system(name: str) -> str:
    """The page of a system under test that goes by a name; blank where there is none."""
    from fairlineup.systems import all_adapters  # heavy, and needed only for a name that is no topic

    try:
        return next((one.facts.page for one in all_adapters() if one.facts.name == name), "")
    except SystemFailed:  # another package's adapter is broken: `fairlineup systems` says so
        return ""


def _help_of(root: click.Context, said: tuple[str, ...]) -> str:
    """What a command says of itself; blank where there is none of that name."""
    command, context = root.command, root
    for word in said:
        found = command.get_command(context, word) if isinstance(command, click.Group) else None
        if found is None:
            return ""
        command, context = found, click.Context(found, info_name=word, parent=context)
    return command.get_help(context)
