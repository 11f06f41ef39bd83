"""How large a photograph may be before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.faces.photos.errors import too_large
from fairlineup.records import LARGEST_PHOTOGRAPH


@dataclass(frozen=True, slots=True)
class Limits:
    """What one photograph may cost; all are checked on the header, before anything is decompressed."""

    max_bytes: int = LARGEST_PHOTOGRAPH  #: length of the encoded file.
    max_pixels: int = 100_000_000  #: width times height.
    max_side: int = 30_000  #: width or height in pixels.
    #: scans of a progressive JPEG (an encoder writes about ten); each walks over all pixels again, so that a
    #: small file with thousands of them takes minutes. Frames of an animation cost nothing: only the first is
    #: decoded.
    max_parts: int = 200
    max_chunks: int = 100_000  #: pieces of a file, whatever its format.

    def check_bytes(self, content: bytes, name: str) -> None:
        """Raises: PhotographTooLarge."""
        if len(content) > self.max_bytes:
            raise too_large(name, f"at most {self.max_bytes:,} bytes", f"{len(content):,} bytes")

    def check_size(self, width: int, height: int, name: str) -> None:
        """Raises: PhotographTooLarge."""
        if width * height > self.max_pixels:
            got = f"{width:,} × {height:,} pixels ({width * height:,})"
            raise too_large(name, f"at most {self.max_pixels:,} pixels", got)
        if max(width, height) > self.max_side:
            got = f"{width:,} × {height:,} pixels"
            raise too_large(name, f"no side longer than {self.max_side:,} pixels", got)


DEFAULT_LIMITS = Limits()
