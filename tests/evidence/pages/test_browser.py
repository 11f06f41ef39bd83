from __future__ import annotations

import contextlib
import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fairlineup.evidence.pages import write_versus
from fairlineup.results import Sweep

from . import test_versus as versus
from .everything import everything
from .examples import pair
from .reading import Json, Run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--allow-file-access-from-files",
    "--window-size=1400,900",
    "--virtual-time-budget=2000",
    "--dump-dom",
]
WIDTHS = (360, 400, 1280)
HARNESS = """<!doctype html><body><pre id="said"></pre>
{frames}
<script>
// What is wider than the screen, what is cut off, and which words of a chart lie beyond it.
function faults(page, width) {{
  const found = [];
  const named = (part) => `${{part.tagName}}.${{part.className}} ${{part.textContent.trim().slice(0, 40)}}`;
  const scrolls = (part) => ["auto", "scroll"].includes(page.defaultView.getComputedStyle(part).overflowX);
  for (const part of page.body.querySelectorAll("*:not(svg *):not(.skip)")) {{
    const box = part.getBoundingClientRect();
    const style = page.defaultView.getComputedStyle(part);
    if (!box.width || part.closest("thead, datalist, [hidden]")) continue;
    const held = part.parentElement && part.parentElement.closest(".scroll, pre");
    if (!held && (box.right > width + 1 || box.left < -1)) found.push(`beyond: ${{named(part)}}`);
    if (!part.clientWidth || part.scrollWidth <= part.clientWidth + 1) continue;
    if (style.display !== "inline" && !scrolls(part)) found.push(`wider than its box: ${{named(part)}}`);
    if (width < 500 && scrolls(part) && !part.querySelector("svg")) found.push(`to scroll: ${{named(part)}}`);
  }}
  for (const chart of page.querySelectorAll("svg.chart")) {{
    const box = chart.getBoundingClientRect();
    for (const text of chart.querySelectorAll("text")) {{
      const at = text.getBoundingClientRect();
      const cut = at.right > box.right + 1 || at.left < box.left - 1;
      if (at.width && cut) found.push(`cut: ${{text.textContent}}`);
    }}
  }}
  return found;
}}
window.onload = () => {{
  const said = [];
  for (const frame of document.querySelectorAll("iframe")) {{
    const page = frame.contentDocument;
    for (const part of page.querySelectorAll("details")) part.open = true;
    const range = page.getElementById("at");
    const found = faults(page, frame.clientWidth);
    if (range) {{
      range.value = 0;
      range.dispatchEvent(new Event("input"));
      found.push(...faults(page, frame.clientWidth));
    }}
    const shown = [...page.images].every((image) => image.naturalWidth > 0);
    said.push([frame.clientWidth, page.documentElement.scrollWidth, shown, found]);
  }}
  document.getElementById("said").textContent = `<<${{JSON.stringify(said)}}>>`;
}};
</script></body>"""


MOVER = """<!doctype html><body><pre id="said"></pre>
<iframe src="{page}" style="width:1000px;height:800px"></iframe>
<script>
window.onload = () => {{
  const page = document.querySelector("iframe").contentDocument;
  const range = page.getElementById("at");
  const at = (key) => page.querySelector(`[data-at="${{key}}"]`);
  const numbers = (key) => [...at(key).querySelectorAll("data")].map((one) => Number(one.value));
  const seen = () => ({{
    fpir: numbers("key-fpir"), flagged: numbers("flagged"), group: numbers("group-0"),
    headline: at("headline").textContent, spoken: range.getAttribute("aria-valuetext"),
    moved: page.documentElement.classList.contains("moved"),
    chosen: at("key-fpir").getBoundingClientRect().width > 0,
  }});
  const said = {{ shown: !page.getElementById("slider").hidden, before: seen(), at: [] }};
  for (let n = 0; n <= Number(range.max); n += 1) {{
    range.value = n;
    range.dispatchEvent(new Event("input"));
    said.at.push(seen());
  }}
  page.querySelector("button[data-go]").click();
  said.button = Number(range.value);
  page.defaultView.dispatchEvent(new Event("beforeprint"));
  said.printed = seen();
  page.defaultView.dispatchEvent(new Event("afterprint"));
  said.after = Number(range.value);
  const why = page.querySelector("button.why");
  const box = page.getElementById(why.getAttribute("popovertarget"));
  const open = () => box.getBoundingClientRect().height > 0;
  said.closed = open();
  why.click();
  said.open = open();
  document.getElementById("said").textContent = `<<${{JSON.stringify(said)}}>>`;
}};
</script></body>"""


def dumped(harness: Path, text: str) -> str:
    """What the page holds once its scripts ran; Chromium hangs at its start now and then, so try again."""
    harness.write_text(text, "utf-8")
    for number in range(10):
        profile = harness.with_name(f"profile-{number}")
        command = [str(CHROMIUM), *QUIET, f"--user-data-dir={profile}", harness.as_uri()]
        with contextlib.suppress(subprocess.TimeoutExpired):
            return subprocess.run(command, capture_output=True, timeout=120, check=False, text=True).stdout
    pytest.fail("Chromium hung ten times")


def read(dump: str) -> Any:
    """What a harness wrote between its marks."""
    found = re.search(r"&lt;&lt;(.*?)&gt;&gt;", dump, re.DOTALL)
    assert found
    return json.loads(html.unescape(found.group(1)))


def report(folder: Path) -> Path:
    many = tuple(pair(n, 0.3 + n / 500) for n in range(40))
    names = {"probe-0": "Averyveryverylongname" * 5}
    run = Run(folder / "run", replace(everything(), false_matches=many, names=names))
    run.photograph([photo for one in many for photo in (one.probe_photo, one.gallery_photo)])
    run.written()
    return run.path / "report.html"


def in_short(folder: Path) -> Path:
    return Run(folder / "run", everything()).in_short()


def compared(folder: Path) -> Path:
    return write_versus(folder, versus.results(), {})


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.parametrize("make", [report, in_short, compared])
def test_no_width_scrolls_sideways_or_cuts_anything_off(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    address = make(tmp_path).as_uri()
    frames = "".join(
        f'<iframe src="{address}" style="border:0;width:{width}px;height:800px"></iframe>' for width in WIDTHS
    )
    said = read(dumped(tmp_path / "harness.html", HARNESS.format(frames=frames)))
    assert said == [[width, width, True, []] for width in WIDTHS]


def printed(page: Path, size: str) -> list[list[str]]:
    """The lines of each page of a page printed on paper of a size."""
    text = page.read_text("utf-8")
    sized = page.with_name(f"{page.stem}-{size}.html")
    sized.write_text(text.replace("@page {", f"@page {{ size: {size};"), "utf-8")
    paper = sized.with_suffix(".pdf")
    quiet = [word for word in QUIET if word != "--dump-dom"]
    for number in range(3):
        profile = page.with_name(f"printer-{size}-{number}")
        command = [str(CHROMIUM), *quiet, "--no-pdf-header-footer", f"--print-to-pdf={paper}"]
        with contextlib.suppress(subprocess.TimeoutExpired):
            done = [*command, f"--user-data-dir={profile}", sized.as_uri()]
            subprocess.run(done, capture_output=True, timeout=180, check=False)
            break
    told = subprocess.run(["pdftotext", "-layout", str(paper), "-"], capture_output=True, check=True)
    pages = told.stdout.decode().split("\f")[:-1]
    return [[" ".join(line.split()) for line in one.splitlines() if line.strip()] for one in pages]


def headings(page: Path) -> set[str]:
    found = re.findall(r"<(h[2-4]|caption)\b[^>]*>(.*?)</\1>", page.read_text("utf-8"), re.DOTALL)
    bare = (re.sub(r"<button.*?</button>|<[^>]+>", "", text, flags=re.DOTALL) for _, text in found)
    return {" ".join(html.unescape(text).split()) for text in bare}


@pytest.mark.skipif(CHROMIUM is None or not shutil.which("pdftotext"), reason="no Chromium or pdftotext here")
class TestPaper:
    @pytest.mark.parametrize("size", ["letter", "A4"])
    def test_in_short_is_three_or_four_pages(self, tmp_path: Path, size: str) -> None:
        assert len(printed(in_short(tmp_path), size)) in {3, 4}

    @pytest.mark.parametrize("make", [report, compared])
    def test_no_page_ends_with_a_heading(self, tmp_path: Path, make: Callable[[Path], Path]) -> None:
        page = make(tmp_path)
        known = headings(page)
        pages = printed(page, "letter")
        assert len(pages) > 2
        ends = [lines[-1] for lines in pages if lines]
        assert [end for end in ends if any(title.startswith(end) for title in known)] == []


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sweep, Json]:
    folder = tmp_path_factory.mktemp("moved")
    run = Run(folder / "run", everything())
    run.written(faces=False)
    text = MOVER.format(page=(run.path / "report.html").as_uri())
    assert isinstance(run.results.sweep, Sweep)
    return run.results.sweep, read(dumped(folder / "harness.html", text))


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
class TestSlider:
    def test_every_place_shows_the_numbers_of_the_sweep(self, moved: tuple[Sweep, Json]) -> None:
        sweep, said = moved
        everyone = sweep.everyone
        assert said["shown"]
        assert [tuple(one["fpir"]) for one in said["at"]] == list(everyone.fpir)
        for place, one in enumerate(said["at"]):
            assert tuple(one["flagged"][:3]) == everyone.flagged_per_1000[place][:3]
            for group in sweep.groups:
                assert set(group.rates.fpir[place]) <= set(one["group"])
                assert set(group.rates.flagged_per_1000[place][:3]) <= set(one["flagged"])
            score = f"{sweep.scores[place]:.10g}"
            assert one["spoken"] == f"distance {score} or less"
            assert one["headline"].startswith(f"In {everyone.fpir[place].errors} of 150 searches")

    def test_it_begins_at_the_deployed_threshold_and_marks_any_other(self, moved: tuple[Sweep, Json]) -> None:
        sweep, said = moved
        start = sweep.scores.index(0.6)
        assert said["before"] == said["at"][start]
        assert [one["moved"] for one in said["at"]] == [n != start for n in range(len(said["at"]))]
        assert [one["chosen"] for one in said["at"]] == [one["moved"] for one in said["at"]]

    def test_a_button_goes_to_a_declared_threshold(self, moved: tuple[Sweep, Json]) -> None:
        sweep, said = moved
        assert said["button"] == said["after"] == sweep.scores.index(0.55)

    def test_print_is_at_the_deployed_threshold(self, moved: tuple[Sweep, Json]) -> None:
        _, said = moved
        assert said["printed"] == said["before"]

    def test_a_number_explains_itself_on_demand(self, moved: tuple[Sweep, Json]) -> None:
        _, said = moved
        assert (said["closed"], said["open"]) == (False, True)
