from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.faces.engine import ModelFileError
from fairlineup.faces.engine.dlibfile import DlibReader, read_network
from fairlineup.faces.engine.network import (
    AddPrevious,
    AffineLayer,
    Convolution,
    FullyConnected,
    Pooling,
    Rectifier,
    Skip,
    Tag,
)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"\x01\x00", 0),
        (b"\x01\x05", 5),
        (b"\x81\x05", -5),
        (b"\x02\x80\x12", 4736),
        (b"\x03\x83\x00\xea", 15335555),
    ],
)
def test_an_integer_is_a_control_byte_and_a_little_endian_magnitude(content: bytes, value: int) -> None:
    assert DlibReader(content).integer() == value


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"\x03\x0a\xd7\xa3\x81\x1c", 0.04),
        (b"\x01\x01\x01\x00", 1.0),
        (b"\x81\x03\x81\x01", -1.5),
        (b"\x03\x62\x90\xf5\x81\x11", 122.782),
    ],
)
def test_a_float_is_its_mantissa_and_then_its_exponent(content: bytes, value: float) -> None:
    reader = DlibReader(content)
    assert reader.real() == pytest.approx(value, rel=1e-6)
    reader.expect_end()


@pytest.mark.parametrize(
    ("content", "method"),
    [
        (b"", "integer"),
        (b"\x00", "integer"),
        (b"\x41\x01", "integer"),
        (b"\x02\x01", "integer"),
        (b"\x01\x01\x02\xff\xff", "real"),
        (b"\x81\x01", "size"),
        (b"2", "flag"),
        (b"\x01\x02\xff\xfe", "text"),
        (b"\x01\x01\x01\x00\x01\x00\x01\x00\x01\x00", "tensor"),
        (b"\x01\x02\x08" + b"\xff" * 8 + b"\x01\x01" * 3, "tensor"),
    ],
)
def test_bytes_that_are_no_such_value_are_an_error(content: bytes, method: str) -> None:
    with pytest.raises(ModelFileError, match="expected"):
        getattr(DlibReader(content), method)()


def test_a_network_is_read_in_the_order_of_computation(small_network: bytes) -> None:
    network = read_network(small_network)
    assert network.mean == (123.0, 117.0, 104.0)
    assert network.size_px == 10
    kinds = [type(layer) for layer in network.layers]
    assert kinds == [
        *(
            Convolution,
            AffineLayer,
            Rectifier,
            Tag,
            Convolution,
            AffineLayer,
            Rectifier,
            Convolution,
            AffineLayer,
        ),
        *(Tag, Skip, Pooling, AddPrevious, Rectifier, Pooling, FullyConnected),
    ]
    marks = [layer.number for layer in network.layers if isinstance(layer, Tag | Skip | AddPrevious)]
    assert marks == [1, 2, 1, 2]


def test_bytes_left_over_are_an_error(small_network: bytes) -> None:
    with pytest.raises(ModelFileError, match="3 bytes left over"):
        read_network(small_network + b"abc")


def test_a_file_cut_short_anywhere_is_an_error(small_network: bytes) -> None:
    for end in range(len(small_network)):
        with pytest.raises(ModelFileError):
            read_network(small_network[:end])


def test_another_loss_layer_is_named() -> None:
    with pytest.raises(ModelFileError, match="expected 'loss_metric_2', got 'loss_mmod'"):
        read_network(b"\x01\x01\x01\x09loss_mmod")


@given(place=st.integers(0, 10_000), value=st.integers(0, 255))
def test_a_changed_byte_never_gives_another_kind_of_error(
    small_network: bytes, place: int, value: int
) -> None:
    content = bytearray(small_network)
    content[place % len(content)] = value
    try:
        read_network(bytes(content))
    except ModelFileError as error:
        assert "byte" in str(error)  # noqa: PT017
