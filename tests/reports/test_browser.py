from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .examples import Run, pair, results

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


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_no_width_makes_the_page_scroll_sideways(tmp_path: Path) -> None:
    many = [pair(n, 0.3 + n / 500) for n in range(40)]
    run = Run(tmp_path / "run", results(false_matches=many, names={"probe-0": "Averyveryverylongname" * 5}))
    run.photograph([photo for one in many for photo in (one["probe_photo"], one["gallery_photo"])])
    run.written()
    report = run.path / "report.html"
    frames = "".join(
        f'<iframe src="{report.as_uri()}" style="border:0;width:{width}px;height:800px"></iframe>'
        for width in WIDTHS
    )
    harness = tmp_path / "harness.html"
    harness.write_text(HARNESS.format(frames=frames), "utf-8")
    command = [str(CHROMIUM), *QUIET, f"--user-data-dir={tmp_path / 'profile'}", harness.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, text=True)
    said = re.findall(r"\[(\d+) (\d+) (\d+) (true|false)\]", done.stdout)
    assert said == [(str(width), str(width), "0", "true") for width in WIDTHS]
