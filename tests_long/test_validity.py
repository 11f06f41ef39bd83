"""The full study of planted truth behind docs/validity.md: about half an hour on two cores."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXPLAINED = (  # "Where it falls short" in the page says why
    r"FPIR of galleries like it; 150 × 300; 1 in 200 .*",
    r"(Share of searches|Paired|Selectivity).*one person a third of all searches.* times the width .*",
    r"Paired .*(long-tailed|on average|nine times).* times the width .*",
    r"(Share of searches|Paired difference).*; (30|100); .*; 1%; .* times the width .*",
    r"(gap|algorithm|gallery|ratio of .*); one set.*; (1\.2|2% match 15 times): covers (8[89]|9)\d?\.\d %",
)


def test_nothing_falls_short_that_the_page_does_not_explain() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.validity", "--replicates", "2000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout, done.stderr)
    missed = re.findall(r"^missed: (.*)$", done.stderr, re.MULTILINE)
    assert done.returncode == bool(missed), done.stderr
    assert [one for one in missed if not any(re.fullmatch(known, one) for known in EXPLAINED)] == []
