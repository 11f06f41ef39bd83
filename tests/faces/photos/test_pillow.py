"""Pixels as Pillow gives them, over files as cameras, phones, editors and cleaners of metadata leave them."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from fairlineup.faces.photos import UnreadablePhotograph, decode, decode_small
from fairlineup.faces.photos.decoding import BACKGROUND

from .pictures import chunk, encoded, png, textured

SIZE = (40, 24)
PICTURE = textured(21, *SIZE)
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)
KINDS = {3: "H", 4: "I", 5: "I", 6: "b", 8: "h", 9: "i", 10: "i", 11: "f", 12: "d", 13: "I", 16: "Q"}


def as_pillow(content: bytes) -> NDArray[np.uint8]:
    """Pillow's own pixels, but for the two differences that `decode` documents."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image: Image.Image = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    if image.mode.startswith("I"):
        return np.repeat((np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8)[..., None], 3, axis=2)
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, (*BACKGROUND, 255))
        image = Image.alpha_composite(white, image.convert("RGBA"))
    return np.asarray(image.convert("RGB"))


def same_as_pillow(content: bytes) -> bool:
    return bool(np.array_equal(decode(content).pixels, as_pillow(content)))


# --- files ----------------------------------------------------------------------------------------


def tiff(orientation: int = 6, kind: int = 3, *, order: str = "<", count: int = 1, entries: int = 1) -> bytes:
    """A TIFF block that says which way is up, as a number of any type, after other entries."""
    number = struct.pack(order + KINDS[kind], orientation)
    data = (number + struct.pack(order + KINDS[kind], 1) if kind in (5, 10) else number) * count
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(order + "IH", 8, entries)
    head += b"".join(struct.pack(order + "HHII", 0x100 + n, 4, 1, 7) for n in range(entries - 1))
    head += struct.pack(order + "HHI", 0x112, kind, count)
    if len(data) <= 4:
        return head + data.ljust(4, b"\0") + b"\0" * 4
    return head + struct.pack(order + "I", len(head) + 8) + b"\0" * 4 + data


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def marked(*blocks: bytes, image: bytes | None = None) -> bytes:
    """A JPEG with APP1 segments behind its first bytes."""
    whole = image or encoded(PICTURE, quality=90)
    return whole[:2] + b"".join(segment(0xE1, block) for block in blocks) + whole[2:]


def without(content: bytes, *markers: int) -> bytes:
    """A JPEG without some of the segments before its scan."""
    out, at = content[:2], 2
    while content[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        out += b"" if content[at + 1] in markers else content[at:end]
        at = end
    return out + content[at:]


def with_stray(content: bytes, stray: bytes) -> bytes:
    """A JPEG with stray bytes behind each segment before its scan."""
    out, at = content[:2], 2
    while content[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        out += content[at:end] + stray
        at = end
    return out + content[at:]


def chunks(content: bytes, *extra: bytes, last: bool = False) -> bytes:
    """A PNG with further chunks before its picture, or behind it."""
    at = content.index(b"IEND" if last else b"IDAT") - 4
    return content[:at] + b"".join(extra) + content[at:]


def riff(content: bytes, flags: int, *extra: tuple[bytes, bytes]) -> bytes:
    """A simple WebP as an extended one with further chunks behind its picture."""
    size = struct.pack("<I", SIZE[0] - 1)[:3] + struct.pack("<I", SIZE[1] - 1)[:3]
    parts = [(b"VP8X", bytes([flags, 0, 0, 0]) + size), *extra]
    body = [tag + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for tag, data in parts]
    whole = b"WEBP" + body[0] + content[12:] + b"".join(body[1:])
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def ink(transform: int | None, mode: str = "CMYK") -> bytes:
    """A CMYK JPEG with Adobe's mark of some transform, or without."""
    plain = without(encoded(PICTURE.convert(mode), quality=95), 0xEE)
    mark = b"" if transform is None else segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([transform]))
    return plain[:2] + mark + plain[2:]


def sixteen(colour: int, channels: int, interlaced: bool = False) -> bytes:
    random = np.random.default_rng(4)
    rows = b"".join(b"\0" + random.bytes(2 * channels * 5) for _ in range(3))
    if not interlaced:
        return png(5, 3, rows, depth=16, colour=colour)
    return png(1, 1, b"\0" + random.bytes(2 * channels), depth=16, colour=colour)


def jpegs() -> Iterator[tuple[str, bytes]]:
    plain = encoded(PICTURE, quality=90)
    other = encoded(textured(22, *SIZE), quality=90)
    yield "plain", plain
    yield "progressive", encoded(PICTURE, progressive=True)
    yield "optimised, restarts", encoded(PICTURE, optimize=True, restart_marker_blocks=2)
    for subsampling in (0, 1, 2):
        yield f"subsampling {subsampling}", encoded(PICTURE, subsampling=subsampling)
    yield "grey", encoded(PICTURE.convert("L"))
    yield "kept as RGB", encoded(PICTURE, keep_rgb=True)
    yield "no JFIF", without(plain, 0xE0)
    yield "colour profile", encoded(PICTURE, icc_profile=profile())
    for transform in (None, 0, 1, 2):
        yield f"ink, Adobe {transform}", ink(transform)
    yield "ink, progressive", without(encoded(PICTURE.convert("CMYK"), progressive=True), 0xEE)
    yield "ink, turned", marked(b"Exif\0\0" + tiff(), image=ink(None))
    yield (
        "Adobe's mark on RGB",
        plain[:2] + segment(0xEE, b"Adobe\0\x64\0\0\0\0\0") + without(plain, 0xE0)[2:],
    )
    yield "Adobe's mark cut short", plain[:2] + segment(0xEE, b"Adobe\0\x64") + plain[2:]
    for stray in (b"\n" * 7, b"\0", b"\xff", b"\xff" * 9, b"\xff\0", b"\xff\0\xff\0ab"):
        yield f"stray {stray!r}", with_stray(plain, stray)
        yield f"stray {stray!r} and progressive", with_stray(encoded(PICTURE, progressive=True), stray)
    random = np.random.default_rng(1).bytes(300_000)  # holds some FF DA
    for name, trailer in {
        "motion photo": b"MotionPhoto_Data\0\0\0\x18ftypmp42" + random,
        "Samsung": random[:999] + b"SEFT",
        "another JPEG": other,
        "many scans": b"\xff\xda\0\x02" * 5000,
        "zeros": b"\0" * 4096,
        "text": b"<?xpacket end='w'?>",
        "one byte": b"\n",
        "half a mark": b"\xff",
    }.items():
        yield f"behind its end: {name}", plain + trailer
        yield f"behind its end, turned: {name}", marked(b"Exif\0\0" + tiff()) + trailer
    yield "MPF", encoded(PICTURE, "MPO", save_all=True, append_images=[textured(22, *SIZE)], quality=90)
    yield "thumbnail within", marked(b"Exif\0\0" + tiff(1) + other)
    yield "two EXIF", marked(b"Exif\0\0" + tiff()[:20], b"Exif\0\0" + tiff()[20:])
    yield (
        "EXIF after tables",
        (
            plain[: plain.index(b"\xff\xc0")]
            + segment(0xE1, b"Exif\0\0" + tiff())
            + plain[plain.index(b"\xff\xc0") :]
        ),
    )
    yield "XMP alone", marked(b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    yield "XMP and EXIF differ", marked(b"http://ns.adobe.com/xap/1.0/\0" + XMP, b"Exif\0\0" + tiff(3))
    yield (
        "XMP element",
        marked(
            b"http://ns.adobe.com/xap/1.0/\0<tiff:Orientation>8</tiff:Orientation>", b"Exif\0\0" + tiff(0)
        ),
    )
    yield (
        "EXIF without it, and XMP",
        marked(
            b"Exif\0\0" + tiff().replace(b"\x12\x01", b"\x13\x01"), b"http://ns.adobe.com/xap/1.0/\0" + XMP
        ),
    )
    yield "swapped magic", marked(b"Exif\0\0II\0*" + tiff()[4:])
    yield "Exif twice", marked(b"Exif\0\0Exif\0\0" + tiff())


def exifs() -> Iterator[tuple[str, bytes]]:
    for kind in KINDS:
        for order in "<>":
            for count in (1, 2):
                for orientation in (1, 6, 8, 9, 0):
                    block = tiff(orientation, kind, order=order, count=count, entries=3)
                    yield f"{kind} {order} {count} {orientation}", marked(b"Exif\0\0" + block)


def pngs() -> Iterator[tuple[str, bytes]]:
    modes = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
    for mode in modes:
        image = PICTURE.convert("L").convert(mode) if mode == "I;16" else PICTURE.convert(mode)
        yield mode, encoded(image, "PNG")
        if mode in ("1", "L", "RGB"):
            yield (
                f"{mode} with a clear colour",
                encoded(image, "PNG", transparency={"RGB": (9, 9, 9)}.get(mode, 0)),
            )
    clear = PICTURE.quantize(16)
    yield "palette, one clear", encoded(clear, "PNG", transparency=3)
    yield "palette, shades of clear", encoded(clear, "PNG", transparency=bytes(range(0, 256, 16)))
    for bits in (1, 2, 4):
        yield f"palette of {bits} bits", encoded(PICTURE.quantize(1 << bits), "PNG", bits=bits)
    for colour, channels in ((0, 1), (2, 3), (4, 2), (6, 4)):
        yield f"16 bits, colour {colour}", sixteen(colour, channels)
        yield f"16 bits, colour {colour}, one pixel", sixteen(colour, channels, interlaced=True)
    plain = encoded(PICTURE, "PNG")
    yield "colour profile", encoded(PICTURE, "PNG", icc_profile=profile())
    yield "gamma", chunks(plain, chunk(b"gAMA", struct.pack(">I", 100_000)))
    for name, trailer in {
        "text": b"hello",
        "PNG": plain,
        "zeros": b"\0" * 999,
        "JPEG": encoded(PICTURE),
    }.items():
        yield f"behind its end: {name}", plain + trailer
    yield "no end mark", plain[:-12]
    for last in (False, True):
        yield f"eXIf, last {last}", chunks(plain, chunk(b"eXIf", tiff(6, 4)), last=last)
        packed = zlib.compress(XMP)
        for way, body in {"": b"\0\0\0\0" + XMP, " packed": b"\1\0\0\0" + packed}.items():
            text = chunk(b"iTXt", b"XML:com.adobe.xmp\0" + body)
            yield f"XMP{way}, last {last}", chunks(plain, text, last=last)
        raw = b"\nexif\n      99\n" + (b"Exif\0\0" + tiff(8)).hex().encode()
        yield (
            f"raw profile, last {last}",
            chunks(plain, chunk(b"tEXt", b"Raw profile type exif\0" + raw), last=last),
        )
        packed = b"Raw profile type exif\0\0" + zlib.compress(raw)
        yield f"raw profile packed, last {last}", chunks(plain, chunk(b"zTXt", packed), last=last)
    frames = [textured(n, *SIZE) for n in (22, 23)]
    yield "animation", encoded(PICTURE, "PNG", save_all=True, append_images=frames)
    yield (
        "animation, other first",
        encoded(PICTURE, "PNG", save_all=True, append_images=frames, default_image=True),
    )


def webps() -> Iterator[tuple[str, bytes]]:
    plain, exact = encoded(PICTURE, "WEBP"), encoded(PICTURE, "WEBP", lossless=True)
    clear = PICTURE.copy()
    clear.putalpha(textured(24, *SIZE).convert("L"))
    yield "plain", plain
    yield "lossless", exact
    yield "clear", encoded(clear, "WEBP", quality=90)
    yield "clear, lossless", encoded(clear, "WEBP", lossless=True, exact=True)
    yield "colour profile", encoded(PICTURE, "WEBP", icc_profile=profile())
    yield "EXIF", encoded(PICTURE, "WEBP", exif=tiff(6, 4))
    for flags in (0, 8, 4, 12):
        extra = ((b"EXIF", tiff(6)), (b"XMP ", XMP.replace(b'"6"', b'"3"')))
        yield f"EXIF and XMP, flags {flags}", riff(plain, flags, *extra)
        yield f"XMP, flags {flags}", riff(exact, flags, extra[1])
        yield f"EXIF with its name, flags {flags}", riff(plain, flags, (b"EXIF", b"Exif\0\0" + tiff(8)))
    yield "behind its end", plain + np.random.default_rng(2).bytes(5000)
    yield "behind its end, another", exact + plain
    frames = [textured(30 + n, *SIZE) for n in range(9)]
    for exactly in (True, False):
        said: dict[str, Any] = {"save_all": True, "append_images": frames, "lossless": exactly}
        yield f"animation {exactly}", encoded(PICTURE, "WEBP", **said)
        yield f"animation turned {exactly}", encoded(PICTURE, "WEBP", exif=tiff(6, 4), **said)
        yield f"animation, clear {exactly}", encoded(clear, "WEBP", **said)


FILES = {
    f"{kind}: {name}": content
    for kind, made in (("JPEG", jpegs), ("EXIF", exifs), ("PNG", pngs), ("WebP", webps))
    for name, content in made()
}


@pytest.mark.parametrize("name", FILES)
def test_pixels_are_those_of_pillow(name: str) -> None:
    assert same_as_pillow(FILES[name])


def test_a_png_cut_behind_its_picture_is_whole() -> None:
    content = chunks(encoded(PICTURE, "PNG"), chunk(b"tEXt", b"a\0" + b"b" * 99), last=True)
    assert np.array_equal(decode(content[:-60]).pixels, np.asarray(PICTURE))


def test_small_pictures_are_turned_alike() -> None:
    for name, content in FILES.items():
        rows, columns = as_pillow(content).shape[:2]
        scale = 20 / max(rows, columns)
        small = decode_small(content, side_px=20)
        assert small.shape == (max(1, round(scale * rows)), max(1, round(scale * columns))), name


@given(
    base=st.sampled_from(sorted(name for name in FILES if name.startswith("JPEG"))),
    stray=st.binary(max_size=12).filter(lambda some: b"\xff" not in some),
    trailer=st.binary(max_size=300),
    block=st.binary(max_size=60),
)
@settings(max_examples=150)
def test_stray_bytes_trailers_and_odd_metadata_change_nothing(
    base: str, stray: bytes, trailer: bytes, block: bytes
) -> None:
    plain = FILES[base]
    content = plain[:2] + segment(0xE3, block) + stray + plain[2:] + trailer
    assert same_as_pillow(content)


@given(exif=st.binary(max_size=80), order=st.sampled_from([b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]))
@settings(max_examples=150)
def test_whatever_exif_says_is_read_as_pillow_reads_it(exif: bytes, order: bytes) -> None:
    content = marked(b"Exif\0\0" + order + exif)
    try:
        expected = as_pillow(content)
    except Exception:  # noqa: BLE001 - where Pillow gives up the picture is upright
        expected = as_pillow(encoded(PICTURE, quality=90))
    assert np.array_equal(decode(content).pixels, expected)


@pytest.mark.parametrize(
    "kind", ["JPEG: plain", "JPEG: progressive", "PNG: RGB", "WebP: plain", "WebP: lossless"]
)
@given(data=st.data())
@settings(max_examples=150)
def test_of_a_damaged_file_either_nothing_is_read_or_what_pillow_reads(
    kind: str, data: st.DataObject
) -> None:
    content = bytearray(FILES[kind])
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        pixels = decode(bytes(content)).pixels
    except UnreadablePhotograph:
        return
    try:
        expected = as_pillow(bytes(content))
    except Exception:  # noqa: BLE001 - what Pillow refuses, such as a damaged comment, may be read
        return
    assert np.array_equal(pixels, expected)


# --- attacks --------------------------------------------------------------------------------------


def test_an_animation_of_thousands_of_frames_costs_its_first() -> None:
    content = encoded(
        PICTURE,
        "WEBP",
        save_all=True,
        append_images=[textured(40 + n, *SIZE) for n in range(3)],
        lossless=True,
    )
    frames = [at for at in range(len(content)) if content[at : at + 4] == b"ANMF"]
    more = content + content[frames[1] : frames[2]] * 5000
    more = more[:4] + struct.pack("<I", len(more) - 8) + more[8:]
    assert np.array_equal(decode(more).pixels, np.asarray(PICTURE))


@pytest.mark.parametrize(
    "hide",
    [
        lambda scan: scan * 1000,
        lambda scan: segment(0xFE, b"\xff\xd9") + scan * 1000,  # an end within a comment is none
        lambda scan: b"\xff\xff\xff" + scan * 1000,
        lambda scan: b"\n\n\n" + (scan + b"\0\0") * 1000,
        lambda scan: segment(0xE1, b"Exif\0\0" + tiff()) + scan * 1000,
    ],
)
def test_scans_before_the_end_are_counted_however_they_are_hidden(hide: Callable[[bytes], bytes]) -> None:
    content = encoded(PICTURE, progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    with pytest.raises(UnreadablePhotograph, match="at most 200 scans"):
        decode(content[:-2] + hide(scan) + b"\xff\xd9")


def test_endless_stray_markers_are_refused() -> None:
    plain = encoded(PICTURE)
    for stray in (b"\xff\x01", segment(0xE5, b"")):
        with pytest.raises(UnreadablePhotograph, match="segments"):
            decode(plain[:2] + stray * 200_000 + plain[2:])
        with pytest.raises(UnreadablePhotograph, match="segments"):
            decode(plain[:-2] + stray * 200_000 + plain[-2:])
    assert same_as_pillow(plain[:2] + b"\xff" * 2_000_000 + plain[2:])


def test_endless_fill_bytes_within_a_picture_are_refused() -> None:
    plain = encoded(PICTURE)
    assert same_as_pillow(plain[:-2] + b"\xff" * 5000 + plain[-2:])
    with pytest.raises(UnreadablePhotograph, match="fill bytes in a row"):
        decode(plain[:-2] + b"\xff" * 40_000_000 + plain[-2:])


@pytest.mark.parametrize("tag", [b"iTXt", b"zTXt"])
def test_packed_texts_that_say_which_way_is_up_are_unpacked_no_further_than_needed(tag: bytes) -> None:
    bomb = zlib.compress(b" " * 30_000_000 + XMP, 9)
    body = b"XML:com.adobe.xmp\0\1\0\0\0" if tag == b"iTXt" else b"Raw profile type exif\0\0"
    content = chunks(encoded(PICTURE, "PNG"), chunk(tag, body + bomb))
    assert np.array_equal(decode(content).pixels, np.asarray(PICTURE))
