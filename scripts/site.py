"""Serves web/ as any static host would, with the function's address written into the page; or writes it for one.

    python -m scripts.site --port 8000 --function http://localhost:8080
    python -m scripts.site --write FOLDER --function https://… [--at https://…] [--installable]

@FILE stands for the words in that file. Standard library only, of Python 3.9.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import re
import shutil
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

from scripts.folders import NotOurs, fill, folder

WEB = Path(__file__).resolve().parent.parent / "web"
PAGES = ("embed.html", "index.html")  # what visitors ask for by name; the embedded one alone may lie in a frame
WORKER = "service-worker.js"  # beside the page, or it could keep nothing of it
FIRST = "index.html"
MANIFEST = "site.webmanifest"
HOSTS = (".git", ".nojekyll", "CNAME")  # what static hosts keep in a folder beside the site
WRITTEN = "http://localhost:8080"  # the address in web/index.html
INSTALLABLE = '<meta name="digits-installable" content="">'
UNWRITTEN = 'const RELEASE = { name: "", files: [] };'  # in web/service-worker.js
CARD = "card.png"  # what a shared link shows
BUCKET, PUBLIC = "gs://", "https://storage.googleapis.com/"
UNKEPT = (CARD, "fonts/OFL.txt")  # what no visitor's page asks for
TEXT = {  # compressed on the way, as static hosts do
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".safetensors": "application/octet-stream",
}


def write(target: Path, function: str, installable: bool = False, at: str = "") -> Path:
    """The site as a static host should hold it, in `target`; the folder of its assets.

    at           where it will lie, without a slash at its end: whoever shows a link's picture needs its whole address
    installable  whether the page may be kept by browsers, and started without a line: on an origin of its own alone,
                 since the workers and caches of an origin are all its pages'

    Everything but the pages lies in assets/<hash of it all>: such a folder never changes, so that it may be cached for
    ever, and no visitor gets half of one release and half of the next. The pages come last. A site that was written
    there before goes, what its host keeps there stays. Raises NotOurs for any other folder that isn't empty.
    """
    names = [path.relative_to(WEB).as_posix() for path in sorted(WEB.rglob("*")) if path.is_file()]
    names = [name for name in names if name not in (*PAGES, WORKER) and not name.startswith("screenshots/")]
    digest = hashlib.sha256(b"".join(name.encode() + b"\0" + (WEB / name).read_bytes() for name in names))
    assets = f"assets/{digest.hexdigest()[:16]}"  # 64 bits: plenty to tell releases apart

    def make(new: Path) -> None:
        for name in names:
            (new / assets / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(WEB / name, new / assets / name)
        manifest = new / assets / MANIFEST
        if manifest.exists():  # its addresses are from where it lies
            text = manifest.read_text(encoding="utf-8")
            manifest.write_text(text.replace('"start_url": "', '"start_url": "../../'), encoding="utf-8")
        for page in PAGES:
            text = addressed((WEB / page).read_text(encoding="utf-8"), function)
            for name in names:
                text = text.replace(f'="{name}"', f'="{assets}/{name}"')
            if at:
                text = text.replace(f'content="{assets}/{CARD}"', f'content="{at}/{assets}/{CARD}"')
            if installable and page == FIRST:
                text = text.replace("<head>\n", f"<head>\n{INSTALLABLE}\n", 1)
            (new / page).write_text(text, encoding="utf-8")
        if installable:
            kept = [f"{assets}/{name}" for name in names if not name.startswith(UNKEPT)]
            (new / WORKER).write_text(released(assets, kept), encoding="utf-8")

    fill(target, make, last=FIRST, beside=HOSTS)
    return target / assets


def released(assets: str, kept: list[str]) -> str:
    """The worker that keeps these files of a release."""
    release = json.dumps({"name": assets, "files": kept})
    return (WEB / WORKER).read_text("utf-8").replace(UNWRITTEN, f"const RELEASE = {release};")


def addressed(page: str, function: str) -> str:
    """The page's HTML with the function's address in its two places: where it asks, and where its policy lets it."""
    return page.replace(WRITTEN, function)


def function_url(text: str) -> str:
    """The URL without a slash at its end; it stands in a policy, where spaces, quotes and semicolons mean something."""
    if not re.fullmatch(r"https?://[\w.:\[\]-]+(/[\w./~-]*)?", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"expected http(s)://host[:port][/path], got {text!r}")
    return text.rstrip("/")


def site_url(text: str) -> str:
    """Likewise of the site, or of its bucket; empty for none."""
    return function_url(text.replace(BUCKET, PUBLIC, 1)) if text else ""


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
            content = addressed(content.decode(), self.function).encode()
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
        path = self.path.partition("?")[0]
        if path.endswith(("/", ".html")) and not path.endswith("/embed.html"):
            # Else a correction could be clicked through an invisible frame; a <meta> can't say it.
            self.send_header("X-Frame-Options", "DENY")
            self.send_header("Content-Security-Policy", "frame-ancestors 'none'")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Silent: the function's log is what matters here."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, fromfile_prefix_chars="@"
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--write", type=folder, metavar="FOLDER", help="instead of serving it")
    parser.add_argument("--function", type=function_url, default=WRITTEN, help="the function's URL")
    parser.add_argument("--at", type=site_url, default="", metavar="URL", help="where it will lie, or gs://BUCKET")
    parser.add_argument(
        "--installable",
        nargs="?",
        choices=("true", "false"),
        const="true",
        default="false",
        help="the page's origin is its own: browsers may keep it, and start it without a line",
    )
    options = parser.parse_args()
    if options.write:
        try:
            write(options.write, options.function, options.installable == "true", options.at)
        except (NotOurs, OSError) as error:
            sys.exit(f"site: {error}")
        print(f"{options.write}: the page, asking {options.function}")
        return
    ThreadingHTTPServer(("127.0.0.1", options.port), partial(Site, function=options.function)).serve_forever()


if __name__ == "__main__":
    main()
