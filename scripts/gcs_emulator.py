"""A local Google Cloud Storage for development and tests, in memory, on 127.0.0.1.

    python -m scripts.gcs_emulator --port 9023 --bucket digits

gcp-storage-emulator keeps the objects. As it ships, the Python client can talk to it and `gsutil` and
`gcloud storage` can't; and it knows neither preconditions nor earlier generations. This module adds what is
missing: HTTP/1.1 with threads, `/resumable/upload/…`, exact multipart uploads, preconditions (412, 304),
pinned generations (404 once replaced, unless the bucket keeps versions).
"""

import argparse
import base64
import io
import json
import logging
import re
import sys
import threading
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from gcp_storage_emulator.handlers.buckets import create_bucket
from gcp_storage_emulator.server import RequestHandler, Router, _read_raw_data

from scripts.gcs_storage import Answer, Generations


class Handler(RequestHandler):  # type: ignore[misc]
    protocol_version = "HTTP/1.1"  # gcloud keeps connections open
    server: "Emulator"
    path: str
    rfile: Any
    wfile: Any

    def __init__(self, *args: Any) -> None:
        super().__init__(args[-1].storage, *args)

    def do_GET(self) -> None:  # noqa: N802
        body = _read_raw_data(self) or b""
        del self.headers["Transfer-Encoding"]
        self.path = self.path.removeprefix("/resumable")
        if self.headers.get_content_type() == "multipart/related":
            body = self._plain_multipart(body)
        del self.headers["Content-Length"]
        self.headers["Content-Length"] = str(len(body))
        self.respond(self.command, body)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815

    def respond(self, method: str, body: bytes) -> None:
        self.wfile.write(self.answer(method, body))

    def answer(self, method: str, body: bytes, status: int | None = None) -> bytes:
        """Head and body of the answer; with `status`, that one instead of what the storage would say."""
        rfile, wfile = self.rfile, self.wfile
        self.rfile, self.wfile = io.BytesIO(body), io.BytesIO()
        try:
            with self.server.lock:
                self.storage.query = dict(parse_qsl(urlsplit(self.path).query))
                self._route(method, status)
        finally:
            answer, self.rfile, self.wfile = self.wfile.getvalue(), rfile, wfile
        return bytes(answer)

    def _route(self, method: str, status: int | None) -> None:
        try:
            if status is not None:
                raise Answer(HTTPStatus(status))
            Router(self).handle(method)
        except Answer as answer:
            text = json.dumps({"error": {"code": answer.status, "message": answer.status.phrase}}).encode()
            bodyless = answer.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "0" if bodyless else str(len(text)))
            self.end_headers()
            self.wfile.write(b"" if bodyless else text)

    def _plain_multipart(self, body: bytes) -> bytes:
        """The same upload in the form that the emulator reads exactly: double quotes, content in base64."""
        match = re.search(r"boundary=(?:'([^']*)'|\"([^\"]*)\"|([^;\s]*))", self.headers["Content-Type"])
        boundary = next(group for group in match.groups() if group is not None) if match else ""
        start = body.find(b"--" + boundary.encode()) + 2 + len(boundary)
        newline = b"\r\n" if body[start : start + 2] == b"\r\n" else b"\n"
        _, meta, media, _ = (newline + body).split(newline + b"--" + boundary.encode())
        head, _, content = media.partition(newline * 2)
        kind = re.search(rb"(?i)^content-type: *(.*?) *$", head, re.MULTILINE)
        del self.headers["Content-Type"]
        self.headers["Content-Type"] = "multipart/related; boundary=edge"  # "edge" can't occur: no hyphens in base64
        lines = [b"--edge", b"", meta.partition(newline * 2)[2]]
        lines += [b"--edge", b"Content-Type: " + (kind[1] if kind else b"application/octet-stream")]
        lines += [b"Content-Transfer-Encoding: base64", b"", base64.encodebytes(content), b"--edge--", b""]
        return b"\n".join(lines)


class Emulator(ThreadingHTTPServer):
    """Buckets behind `url` while the `with` block runs."""

    handler: type[Handler] = Handler
    daemon_threads = True
    request_queue_size = 128  # a burst of clients must not see refused connections

    def __init__(self, *buckets: str, port: int = 0) -> None:
        self.storage = Generations()
        self.lock = threading.Lock()
        for bucket in buckets:
            self.create(bucket)
        for name in ("api.object", "gcp_storage_emulator"):  # each missing object would be an error in the log
            logging.getLogger(name).setLevel(logging.CRITICAL)
        super().__init__(("127.0.0.1", port), self.handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # clients may hang up as they like
            super().handle_error(request, client_address)

    def create(self, bucket: str, *, keeps_versions: bool = False) -> None:
        with self.lock:
            create_bucket(bucket, self.storage)
            self.storage.buckets[bucket]["versioning"] = {"enabled": keeps_versions}


def main() -> None:
    parser = argparse.ArgumentParser(description="A local Google Cloud Storage, in memory.")
    parser.add_argument("--port", type=int, default=9023)
    parser.add_argument("--bucket", action="append", default=[], help="a bucket to start with; repeatable")
    options = parser.parse_args()
    with Emulator(*options.bucket, port=options.port) as emulator:
        print(f"export STORAGE_EMULATOR_HOST={emulator.url}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
