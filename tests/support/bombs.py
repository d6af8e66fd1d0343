"""Small bodies that unpack to something large."""

import struct
import zlib

from tests.support.drawings import encode, paint, seven

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PERCENT_SIGNS = {  # each just below the five megabytes that a body may have
    "bare": b"image=" + b"%" * 5_200_000,
    "letters": b"image=" + b"%41" * 1_660_000,
    "bytes that are no text": b"image=" + b"%ff" * 1_660_000,
    "names": b"image=1&" + b"%41" * 1_660_000,
}


_LIMIT = 5 * 2**20 - 300  # bytes of text in a body that is still read
_CONTENT = b"A" * _LIMIT
_PART = b'--q\r\nContent-Disposition: form-data; name="image"%s\r\n\r\n%s\r\n--q--\r\n'
_MULTIPART = {"Content-Type": "multipart/form-data; boundary=q"}
LARGE_BODIES: dict[str, tuple[bytes, dict[str, str]]] = {  # what takes the most memory for its size
    "objects": (b'{"image":[' + b'{"a":1},' * 249_990 + b"1]}", {}),
    "a thousand objects": (b'{"image":[' + b'{"a":1},' * 990 + b"1" + b" " * (_LIMIT - 9000) + b"]}", {}),
    "lists": (b'{"image":[' + b"[1]," * 249_990 + b"1]}", {}),
    "numbers": (b'{"image":[' + b",".join(b"0.%07d" % number for number in range(490_000)) + b"]}", {}),
    "rows": (b'{"image":[' + b",".join([b"[" + b",".join([b"0.5"] * 700) + b"]"] * 700) + b"]}", {}),
    "text with an emoji": (b'{"image":"' + _CONTENT + "😀".encode() + b'"}', {}),
    "escaped text": (b'{"image":"' + rb"\ud83d\ude00" * (_LIMIT // 12) + b'"}', {}),
    "base64": (b'{"image":"' + _CONTENT + b'"}', {}),
    "commas": (b"1," * (_LIMIT // 2), {}),
    "a form": (b"image=" + _CONTENT, FORM),
    "a form of spaces": (b"image=" + b"+" * _LIMIT, FORM),
    "a field": (_PART % (b"", _CONTENT), _MULTIPART),
    "a file": (_PART % (b'; filename="x"', _CONTENT), _MULTIPART),
    "a part of a million headers": (b"--q\r\n" + b"a\n" * 2_500_000 + b"\r\n\r\nx\r\n--q--\r\n", _MULTIPART),
    "parts of a hundred thousand headers": (b"--q\r\n" + b"a\n" * 250_000 + b"\r\n\r\nx\r\n--q--\r\n", _MULTIPART),
    "a million parts": (b"--q\r\n" * 700_000 + b"--q--\r\n", _MULTIPART),
    "256 pictures": (b'{"images":[' + b",".join([b'"' + b",".join([b"0.25"] * 784) + b'"'] * 250) + b"]}", {}),
}


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes = b"", depth: int = 8, color: int = 0) -> bytes:
    """A PNG that claims what it likes."""
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def texts(count: int, letters: bytes = b"A" * (2**20 - 8) + "😀".encode()) -> bytes:
    """A PNG that can be read, with compressed texts of a megabyte each beside its picture."""
    picture = encode(paint(seven(64)))
    parts = [chunk(b"iTXt", b"k%d\0\1\0\0\0" % number + zlib.compress(letters, 9)) for number in range(count)]
    return picture[:33] + b"".join(parts) + picture[33:]


def many_odd_tags() -> bytes:
    """A PNG that can be read, with EXIF tags by the ten thousand that can't."""
    tags = b"".join(struct.pack(">HHII", number, 2, 2**31, 8) for number in range(65_535))
    exif = b"MM\0*\0\0\0\x08" + struct.pack(">H", 65_535) + tags + b"\0\0\0\0"
    png = encode(paint(seven(64)))
    return png[:33] + chunk(b"eXIf", exif) + png[33:]
