"""run.json: what makes a run this run, in a format with a version."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from typing import Any, Final, Literal, cast

from fairlineup.foreign import decode_json
from fairlineup.records import READ_BY, BadInput, SystemInformation
from fairlineup.results import Amendment, Digests, from_json
from fairlineup.seals import Plain, digest_of

FORMAT: Final = 3
READERS = {2: "53a98f4b"}
"""Commits that read an older format; what came before formats had a version is read by `READ_BY`."""
LIBRARIES = ("numpy", "scipy", "pillow", "dlib-bin", "onnxruntime", "numba", "pyarrow")


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """What a run was begun with."""

    digests: Digests  #: of its plan, manifest, photographs and system, and the version of this software.
    system: SystemInformation  #: what the system said of itself.
    environment: Mapping[str, Any]  #: versions that may move a score.
    photographs_folder: str  #: where its photographs were; blank where they lie in no folder.
    begun: str  #: when, ISO.
    #: words of its plan or manifest that were changed since, oldest first.
    amended: tuple[Amendment, ...] = ()
    fairlineup_run: Literal[3] = FORMAT

    @property
    def first_digests(self) -> Digests:
        """The digests before any word was changed: the gallery is called by them."""
        return self.amended[0].digests if self.amended else self.digests


def parse_identity(content: bytes, name: str) -> RunIdentity:
    """The identity in a run.json; one that has no version is of the first format.

    Raises: BadInput: it is damaged, or of an older or a newer format.
    """
    try:
        row = decode_json(content)
        if not isinstance(row, dict):
            raise TypeError("no table")
        _check_format(row.get("fairlineup_run"), name)
        return from_json(row, RunIdentity, name)
    except (TypeError, ValueError) as error:
        raise BadInput(
            f"{name} cannot be read",
            expected="a file that a run wrote",
            got="damaged JSON",
            remedy="name the folder of a run, or restore the file",
            code="run-unreadable",
        ) from error


def digest_of_system(information: SystemInformation) -> str:
    """Digest of what a system says of itself but for its speed, which is the machine's."""
    return digest_of(cast("Plain", asdict(replace(information, seconds_per_photograph=None))))


def environment() -> dict[str, Plain]:
    """Versions that may move a score: Python, platform and libraries."""
    versions: dict[str, Plain] = {}
    for library in LIBRARIES:
        try:
            versions[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    system = f"{platform.system()} {platform.machine()}"
    return {"python": sys.version.split()[0], "platform": system, "libraries": versions}


def _check_format(found: object, name: str) -> None:
    if found == FORMAT or (found is not None and type(found) is not int):
        return  # what is no version is damage
    reader = READERS.get(found or 1, READ_BY)
    newer = found is not None and found > FORMAT
    raise BadInput(
        f"{name} is of {'a newer' if newer else 'an older'} format",
        expected=f"format {FORMAT}",
        got=f"format {found}",
        remedy="read it with the version of this software that wrote it, or a later one"
        if newer
        else f"read it with this software as of commit {reader}, or run the audit again",
        code="run-of-a-newer-format" if newer else "run-of-an-older-format",
        facts={"commit": "" if newer else reader},
    )
