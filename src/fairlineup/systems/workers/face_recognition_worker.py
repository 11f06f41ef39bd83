"""The face_recognition package as a program that is asked line by line (docs/systems/process.md).

It is run by the interpreter of the environment that has face_recognition, and imports nothing of ours.
Every photograph is treated as the examples in face_recognition's README do, with its defaults.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import errno
import io
import json
import multiprocessing
import os
import platform
import queue
import sys
import threading
import time
from typing import Any

NO_FACE, SEVERAL, OK, ERROR = "no_face", "several_faces", "ok", "error"
SECONDS_PER_PHOTOGRAPH = 0.085  # one core, official portraits of 335 x 410 px
LARGEST = 50_000_000  # bytes of a photograph
TERMS = (
    "compare_faces accepts a distance up to its tolerance, 0.6 unless the caller names another; it says that "
    "lower is more strict and that 0.6 is typical best performance, and has no other for searches.",
    "Its examples take face_encodings(image)[0], the first face its detector reports, and so does this "
    "adapter unless several = 'refuse': who that is in a group is decided by the detector, not by size.",
    "It reads photographs that are cut short as far as they go (Pillow's LOAD_TRUNCATED_IMAGES), and takes "
    "no notice of the orientation in EXIF: a portrait stored on its side mostly has no face.",
    "Its README says that the model is trained on adults, does not work very well on children and mixes them "
    "up quite easily at 0.6.",
)


class Encoder:
    """From the bytes of a photograph to an encoding, as the README does it."""

    def __init__(self, several: str) -> None:
        import face_recognition

        self.package = face_recognition
        self.several = several

    def encode(self, content: bytes) -> tuple[str, str, list[float] | None, float]:
        """Outcome, detail, encoding and seconds."""
        begun = time.perf_counter()
        outcome, detail, encoding = self._encoded(content)
        return outcome, detail, encoding, time.perf_counter() - begun

    def _encoded(self, content: bytes) -> tuple[str, str, list[float] | None]:
        try:
            image = self.package.load_image_file(io.BytesIO(content))
            encodings = self.package.face_encodings(image)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is about this photograph
            return ERROR, _said(error), None
        if not encodings:
            return NO_FACE, "", None
        if len(encodings) == 1:
            return OK, "", encodings[0].tolist()
        if self.several == "refuse":
            return SEVERAL, f"{len(encodings)} faces", None
        return OK, f"the first of {len(encodings)} faces", encodings[0].tolist()


def _said(error: Exception) -> str:
    """A fault in words that are the same each time: Pillow names the address of the file object."""
    if type(error).__name__ == "UnidentifiedImageError":
        return "Pillow cannot identify the image"
    return f"{type(error).__name__}: {error}"


def work(connection: Any, several: str) -> None:
    """Encode what comes, until nothing more can come."""
    encoder = Encoder(several)
    try:
        while True:
            connection.send(encoder.encode(connection.recv_bytes()))
    except (EOFError, OSError):
        return


class Helper:
    """An encoder in a process of its own."""

    def __init__(self, several: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        context.Process(target=work, args=(theirs, several), daemon=True).start()
        theirs.close()

    def encode(self, content: bytes) -> Any:
        """As Encoder.encode. Raises: EOFError if the process was killed."""
        self.connection.send_bytes(content)
        return self.connection.recv()


class Gallery:
    """Encodings by photograph, searched with face_distance."""

    def __init__(self) -> None:
        self.encodings: dict[str, list[float]] = {}
        self.columns: Any = None

    def add(self, photo: str, encoding: list[float]) -> None:
        """A photograph stands once."""
        self.encodings[photo] = encoding
        self.columns = None

    def search(self, encoding: list[float], package: Any) -> list[tuple[float, str]]:
        """Every distance, most alike first; at the same distance by name."""
        import numpy

        if self.columns is None:
            photos = sorted(self.encodings)
            self.columns = photos, numpy.array([self.encodings[photo] for photo in photos])
        photos, matrix = self.columns
        distances = package.face_distance(matrix, numpy.array(encoding))
        return sorted(zip(distances.tolist(), photos))  # noqa: B905 - as old as 3.8


def pace(workers: int) -> dict:  # type: ignore[type-arg] # as old as 3.8
    """Questions open at the same time, one waiting for each that is worked on, and how long one is open."""
    return {"at_once": 2 * workers, "seconds_per_photograph": 2 * SECONDS_PER_PHOTOGRAPH}


class Service:
    """Answers questions, several at once, each on a thread that has an encoder."""

    def __init__(self, several: str, workers: int, answers: Any) -> None:
        self.several, self.workers, self.answers = several, workers, answers
        self.galleries: dict[str, Gallery] = {}
        self.lock = threading.Lock()
        self.open: Any = queue.Queue()
        self.package = Encoder(several).package

    def serve(self, lines: Any) -> None:
        """Until the input ends."""
        helpers = [Helper(self.several) if self.workers > 1 else Encoder(self.several)]
        helpers += [Helper(self.several) for _ in range(self.workers - 1)]
        threads = [threading.Thread(target=self._photographs, args=(one,), daemon=True) for one in helpers]
        for thread in threads:
            thread.start()
        for line in lines:
            question = json.loads(line)
            if question["ask"] in ("enrol", "search"):
                self.open.put(question)
            else:
                self._reply(question, self._plain(question))

    def _photographs(self, encoder: Any) -> None:
        while True:
            question = self.open.get()
            try:
                self._reply(question, self._answer(question, encoder))
            except (EOFError, OSError):  # a helper was killed: so must the answers end
                print("an encoding process was killed", file=sys.stderr, flush=True)
                os._exit(1)

    def _plain(self, question: Any) -> Any:
        if question["ask"] == "hello":
            return self._hello()
        if question["ask"] == "delete_gallery":
            with self.lock:
                self.galleries.pop(question["gallery"], None)
            return {}
        return {"failed": f"no such question as {question['ask']}"}

    def _answer(self, question: Any, encoder: Any) -> Any:
        try:
            content = _content(question)
        except OSError as error:
            return {"outcome": ERROR, "detail": f"cannot be read: {error.strerror}"}
        outcome, detail, encoding, seconds = encoder.encode(content)
        answer = {"outcome": outcome, "detail": detail, "seconds": round(seconds, 4)}
        if encoding is None:
            return answer
        with self.lock:
            if question["ask"] == "enrol":
                self.galleries.setdefault(question["gallery"], Gallery()).add(question["photo"], encoding)
                return answer
            gallery = self.galleries.get(question["gallery"], Gallery())
            found = gallery.search(encoding, self.package) if gallery.encodings else []
        threshold = 0.6 if question["threshold"] is None else question["threshold"]
        near = [[photo, distance] for distance, photo in found if distance <= threshold]
        shown = near[: question["max_candidates"]]
        return {**answer, "candidates": shown, "capped": len(shown) < len(near)}

    def _reply(self, question: Any, answer: Any) -> None:
        line = json.dumps({"n": question["n"], **answer}) + "\n"
        with self.lock:
            self.answers.write(line)
            self.answers.flush()

    def _hello(self) -> Any:
        return {
            "protocol": 1,
            "name": "face_recognition",
            "vendor": "Adam Geitgey (face_recognition), Davis King (dlib and its models)",
            "version": version("face_recognition"),
            "scale": {
                "kind": "distance",
                "low": 0.0,
                "high": 2.0,
                "name": "face_distance: Euclidean distance of 128-d encodings",
            },
            "default_threshold": {
                "score": 0.6,
                "source": "the default tolerance of compare_faces in face_recognition",
            },
            "sample_thresholds": [
                {
                    "score": 0.54,
                    "source": "the example of a lower --tolerance in the README of face_recognition",
                }
            ],
            "models": [recogniser()],
            **pace(self.workers),
            "settings": {
                "several": self.several,
                "detector": "hog",
                "number_of_times_to_upsample": 1,
                "landmarks": "small",
                "num_jitters": 1,
                "dlib": dlib_version(),
                "face_recognition_models": version("face_recognition_models"),
                "numpy": version("numpy"),
                "pillow": version("pillow"),
                "python": platform.python_version(),
            },
            "terms": list(TERMS),
        }


def _content(question: Any) -> bytes:
    if "path" in question:
        path = question["path"]
        if not os.path.isfile(path) or os.path.getsize(path) > LARGEST:  # noqa: PTH113, PTH202
            raise OSError(errno.EINVAL, f"no regular file of at most {LARGEST:,} bytes")
        with open(path, "rb") as file:  # noqa: PTH123 - as the protocol gives it
            return file.read(LARGEST)
    try:
        return base64.b64decode(question["bytes"], validate=True)
    except binascii.Error:
        return b""


def version(package: str) -> str:
    """Of an installed package."""
    from importlib.metadata import version as installed

    return installed(package)


def dlib_version() -> str:
    """As dlib says itself, whichever package it came in."""
    import dlib

    return str(dlib.__version__)


def recogniser() -> Any:
    """The model that makes the encodings, by the digest of its file."""
    import hashlib

    import face_recognition_models  # type: ignore[import-untyped,unused-ignore]

    with open(face_recognition_models.face_recognition_model_location(), "rb") as file:  # noqa: PTH123
        digest = hashlib.sha256(file.read()).hexdigest()
    return {
        "name": "dlib-resnet-v1",
        "digest": f"sha256:{digest}",
        "source": "dlib_face_recognition_resnet_model_v1.dat by Davis King, in face_recognition_models",
        "licence": "public domain (CC0 1.0)",
        "template_length": 128,
        "metric": "euclidean",
    }


def main() -> int:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--several", choices=("first", "refuse"), default="first")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints is no answer
    try:
        service = Service(given.several, given.workers, answers)
    except (ImportError, SystemExit) as error:  # face_recognition quits where its models are missing
        print(f"face_recognition cannot be imported: {error}", file=sys.stderr)
        return 1
    service.serve(sys.stdin)
    return 0


if __name__ == "__main__":
    sys.exit(main())
