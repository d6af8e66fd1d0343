"""A large file from the web → a file here, behind a bar; what a cut connection leaves is gone on with the next time.

Of a file whose beginning is enough, the beginning.
"""

import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tqdm import tqdm

from training.data.sets import NoData

SILENCE = 60.0  # seconds without a byte before a connection counts as cut
CHUNK = 2**18  # bytes between two steps of the bar, at most
MEGABYTE = 1e6
AGENT = "handwritten-digits-function"  # some servers turn Python's own name away


def download(url: str, path: Path) -> Path:
    """`path`, which holds what is at `url`; nothing is asked for when the file is there.

    Until it is complete it is called `path`.part. A server that knows ranges goes on at its end the next time, another
    one begins again, which is printed. Whether the two ends are of one file is for the reader of the file to find out.

    Raises NoData when the server can't be reached, has no such file, or ends too early.
    """
    if path.is_file():
        return path
    part = path.with_name(f"{path.name}.part")
    try:
        _fetch(url, part)
    except (OSError, HTTPException) as error:
        raise NoData(f"{url} can't be downloaded: {error}.{_kept(part)}") from error
    part.replace(path)
    return path


def head(url: str, most: int) -> bytes:
    """The first `most` bytes of what is at `url`; fewer, where there are fewer or the connection ends.

    A server that knows no ranges begins to send all: the rest stays unread.

    Raises NoData when the server can't be reached, or has no such file.
    """
    headers = {"User-Agent": AGENT, "Range": f"bytes=0-{most - 1}"}
    try:
        request = urllib.request.Request(url, headers=headers)  # noqa: S310  the caller's own URL
        with urllib.request.urlopen(request, timeout=SILENCE) as response:  # noqa: S310
            return bytes(response.read(most))
    except (OSError, HTTPException) as error:
        raise NoData(f"{url} can't be downloaded: {error}.") from error


def _fetch(url: str, part: Path) -> None:
    """Completes `part`. Raises NoData when less came than was promised."""
    have = part.stat().st_size if part.is_file() else 0
    headers = {"User-Agent": AGENT} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        response = urllib.request.urlopen(  # noqa: S310  the caller's own URL
            urllib.request.Request(url, headers=headers),  # noqa: S310
            timeout=SILENCE,
        )
    except urllib.error.HTTPError as error:
        with error:
            if error.code != 416:  # range not satisfiable: nothing follows what is here
                raise
            if error.headers.get("Content-Range") == f"bytes */{have}":
                return
        part.unlink()
        _fetch(url, part)
        return
    with response:
        begin = _begin(response, have)
        if have and not begin:
            print(f"The server begins again: the first {have / MEGABYTE:.1f} MB come once more.")
        total = _receive(response, part, begin)
    size = part.stat().st_size
    if total is not None and size < total:
        raise NoData(
            f"The connection to {url} ended after {size / MEGABYTE:.1f} of {total / MEGABYTE:.1f} MB.{_kept(part)}"
        )


def _begin(response: Any, have: int) -> int:
    """Where in the file the answer begins: at `have`, or at 0 from a server without ranges."""
    goes_on = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
    return have if goes_on else 0


def _receive(response: Any, part: Path, begin: int) -> int | None:
    """Writes the answer's bytes behind the first `begin`; how long the whole file should be, where the server says."""
    length = response.headers.get("Content-Length")
    total = begin + int(length) if length else None
    scale: dict[str, Any] = {"unit": "B", "unit_scale": True}
    with (
        part.open("ab" if begin else "wb") as file,
        tqdm(desc=f"downloading {part.stem}", total=total, initial=begin, **scale) as bar,
    ):
        while chunk := response.read1(CHUNK):  # what is there, so that little is lost when somebody stops it
            file.write(chunk)
            file.flush()
            bar.update(len(chunk))
    return total


def _kept(part: Path) -> str:
    """What to tell of an incomplete file."""
    size = part.stat().st_size if part.is_file() else 0
    return f" {size / MEGABYTE:.1f} MB are kept: the same command goes on there." if size else ""
