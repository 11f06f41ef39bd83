from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fairlineup.evidence.bundles import Bundle, BundleContents, make_bundle
from fairlineup.evidence.runs import RunDirectory
from fairlineup.seals import PrivateKey
from fairlineup.systems import CardPopulation, write_population

from .kit import Making, draw

PLAN = """
title = "A test"
[dataset]
folder = "cards"
[system]
name = "simulated"
options = { false_match_rate = 0.05, false_non_match_rate = 0.2 }
[statistics]
replicates = 200
"""


@pytest.fixture(scope="session")
def audited(finishes: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run whose people carry names."""
    folder = tmp_path_factory.mktemp("bundles")
    (folder / "cards").mkdir()
    write_population(folder / "cards", CardPopulation({"a": 12}, {"a": 20}))
    manifest = folder / "cards" / "people.csv"
    with manifest.open(newline="") as file:
        rows = list(csv.DictReader(file))
    with manifest.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "name": f"Zoe Person-{row['person']}"} for row in rows)
    return finishes(folder, PLAN, 12, 20)


@pytest.fixture
def run(audited: Path, tmp_path: Path) -> RunDirectory:
    """A copy that may be changed."""
    shutil.copytree(audited / "run", tmp_path / "run")
    return RunDirectory(tmp_path / "run")


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "key"
    PrivateKey.new().write(path)
    return path


@pytest.fixture(scope="session")
def signed(audited: Path, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signed bundle."""
    out = tmp_path_factory.mktemp("signed") / "bundle.zip"
    make_bundle(RunDirectory(audited / "run"), out, BundleContents(), draw, key)
    return out


@pytest.fixture(scope="session")
def unsigned(audited: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle nobody signed."""
    out = tmp_path_factory.mktemp("unsigned") / "bundle.zip"
    make_bundle(RunDirectory(audited / "run"), out, BundleContents(), draw)
    return out


@pytest.fixture
def making(run: RunDirectory, tmp_path: Path) -> Making:
    """Make a bundle of the copy."""

    def make(choice: BundleContents | None = None, key: Path | None = None, name: str = "out.zip") -> Bundle:
        return make_bundle(run, tmp_path / name, choice or BundleContents(), draw, key)

    return make
