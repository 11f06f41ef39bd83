"""How large a photograph may be before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.faces.photos.errors import hostile, too_large
from fairlineup.records import LARGEST_PHOTOGRAPH

SMALL_PIXELS = 4_000_000  # so many are decoded whatever they come from


@dataclass(frozen=True, slots=True)
class Limits:
    """What one photograph may cost; all are checked on the header, before anything is decompressed."""

    max_bytes: int = LARGEST_PHOTOGRAPH  #: length of the encoded file.
    max_pixels: int = 100_000_000  #: width times height.
    max_pixels_webp: int = 40_000_000  #: the same of a WebP, whose decoder keeps 16 bytes a pixel.
    max_side: int = 30_000  #: width or height in pixels.
    #: scans of a progressive JPEG (an encoder writes about ten); each walks over all pixels again, so that a
    #: small file with thousands of them takes minutes. Frames of an animation cost nothing: only the first is
    #: decoded.
    max_parts: int = 200
    max_pixels_scanned: int = 3_000_000_000  #: width times height times scans.
    #: pixels for each byte they come from, beyond SMALL_PIXELS; the barest photograph has a tenth of them, a
    #: JPEG of one colour 70, and the 38 bytes of a WebP of one colour stand for a hundred million.
    max_pixels_a_byte: int = 1_000
    max_chunks: int = 100_000  #: pieces of a file, whatever its format.

    def check_bytes(self, content: bytes, name: str) -> None:
        """Raises: PhotographTooLarge."""
        if len(content) > self.max_bytes:
            raise too_large(name, f"at most {self.max_bytes:,} bytes", f"{len(content):,} bytes")

    def scans(self, width: int, height: int) -> int:
        """How many scans a JPEG of that size may have."""
        return max(1, min(self.max_parts, self.max_pixels_scanned // max(1, width * height)))

    def check_density(self, width: int, height: int, size: int, name: str) -> None:
        """Raises: HostilePhotograph: so many pixels from `size` bytes."""
        if width * height > max(SMALL_PIXELS, size * self.max_pixels_a_byte):
            expected = f"at most {self.max_pixels_a_byte:,} pixels for each byte that they come from"
            raise hostile(name, expected, f"{width:,} × {height:,} pixels from {size:,} bytes")

    def check_size(self, width: int, height: int, name: str) -> None:
        """Raises: PhotographTooLarge."""
        if width * height > self.max_pixels:
            got = f"{width:,} × {height:,} pixels ({width * height:,})"
            raise too_large(name, f"at most {self.max_pixels:,} pixels", got)
        if max(width, height) > self.max_side:
            got = f"{width:,} × {height:,} pixels"
            raise too_large(name, f"no side longer than {self.max_side:,} pixels", got)


DEFAULT_LIMITS = Limits()
