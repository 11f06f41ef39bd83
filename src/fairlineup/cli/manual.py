"""The project's pages as topics: what `fairlineup help` finds, lists and shows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import fairlineup
from fairlineup.records import BadInput

SHOWN = (".md", ".json", ".py", ".mjs")
INDEX = "README"  # a folder's first page


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the project."""

    name: str  #: as `fairlineup help` takes it: "dataset", "measures/fpir".
    file: Path  #: where it lies.
    page: PurePosixPath  #: its path within the pages, "measures/fpir.md".

    @property
    def title(self) -> str:
        """Its first heading, or its name where it has none."""
        with self.file.open(encoding="utf-8") as lines:
            first = next(lines, "").strip()
        return first.removeprefix("# ") if first.startswith("# ") else self.page.name

    @property
    def text(self) -> str:
        """The page as it is written."""
        return self.file.read_text("utf-8")


@cache
def topics() -> dict[str, Topic]:
    """Every page by its name, in the order of a list: pages of the top folder first."""
    found = sorted(_pages(), key=lambda topic: (len(topic.page.parts), topic.name))
    return {topic.name: topic for topic in found}


def topic_of(page: str) -> str:
    """The topic of a page named as in the project, "docs/measures/fpir.md"; blank where there is none."""
    path = PurePosixPath(page.removeprefix("docs/"))
    return next((topic.name for topic in topics().values() if topic.page == path), "")


def shown_by(page: str) -> str:
    """The command that shows a page of the project; blank where it is another's page."""
    topic = topic_of(page) if page.startswith("docs/") else ""
    return f"fairlineup help {topic}" if topic else ""


def find(said: str) -> Topic | None:
    """The topic somebody means: by its name, by the last part of it, or by the path of its page."""
    name = said.strip().removeprefix("docs/").strip("/").removesuffix(".md").lower()
    called = [(topic, (topic.name, topic.page.name, topic.page.stem)) for topic in topics().values()]
    for place in range(3):
        meant = [topic for topic, names in called if names[place].lower() == name]
        if len(meant) == 1:
            return meant[0]
    return None


def unknown(said: str, commands: list[str]) -> BadInput:
    """No such topic: the near ones are named."""
    names = [*topics(), *commands]
    parts = {name.rpartition("/")[2]: name for name in reversed(names)}
    near = [parts[part] for part in difflib.get_close_matches(said.lower(), parts, n=4, cutoff=0.6)]
    near += [name for name in names if said.lower() in name and name not in near][:4]
    return BadInput(
        "no such topic",
        expected=f"one near it ({', '.join(near)})" if near else "one that `fairlineup help` lists",
        got=repr(said),
        remedy="`fairlineup help` lists all topics",
        code="usage",
    )


def _pages() -> Iterator[Topic]:
    for root, prefix in _roots():
        pages = [file for file in root.rglob("*") if file.suffix in SHOWN and file.is_file()]
        for file in pages:
            page = PurePosixPath(prefix, file.relative_to(root).as_posix())
            first = file.stem == INDEX and file.parent.with_suffix(".md") not in pages
            name = page.parent if first else page.with_suffix("") if file.suffix == ".md" else page
            yield Topic(str(name), file, page)


def _roots() -> list[tuple[Path, str]]:
    """Where the pages are: in an installed package within it, in a checkout beside its source."""
    package = Path(fairlineup.__file__).parent
    if (package / "docs").is_dir():
        return [(package / "docs", "")]
    checkout = package.parents[1]
    return [(checkout / "docs", ""), (checkout / "examples", "examples")]
