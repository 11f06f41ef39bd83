"""What the engine's tests share: drawn faces, bytes in dlib's format, a cache of their own."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from fairlineup.faces.engine import Engine, ModelDescription, named_engine, prepared_model
from fairlineup.faces.engine.store import CACHE_VARIABLE
from fairlineup.records import Photograph

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]


def drawn(
    faces: list[tuple[int, int, int]], size: tuple[int, int] = (335, 410), skin: Colour = (205, 165, 140)
) -> Pixels:
    """A cartoon that dlib's detector takes for faces: (centre x, centre y, scale) each."""
    image = Image.new("RGB", size, (120, 130, 150))
    pen = ImageDraw.Draw(image)
    for face in faces:
        _draw(pen, face, skin)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(faces[0][2] / 90)))


def _draw(pen: ImageDraw.ImageDraw, face: tuple[int, int, int], skin: Colour) -> None:
    centre_x, centre_y, scale = face

    def shade(share: float) -> Colour:
        red, green, blue = (min(255, int(value * share)) for value in skin)
        return red, green, blue

    def ellipse(x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        left, right = centre_x + (x - rx) * scale, centre_x + (x + rx) * scale
        pen.ellipse((left, centre_y + (y - ry) * scale, right, centre_y + (y + ry) * scale), fill=colour)

    black = (40, 30, 28)
    ellipse(0, -0.1, 0.55, 0.75, black)
    ellipse(0, 0.02, 0.45, 0.62, skin)
    for side in (-1, 1):
        ellipse(0.2 * side, -0.16, 0.13, 0.035, shade(0.55))
        ellipse(0.2 * side, -0.05, 0.12, 0.07, shade(0.82))
        ellipse(0.2 * side, -0.05, 0.09, 0.04, (235, 230, 225))
        ellipse(0.2 * side, -0.05, 0.042, 0.042, black)
        ellipse(0.07 * side, 0.2, 0.035, 0.025, shade(0.55))
        ellipse(0.12 * side, 0.1, 0.05, 0.15, shade(0.93))
    ellipse(0, 0.12, 0.07, 0.1, shade(1.08))
    ellipse(0, 0.2, 0.06, 0.03, shade(0.82))
    ellipse(0, 0.36, 0.17, 0.05, (150, 80, 80))
    ellipse(0, 0.355, 0.16, 0.012, (80, 30, 30))
    ellipse(0, 0.47, 0.12, 0.02, shade(0.82))


def encoded(pixels: Pixels) -> bytes:
    """Pixels as a PNG."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


@pytest.fixture(scope="session")
def draw() -> Callable[..., Pixels]:
    return drawn


@pytest.fixture(scope="session")
def png() -> Callable[[Pixels], bytes]:
    return encoded


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of the tests' own, so that each run converts once and leaves the user's alone."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get(CACHE_VARIABLE)
    os.environ[CACHE_VARIABLE] = str(folder)
    yield folder
    if before is None:
        del os.environ[CACHE_VARIABLE]
    else:
        os.environ[CACHE_VARIABLE] = before


@pytest.fixture(scope="session")
def dlib_model() -> ModelDescription:
    return named_engine("dlib").model


@pytest.fixture(scope="session")
def converted(dlib_model: ModelDescription) -> Path:
    return prepared_model(dlib_model)


@pytest.fixture(scope="session")
def engine(converted: Path) -> Engine:
    return Engine(named_engine("dlib"), prepared=converted)


@pytest.fixture(scope="session")
def mixed() -> list[Photograph]:
    """Forty photographs: faces of several sizes and colours, blanks, damaged and missing files."""
    faces = [
        encoded(drawn([(167, 190, scale)], skin=(205 - 3 * shift, 165 - 2 * shift, 140 - shift)))
        for shift, scale in enumerate((130, 145, 160, 175, 190))
    ]
    blank = encoded(np.full((300, 240, 3), 127, dtype=np.uint8))
    photos = []
    for number in range(40):
        match number % 8:
            case 5:
                source: Path | bytes = blank
            case 6:
                source = faces[0][: len(faces[0]) // 2]
            case 7:
                source = Path("no/such/photograph.png")
            case _:
                source = faces[number % 5]
        photos.append(Photograph(f"{number:02d}", source))
    return photos


class DlibBytes:
    """Writes dlib's primitive values."""

    def __init__(self) -> None:
        self.content = b""

    def integer(self, value: int) -> DlibBytes:
        count = max(1, (abs(value).bit_length() + 7) // 8)
        control = count | (0x80 if value < 0 else 0)
        self.content += bytes([control]) + abs(value).to_bytes(count, "little")
        return self

    def integers(self, *values: int) -> DlibBytes:
        for value in values:
            self.integer(value)
        return self

    def real(self, mantissa: int, exponent: int = 0) -> DlibBytes:
        return self.integers(mantissa, exponent)

    def text(self, value: str) -> DlibBytes:
        self.integer(len(value))
        self.content += value.encode()
        return self

    def tensor(self, values: NDArray[np.float32] | None = None) -> DlibBytes:
        self.integers(2, *((0, 0, 0, 0) if values is None else (values.size, 1, 1, 1)))
        if values is not None:
            self.content += values.astype("<f4").tobytes()
        return self

    def trailer(self) -> DlibBytes:
        self.content += b"110"
        return self.tensor().tensor().tensor()

    def multipliers(self) -> DlibBytes:
        return self.real(1).real(1).real(1).real(0)

    def convolution(self, filters: NDArray[np.float32], bias: NDArray[np.float32], stride: int) -> DlibBytes:
        count, _, rows, columns = filters.shape
        padding = rows // 2 if stride == 1 else 0
        self.text("con_4").tensor(np.concatenate([filters.ravel(), bias]))
        self.integers(count, rows, columns, stride, stride, padding, padding)
        return self.integers(1, *filters.shape).integers(1, 1, count, 1, 1).multipliers().trailer()

    def affine(self, gamma: NDArray[np.float32], beta: NDArray[np.float32]) -> DlibBytes:
        self.text("affine_").tensor(np.concatenate([gamma, beta]))
        shape = (1, 1, gamma.size, 1, 1)
        return self.integers(*shape).integers(*shape).integer(0).trailer()

    def plain(self, name: str) -> DlibBytes:
        return self.text(name).trailer()

    def pooling(self, kind: str, size: int, stride: int) -> DlibBytes:
        return self.text(f"{kind}_pool_2").integers(size, size, stride, stride, 0, 0).trailer()

    def connected(self, weights: NDArray[np.float32]) -> DlibBytes:
        inputs, outputs = weights.shape
        self.text("fc_2").integers(outputs, inputs)
        self.integers(2, inputs, outputs, 1, 1)
        self.content += weights.astype("<f4").tobytes()
        return (
            self.integers(1, inputs, outputs, 1, 1).integers(1, 0, 0, 0, 0).integer(1).multipliers().trailer()
        )


@pytest.fixture
def dlib_bytes() -> Callable[[], DlibBytes]:
    return DlibBytes


@pytest.fixture(scope="session")
def small_network() -> bytes:
    """A file of dlib's form with one downward residual block: 10 px in, 4 numbers out."""
    random = np.random.default_rng(7)

    def numbers(*shape: int) -> NDArray[np.float32]:
        return random.normal(0, 0.5, shape).astype(np.float32)

    out = DlibBytes().integer(1).text("loss_metric_2").real(1, -5).real(5, -3)
    innermost_first = [3, 2, 2, 1, 2, 2, 2, 2, 2, 1, 1, 2, 2, 2, 2, 2]
    out.integers(*reversed(innermost_first))
    out.text("input_rgb_image_sized").real(123).real(117).real(104).integers(10, 10)
    out.convolution(numbers(2, 3, 3, 3), numbers(2), 1 + 1).integer(1)
    out.affine(numbers(2), numbers(2)).plain("relu_")
    out.convolution(numbers(3, 2, 3, 3), numbers(3), 2).affine(numbers(3), numbers(3)).plain("relu_")
    out.convolution(numbers(3, 3, 3, 3), numbers(3), 1).affine(numbers(3), numbers(3))
    out.pooling("avg", 2, 2).plain("add_prev_").plain("relu_")
    out.pooling("avg", 0, 1).connected(numbers(3, 4))
    return out.content
