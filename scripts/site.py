"""Serves web/ as any static host would, with the function's address written into the page.

python -m scripts.site --port 8000 --function http://localhost:8080
"""

import argparse
import gzip
import io
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

WEB = Path(__file__).resolve().parent.parent / "web"
WRITTEN = "http://localhost:8080"  # the address in web/index.html
TEXT = {  # compressed on the way, as static hosts do
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Site(SimpleHTTPRequestHandler):
    """Static files, text compressed; every HTML page with WRITTEN replaced by the function's address."""

    def __init__(self, *args: Any, function: str) -> None:
        self.function = function
        super().__init__(*args, directory=str(WEB))

    def send_head(self) -> BinaryIO | io.BytesIO | None:
        path = Path(self.translate_path(self.path))
        file = path / "index.html" if path.is_dir() else path
        if file.suffix not in TEXT or not file.is_file():
            return super().send_head()
        content = file.read_bytes()
        if file.suffix == ".html":
            content = content.replace(WRITTEN.encode(), self.function.encode())
        self.send_response(200)
        self.send_header("Content-Type", TEXT[file.suffix])
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            self.send_header("Content-Encoding", "gzip")
            content = gzip.compress(content, mtime=0)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")  # who edits the page wants to see it
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Silent: the function's log is what matters here."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--function", default=WRITTEN, help="the function's URL")
    options = parser.parse_args()
    ThreadingHTTPServer(("127.0.0.1", options.port), partial(Site, function=options.function)).serve_forever()


if __name__ == "__main__":
    main()
