from __future__ import annotations

import contextlib
import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .everything import everything
from .examples import Json, Run, pair

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
WIDTHS = (360, 1280)
HARNESS = """<!doctype html><body><pre id="said"></pre>
{frames}
<script>
window.onload = () => {{
  for (const frame of document.querySelectorAll("iframe")) {{
    const page = frame.contentDocument;
    for (const part of page.querySelectorAll("details")) part.open = true;
    const wide = [...page.querySelectorAll("svg.chart text")].filter(
      (text) => text.getBoundingClientRect().right > frame.clientWidth).length;
    const shown = [...page.images].every((image) => image.naturalWidth > 0);
    document.getElementById("said").append(
      `[${{frame.clientWidth}} ${{page.documentElement.scrollWidth}} ${{wide}} ${{shown}}]`);
  }}
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
    fpir: numbers("key-fpir"), accused: numbers("accused"), group: numbers("group-0"),
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


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_no_width_makes_the_page_scroll_sideways(tmp_path: Path) -> None:
    many = [pair(n, 0.3 + n / 500) for n in range(40)]
    names = {"probe-0": "Averyveryverylongname" * 5}
    run = Run(tmp_path / "run", everything(false_matches=many, names=names))
    run.photograph([photo for one in many for photo in (one["probe_photo"], one["gallery_photo"])])
    run.written()
    report = run.path / "report.html"
    frames = "".join(
        f'<iframe src="{report.as_uri()}" style="border:0;width:{width}px;height:800px"></iframe>'
        for width in WIDTHS
    )
    done = dumped(tmp_path / "harness.html", HARNESS.format(frames=frames))
    said = re.findall(r"\[(\d+) (\d+) (\d+) (true|false)\]", done)
    assert said == [(str(width), str(width), "0", "true") for width in WIDTHS]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Json, Json]:
    folder = tmp_path_factory.mktemp("moved")
    run = Run(folder / "run", everything())
    run.written(faces=False)
    text = MOVER.format(page=(run.path / "report.html").as_uri())
    found = re.search(r"&lt;&lt;(.*?)&gt;&gt;", dumped(folder / "harness.html", text), re.DOTALL)
    assert found
    return run.results, json.loads(html.unescape(found.group(1)))


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
class TestSlider:
    def test_every_place_shows_the_numbers_of_the_sweep(self, moved: tuple[Json, Json]) -> None:
        whole, said = moved
        sweep = whole["sweep"]
        assert said["shown"]
        assert [one["fpir"] for one in said["at"]] == sweep["everyone"]["fpir"]
        for place, one in enumerate(said["at"]):
            assert one["accused"][:3] == sweep["everyone"]["flagged_per_1000"][place][:3]
            for group in sweep["groups"]:
                assert set(group["fpir"][place]) <= set(one["group"])
                assert set(group["flagged_per_1000"][place][:3]) <= set(one["accused"])
            score = f"{sweep['scores'][place]:.10g}"
            assert one["spoken"] == f"distance {score} or less"
            assert one["headline"].startswith(f"{sweep['everyone']['fpir'][place][3]} of the 150 people")

    def test_it_begins_at_the_deployed_threshold_and_marks_any_other(self, moved: tuple[Json, Json]) -> None:
        whole, said = moved
        start = whole["sweep"]["scores"].index(0.6)
        assert said["before"] == said["at"][start]
        assert [one["moved"] for one in said["at"]] == [n != start for n in range(len(said["at"]))]
        assert [one["chosen"] for one in said["at"]] == [one["moved"] for one in said["at"]]

    def test_a_button_goes_to_a_declared_threshold(self, moved: tuple[Json, Json]) -> None:
        whole, said = moved
        assert said["button"] == said["after"] == whole["sweep"]["scores"].index(0.55)

    def test_print_is_at_the_deployed_threshold(self, moved: tuple[Json, Json]) -> None:
        _, said = moved
        assert said["printed"] == said["before"]

    def test_a_number_explains_itself_on_demand(self, moved: tuple[Json, Json]) -> None:
        _, said = moved
        assert (said["closed"], said["open"]) == (False, True)
