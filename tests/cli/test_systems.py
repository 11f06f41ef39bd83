"""`fairlineup systems`, in this process and, with packages of others, in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fairlineup.systems import CardPopulation, write_population

Run = Callable[..., tuple[int, str, str]]
PAGE = Path(__file__).parents[2] / "docs" / "systems" / "README.md"

SERVED = '''
"""A system of another package: galleries in a folder, so that they outlive the process."""
import json, time
from dataclasses import replace
from pathlib import Path
from fairlineup.records import Price
from fairlineup.systems import Adapter, Card, Facts, SimulatedOptions, SimulatedSystem

class Planted(SimulatedSystem):
    def __init__(self, folder, price=0.0, stubborn=False, hang=False):
        super().__init__(SimulatedOptions(kind="similarity"))
        self.folder, self.price, self.stubborn, self.hang = Path(folder), price, stubborn, hang
        for path in self.folder.glob("*.json"):
            rows = json.loads(path.read_text())
            self._galleries[path.stem] = {name: Card(*card) for name, card in rows.items()}
    def information(self):
        price = Price(self.price, "USD", "2026-11-01", "their list") if self.price else None
        return replace(super().information(), name="planted", keeps_galleries=True, price=price)
    def enrol(self, gallery, photos):
        for answer in super().enrol(gallery, photos):
            cards = self._galleries[gallery].items()
            rows = {name: [c.person, c.number, c.group] for name, c in cards}
            (self.folder / "half written").write_text(json.dumps(rows))
            (self.folder / "half written").replace(self.folder / f"{gallery}.json")
            yield answer
    def search(self, gallery, photos, request):
        if self.hang:
            time.sleep(3600)
        if not (self.folder / f"{gallery}.json").exists():
            self._galleries.pop(gallery, None)
        return super().search(gallery, photos, request)
    def delete_gallery(self, gallery):
        super().delete_gallery(gallery)
        if not self.stubborn:
            (self.folder / f"{gallery}.json").unlink(missing_ok=True)
    def galleries(self):
        return tuple(sorted(path.stem for path in self.folder.glob("fairlineup-*.json")))

def opened(argument, options):
    return Planted(argument, **options)

ADAPTER = Adapter(
    Facts("planted", "a system of another package", argument="FOLDER",
          credentials=("PLANTED_SERVICE_KEY",), tried="here", takes="cards"),
    opened,
)
'''


def _package(folder: Path, module: str, text: str, entry: str) -> Path:
    """A distribution as an installer leaves it: a module, and a dist-info that names its entry point."""
    (folder / f"{module}.py").write_text(textwrap.dedent(text))
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[fairlineup.systems]\n{entry}\n")
    return folder


@pytest.fixture
def others(tmp_path: Path) -> Path:
    """A folder with another package's system."""
    folder = tmp_path / "site"
    folder.mkdir()
    return _package(folder, "others_system", SERVED, "planted = others_system:ADAPTER")


def process(site: Path, *words: str | Path, key: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site), "PLANTED_SERVICE_KEY": key}
    return subprocess.run(
        [sys.executable, "-m", "fairlineup", *map(str, words)],
        check=False,
        capture_output=True,
        text=True,
        timeout=1200,
        env=environment,
        stdin=subprocess.DEVNULL,
    )


# --- the list --------------------------------------------------------------------------------------


def test_the_list_says_what_each_needs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "do-not-print-me")
    status, out, err = run("systems", "--json")
    assert status == 0
    assert "do-not-print-me" not in out + err
    rows = {row["name"]: row for row in json.loads(out)}
    assert {"local", "onnx", "simulated", "replay", "scores"} <= set(rows)
    assert rows["replay"]["argument"] == "RUN"
    assert rows["local"]["extra_installed"] is True
    assert rows["simulated"]["extra_installed"] is None
    status, out, _ = run("systems")
    assert status == 0
    assert "replay:RUN\n" in out
    assert "  extra engine: installed\n" in out


def test_every_adapter_of_ours_has_its_page_and_its_row() -> None:
    from fairlineup.systems import all_adapters

    root = Path(__file__).parents[2]
    for adapter in all_adapters():
        assert (root / adapter.facts.page).is_file(), adapter.facts.name
        assert f"`{adapter.facts.name}`" in PAGE.read_text(encoding="utf-8")
        assert adapter.facts.title
        assert adapter.facts.tried


def test_anothers_system_is_on_the_list_and_can_be_opened(others: Path, tmp_path: Path) -> None:
    listed = process(others, "systems", key="do-not-print-me")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "planted:FOLDER\n  a system of another package\n" in listed.stdout
    assert "  credentials PLANTED_SERVICE_KEY set\n" in listed.stdout
    assert "do-not-print-me" not in listed.stdout
    assert "PLANTED_SERVICE_KEY not set" in process(others, "systems").stdout
    (tmp_path / "kept").mkdir()
    checked = process(others, "systems", "check", f"planted:{tmp_path / 'kept'}", key="do-not-print-me")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 failed" in checked.stdout
    assert "a kept gallery outlives its process  passed" in checked.stdout
    assert "credentials stay secret              passed" in checked.stdout
    assert list((tmp_path / "kept").iterdir()) == []


def test_the_list_needs_no_extra() -> None:
    """With the core packages alone."""
    extras = (
        "PIL",
        "dlib",
        "onnx",
        "onnxruntime",
        "pyarrow",
        "platformdirs",
        "boto3",
        "urllib3",
    )
    code = f"import sys\nfor name in {extras}: sys.modules[name] = None\n"
    code += "from fairlineup.cli import main\nmain(['systems', '--json'])"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=1200
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "local" in {row["name"] for row in json.loads(done.stdout)}


def test_the_example_of_the_docs_is_whole(tmp_path: Path) -> None:
    """Its code and its entry point, as they stand on the page, make a system that keeps the contract."""
    page = PAGE.read_text(encoding="utf-8")
    code = page.split("```python\n")[1].split("```")[0]
    entry = page.split('[project.entry-points."fairlineup.systems"]\n')[1].splitlines()[0].strip()
    name, _, value = entry.partition(" = ")
    site = _package(tmp_path, name, code, f"{name} = {value.strip(chr(34))}")
    done = process(site, "systems", "check", name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "patchwork 1: 22 kept, 0 failed, 5 not applicable" in done.stdout


def test_the_page_describes_every_check() -> None:
    from fairlineup.systems import CHECKS

    lines = PAGE.read_text(encoding="utf-8").splitlines()
    described = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    names = [check.name for check in CHECKS]
    assert [name for name in described if name in names] == names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "import no_such_package_anywhere",
            "ModuleNotFoundError: No module named 'no_such_package_anywhere'",
        ),
        ("raise RuntimeError('out of order')", "RuntimeError: out of order"),
        ("ADAPTER = 3", "expected a fairlineup.systems.Adapter at bad_system:ADAPTER, got int"),
        ("OTHER = 3", "AttributeError"),
    ],
)
def test_anothers_system_that_fails_to_load_is_an_error(text: str, said: str, others: Path) -> None:
    _package(others, "bad_system", text, "bad = bad_system:ADAPTER")
    for words in (("systems",), ("systems", "check", "bad"), ("systems", "clean", "bad")):
        done = process(others, *words)
        assert (done.returncode, done.stdout) == (3, "")
        assert said in done.stderr
        assert "the system bad of another package" in done.stderr
        assert "correct or remove that package" in done.stderr
        assert "Traceback" not in done.stderr


# --- check -----------------------------------------------------------------------------------------


def test_check_says_what_was_kept(run: Run) -> None:
    status, out, err = run(
        "systems", "check", "simulated", "--option", "kind=similarity", "--option", "seed=3"
    )
    assert status == 0
    assert err.startswith("simulated: at most 9 photographs to enrol, 23 searches")
    lines = out.splitlines()
    assert "most alike first                     passed" in lines
    assert lines[-1] == (
        "simulated 1: 22 kept, 0 failed, 5 not applicable; 9 photographs enrolled, 23 searched"
    )


def test_check_fails_with_1_and_says_why(run: Run) -> None:
    """A system that processes nothing."""
    status, out, err = run("systems", "check", "simulated", "--option", "failure_rate=1", "--json", "-q")
    assert (status, err) == (1, "")
    report = json.loads(out)
    assert report["failed"] >= 1
    (found,) = [row for row in report["checks"] if row["name"] == "processes"]
    assert found["outcome"] == "failed"
    assert found["got"].startswith("0 of 4 enrolled")
    status, out, _ = run("systems", "check", "simulated", "--option", "failure_rate=1", "-q")
    assert status == 1
    assert "  expected at least two of the references enrolled" in out
    assert "not applicable  no reference was enrolled" in out


def test_the_same_fault_is_told_once(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "failing_recogniser.py").write_text(
        "from fairlineup.systems import SimulatedSystem\n"
        "class S(SimulatedSystem):\n"
        "    def enrol(self, gallery, photos):\n"
        "        raise KeyError('no such weights')\n"
    )
    monkeypatch.chdir(tmp_path)
    status, out, _ = run("systems", "check", "python:failing_recogniser:S", "-q")
    assert status == 1
    told = (
        "got the system python:failing_recogniser:S failed at an enrolment: KeyError: 'no such weights' at "
    )
    assert out.count(told) == 1
    assert 'got the same as at "processes"' in out


def test_check_of_a_data_set_with_options_from_a_file(run: Run, tmp_path: Path) -> None:
    write_population(tmp_path, CardPopulation({"": 3}, {"": 5}))
    (tmp_path / "plan.toml").write_text(
        '[system]\nname = "simulated"\n[system.options]\nkind = "similarity"\n'
    )
    (tmp_path / "options.toml").write_text("max_candidates = 3\n[false_match_rate]\na = 0.5\n")
    for name in ("plan.toml", "options.toml"):
        words = ("--options", tmp_path / name, "--photographs", tmp_path, "-q")
        status, out, _ = run("systems", "check", "simulated", *words)
        assert status == 0, out
        assert "0 failed" in out


def test_a_name_with_an_argument(run: Run, tmp_path: Path) -> None:
    """A file of scores is asked for what stands in it; the photographs need not be there."""
    photos = [(f"p{n}", f"p{n}.jpg", "probe") for n in range(2)] + [
        (f"g{n}", f"g{n}.jpg", "gallery") for n in range(5)
    ]
    rows = ["person,photo,role", *(",".join(row) for row in photos)]
    (tmp_path / "people.csv").write_text("\n".join(rows))
    pairs = [f"p{p}.jpg,g{g}.jpg,{0.1 * (p + 2 * g) + 0.01:.2f}" for p in range(2) for g in range(5)]
    (tmp_path / "pairs.csv").write_text("\n".join(["probe_photo,gallery_photo,distance", *pairs]))
    words = (f"scores:{tmp_path / 'pairs.csv'}", "--photographs", tmp_path, "-q")
    status, out, _ = run("systems", "check", *words)
    assert status == 0, out
    assert "stricter gives the beginning         passed" in out
    assert "no face is an answer                 not applicable  it answers from a record" in out
    (tmp_path / "pairs.csv").write_text("\n".join(["probe_photo,gallery_photo,distance", *pairs[:-1]]))
    status, out, _ = run("systems", "check", *words)
    assert status == 1
    assert "lack p1.jpg with g4.jpg" in out


def test_samples_are_the_people_of_a_real_system(run: Run) -> None:
    status, out, _ = run("systems", "check", "local", "--option", "workers=1", "-q")
    assert status == 0, out
    assert "local" in out.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("check", "nothing"), 2, "no such system"),
        (("check", "replay"), 2, "expected replay:RUN"),
        (("check", "scores:x.csv"), 2, "expected --photographs, the data set they are in, got none"),
        (("check", "simulated", "--option", "seed"), 2, "expected NAME=VALUE"),
        (
            ("check", "simulated", "--option", "seed=-1"),
            2,
            "option seed of simulated: expected a whole number from 0",
        ),
        (("check", "simulated", "--option", "seed=1", "--option", "seed.a=1"), 2, "one value for an option"),
        (("check", "simulated", "--options", "none.toml"), 2, "none.toml cannot be read"),
        (("clean", "nothing"), 2, "no such system"),
    ],
)
def test_what_cannot_be_checked(run: Run, words: tuple[str, ...], status: int, said: str) -> None:
    found, out, err = run("systems", *words)
    assert (found, out) == (status, "")
    assert said in err


def test_paid_calls_need_leave(others: Path, tmp_path: Path) -> None:
    system = f"planted:{tmp_path}"
    words = ("systems", "check", system, "--option", "price=0.001")
    refused = process(others, *words)
    assert (refused.returncode, refused.stdout) == (4, "")
    assert "at most 0.04 USD at 0.001 a call (their list, 2026-11-01)" in refused.stderr
    assert "expected --yes, or a --max-cost" in refused.stderr
    assert process(others, *words, "--max-cost", "0.01").returncode == 4
    assert process(others, *words, "--max-cost", "0.01", "--yes").returncode == 4
    assert process(others, *words, "--max-cost", "0.5").returncode == 0
    assert process(others, *words, "--yes").returncode == 0
    assert list(tmp_path.glob("fairlineup-*")) == []


# --- clean -----------------------------------------------------------------------------------------


def test_leftovers_are_listed_then_deleted(others: Path, tmp_path: Path) -> None:
    for name in ("fairlineup-0123", "fairlineup-contract-9", "somebody-elses"):
        (tmp_path / f"{name}.json").write_text("{}")
    listed = process(others, "systems", "clean", f"planted:{tmp_path}")
    assert listed.returncode == 0
    assert listed.stdout.splitlines() == [
        "fairlineup-0123",
        "fairlineup-contract-9",
        "nothing was deleted: give --yes to delete them",
    ]
    assert len(list(tmp_path.glob("*.json"))) == 3
    done = process(others, "systems", "clean", f"planted:{tmp_path}", "--yes")
    assert done.returncode == 0
    assert done.stdout.endswith("deleted, and gone from its list\n")
    assert [path.name for path in tmp_path.glob("*.json")] == ["somebody-elses.json"]
    again = process(others, "systems", "clean", f"planted:{tmp_path}", "--yes", "--json")
    assert json.loads(again.stdout)["galleries"] == []


def test_what_a_killed_check_left_is_cleaned_up(others: Path, tmp_path: Path) -> None:
    words = ("systems", "check", f"planted:{tmp_path}", "--option", "hang=true", "-q")
    environment = {**os.environ, "PYTHONPATH": str(others)}
    running = subprocess.Popen([sys.executable, "-m", "fairlineup", *words], env=environment)
    try:
        deadline = time.monotonic() + 1200
        while not list(tmp_path.glob("fairlineup-contract-*.json")) and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        running.kill()
        running.wait()
    (left,) = (path.stem for path in tmp_path.glob("fairlineup-*.json"))
    done = process(others, "systems", "clean", f"planted:{tmp_path}", "--yes")
    assert done.stdout.splitlines() == [left, "deleted, and gone from its list"]
    assert list(tmp_path.glob("fairlineup-*.json")) == []


def test_galleries_that_do_not_go_are_an_error(others: Path, tmp_path: Path) -> None:
    (tmp_path / "fairlineup-0123.json").write_text("{}")
    words = ("systems", "clean", f"planted:{tmp_path}", "--option", "stubborn=true", "--yes")
    done = process(others, *words)
    assert done.returncode == 3
    assert "still lists galleries that were deleted" in done.stderr
    assert "fairlineup-0123" in done.stderr


def test_what_keeps_no_galleries_has_none(run: Run) -> None:
    status, out, _ = run("systems", "clean", "simulated")
    assert (status, out) == (0, "simulated keeps no galleries: they end with the process that made them\n")
