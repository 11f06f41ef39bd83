"""Markdown, as far as the project's pages use it, as plain text for a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence

Resolve = Callable[[str], str]
"""What a link leads to, as a reader of plain text is told; blank where the words alone say it."""

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
ITEM = re.compile(r"(\s*)([-*]|\d+\.)\s+(.*)")
WIDEST_CELL = 44  # of a table that is set as columns
INDENT = "    "


def plain(markdown: str, resolve: Resolve, width: int = 100) -> str:
    """A page as text: paragraphs filled, tables aligned or told row by row, links in words.

    Args:
        markdown: headings, paragraphs, lists, tables, code by indent or fence, emphasis, links.
        resolve: what to say of a link's target.
        width: of a line; code and narrow tables are left as they are.
    """
    text, before = "", ""
    for kind, lines in _blocks(markdown):
        block = "\n".join(_block(kind, lines, resolve, width))
        if block:
            gap = "" if not text else "\n" if kind == before == "item" else "\n\n"
            text, before = f"{text}{gap}{block}", kind
    return text + "\n"


def _blocks(markdown: str) -> Iterator[tuple[str, list[str]]]:
    """Runs of lines that belong together, with their kind."""
    lines = iter(markdown.splitlines())
    held: list[str] = []
    kind = ""
    for line in lines:
        if line.startswith("```"):
            if held:
                yield kind, held
            held, kind = [], ""
            yield "code", list(iter(lambda: next(lines, "```"), "```"))
            continue
        now = _kind(line, kind)
        if held and (now != kind or (now in {"heading", "item"} and not _continues(line))):
            yield kind, held
            held = []
        kind = now
        if line.strip() or kind == "code":
            held.append(line)
    if held:
        yield kind, held


def _kind(line: str, before: str) -> str:
    if not line.strip():
        return "code" if before == "code" else ""
    if line.startswith("#"):
        return "heading"
    if line.startswith("|"):
        return "table"
    if ITEM.match(line) and not (before == "code" and line.startswith(INDENT)):
        return "item"
    if before == "item":
        return "item"
    return "code" if line.startswith(INDENT) else "paragraph"


def _continues(line: str) -> bool:
    """Whether a line goes on with the item before it."""
    return not ITEM.match(line) and not line.startswith("#")


def _block(kind: str, lines: Sequence[str], resolve: Resolve, width: int) -> Iterator[str]:
    if kind == "heading":
        text = _inline(lines[0].lstrip("#").strip(), resolve)
        level = len(lines[0]) - len(lines[0].lstrip("#"))
        yield text
        if level < 3:
            yield ("=" if level == 1 else "-") * len(text)
    elif kind == "code":
        yield from _code(lines)
    elif kind == "table":
        yield from _table([_cells(line, resolve) for line in lines], width)
    elif kind == "item":
        yield from _item(lines, resolve, width)
    else:
        quoted = (line.removeprefix(">").strip() for line in lines)
        yield _filled(_inline(" ".join(quoted), resolve), width)


def _code(lines: Sequence[str]) -> Iterator[str]:
    text = textwrap.dedent("\n".join(lines)).strip("\n")
    yield textwrap.indent(text, INDENT)


def _item(lines: Sequence[str], resolve: Resolve, width: int) -> Iterator[str]:
    found = ITEM.match(lines[0])
    before, sign, first = found.groups() if found else ("", "-", lines[0])
    text = _inline(" ".join([first, *(line.strip() for line in lines[1:])]), resolve)
    head = f"{before}{sign} "
    yield _filled(text, width, head, " " * len(head))


def _cells(line: str, resolve: Resolve) -> list[str]:
    """The cells of a row; a bar in code or behind a backslash is no border."""
    inner = re.sub(r"`[^`]*`", lambda code: code[0].replace("|", "\1"), line.strip().strip("|"))
    parts = inner.replace(r"\|", "\1").split("|")
    return [_inline(part.replace("\1", "|").strip(), resolve) for part in parts]


def _table(rows: list[list[str]], width: int) -> Iterator[str]:
    """As columns where they fit, else each row as a list under its first cell."""
    head, body = rows[0], [row for row in rows[1:] if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]
    columns = len(head)
    body = [[*row, *[""] * (columns - len(row))][:columns] for row in body]
    widths = [max(len(row[n]) for row in [head, *body]) for n in range(columns)]
    if sum(widths) + 2 * (columns - 1) <= width and max(widths) <= max(WIDEST_CELL, width // columns):
        rule = ["-" * max(w, 1) for w in widths]
        shown = [head, rule, *body] if any(head) else body
        yield from (
            "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in shown
        )
        return
    for row in body:
        yield from _record(head, row, width)


def _record(head: Sequence[str], row: Sequence[str], width: int) -> Iterator[str]:
    """A row too wide for columns: its first cell, then each other one behind the head of its column."""
    yield _filled(row[0] or "-", width)
    for name, cell in zip(head[1:], row[1:], strict=True):
        if cell:
            yield _filled(f"{name}: {cell}" if name else cell, width, INDENT, INDENT * 2)


def _inline(text: str, resolve: Resolve) -> str:
    """Links in words and emphasis taken off, but for what is code."""

    def linked(link: re.Match[str]) -> str:
        words, leads = link[2], resolve(link[3])
        if link[1]:
            return f"[picture: {words}]"
        if words.strip("`").startswith("docs/"):
            return f"`{leads}`"
        return f"{words} ({leads})" if leads else words

    codes: list[str] = []

    def kept(code: re.Match[str]) -> str:
        codes.append(code[0])
        return f"\0{len(codes) - 1}\0"

    marked = re.sub(r"`[^`]+`", kept, LINK.sub(linked, text))
    bare = re.sub(r"\*\*(.+?)\*\*", r"\1", marked)
    bare = re.sub(r"(?<![\w*])\*(?!\s)([^*]+?)(?<!\s)\*(?![\w*])", r"\1", bare)
    return re.sub("\0(\\d+)\0", lambda place: codes[int(place[1])], bare)


def _filled(text: str, width: int, first: str = "", rest: str = "") -> str:
    """Text in lines of a width; no word, address or option is broken."""
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
        break_long_words=False,
    )
