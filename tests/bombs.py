"""Small bodies that unpack to something large."""

import struct
import zlib

from tests.drawings import encode, paint, seven

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PERCENT_SIGNS = {  # each just below the five megabytes that a body may have
    "bare": b"image=" + b"%" * 5_200_000,
    "letters": b"image=" + b"%41" * 1_660_000,
    "bytes that are no text": b"image=" + b"%ff" * 1_660_000,
    "names": b"image=1&" + b"%41" * 1_660_000,
}


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes = b"", depth: int = 8, color: int = 0) -> bytes:
    """A PNG that claims what it likes."""
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def many_odd_tags() -> bytes:
    """A PNG that can be read, with EXIF tags by the ten thousand that can't."""
    tags = b"".join(struct.pack(">HHII", number, 2, 2**31, 8) for number in range(65_535))
    exif = b"MM\0*\0\0\0\x08" + struct.pack(">H", 65_535) + tags + b"\0\0\0\0"
    png = encode(paint(seven(64)))
    return png[:33] + chunk(b"eXIf", exif) + png[33:]
