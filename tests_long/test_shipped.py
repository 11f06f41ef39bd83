"""The calibrations that ship, made again by the command in docs/calibration.md: the same bytes."""

from __future__ import annotations

import os
import shlex
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from fairlineup.cli.commands import fairlineup
from fairlineup.faces.engine import ENGINES

ROOT = Path(__file__).parents[1]
CONGRESS = Path(os.environ.get("FAIRLINEUP_CONGRESS", ROOT.parent / "shared" / "congress"))
pytestmark = pytest.mark.skipif(not (CONGRESS / "people.csv").is_file(), reason="no real photographs")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_shipped_file_is_what_the_documented_command_writes(engine: str, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    begins = page.index("    fairlineup calibrate DIR --engine sface")
    words = shlex.split(page[begins : page.index("\n\n", begins)].replace("\\\n", " "))[1:]
    said = [one.replace("sface", engine).replace("DIR", str(CONGRESS)) for one in words]
    said = [str(ROOT / one) if one.startswith("docs/") else one for one in said]
    done = CliRunner().invoke(fairlineup, [*said, "--out", str(tmp_path), "-q"])
    assert done.exit_code == 0, done.output
    ships = resources.files("fairlineup.faces.scale") / "calibrations" / f"{engine}-congress.json"
    assert (tmp_path / "calibration.json").read_bytes() == ships.read_bytes()
