"""A local Google Cloud Storage for development and tests, in memory, on 127.0.0.1.

    python -m scripts.gcs_emulator --port 9023 --bucket digits

gcp-storage-emulator keeps the objects. As it ships, the Python client can talk to it and `gsutil` and
`gcloud storage` can't; and it knows neither preconditions nor earlier generations. This module adds what is
missing: HTTP/1.1 with threads, `/resumable/upload/…`, exact multipart uploads, preconditions (412, 304),
pinned generations (404 once replaced, unless the bucket keeps versions), and faults on demand for tests.
"""

import argparse
import base64
import io
import json
import logging
import re
import secrets
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from gcp_storage_emulator.handlers.buckets import create_bucket
from gcp_storage_emulator.server import RequestHandler, Router, _read_raw_data

from scripts.gcs_storage import Answer, Generations


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one answer.

    status  answered instead of the real status, with an empty body
    delay   seconds before the answer starts
    change  applied to the body; Content-Length follows, the announced checksum doesn't
    cut     body bytes after which the connection is closed; Content-Length stays
    drip    seconds between single bytes of the body
    """

    status: int | None = None
    delay: float = 0.0
    change: Callable[[bytes], bytes] | None = None
    cut: int | None = None
    drip: float = 0.0


TICK = 0.02  # seconds between looks at whether a stall is over

# (method, path, query) → what goes wrong with the answer, or None
Faults = Callable[[str, str, Mapping[str, str]], Fault | None]


class _Handler(RequestHandler):  # type: ignore[misc]
    protocol_version = "HTTP/1.1"  # gcloud keeps connections open
    server: "Emulator"
    path: str
    rfile: Any
    wfile: Any

    def __init__(self, *args: Any) -> None:
        super().__init__(args[-1].storage, *args)

    def _handle(self, method: str) -> None:
        body = _read_raw_data(self) or b""
        del self.headers["Transfer-Encoding"]
        self.path = self.path.removeprefix("/resumable")
        if self.headers.get_content_type() == "multipart/related":
            body = self._plain_multipart(body)
        del self.headers["Content-Length"]
        self.headers["Content-Length"] = str(len(body))
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        faults = self.server.faults
        fault = faults(method, parts.path, query) or Fault()
        rfile, wfile = self.rfile, self.wfile
        self.rfile, self.wfile = io.BytesIO(body), io.BytesIO()
        try:
            with self.server.lock:
                self.storage.query = query
                self._route(method, fault.status)
        finally:
            answer = self.wfile.getvalue()
            self.rfile, self.wfile = rfile, wfile
        self._send(answer, fault, lambda: self.server.faults is faults and not self.server.closing.is_set())

    def do_GET(self) -> None:  # noqa: N802
        self._handle("GET")

    def do_POST(self) -> None:  # noqa: N802
        self._handle("POST")

    def do_PUT(self) -> None:  # noqa: N802
        self._handle("PUT")

    def do_PATCH(self) -> None:  # noqa: N802
        self._handle("PATCH")

    def do_DELETE(self) -> None:  # noqa: N802
        self._handle("DELETE")

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

    def _send(self, answer: bytes, fault: Fault, lasts: Callable[[], bool]) -> None:
        head, separator, body = answer.partition(b"\r\n\r\n")
        if fault.change is not None:
            body = fault.change(body)
            head = re.sub(rb"(?i)(content-length: )\d+", rb"\g<1>%d" % len(body), head)
        stall = time.monotonic() + fault.delay
        while time.monotonic() < stall and lasts():
            time.sleep(TICK)
        try:
            self.wfile.write(head + separator)
            if fault.cut is not None:
                self.wfile.write(body[: fault.cut])
                self.close_connection = True
                return
            sent = 0
            while fault.drip and sent < len(body) and lasts():
                self.wfile.write(body[sent : sent + 1])
                sent += 1
                time.sleep(fault.drip)
            self.wfile.write(body[sent:])
        except OSError:  # the client went away first
            self.close_connection = True


class Emulator(ThreadingHTTPServer):
    """Buckets behind `url` while the `with` block runs.

    `faults` may be replaced at any time, which also ends the stalls and trickles under way, as when a network heals.
    """

    daemon_threads = True
    request_queue_size = 128  # a burst of clients must not see refused connections

    def __init__(self, *buckets: str, port: int = 0) -> None:
        self.storage = Generations()
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.faults: Faults = lambda method, path, query: None
        for bucket in buckets:
            self.create(bucket)
        for name in ("api.object", "gcp_storage_emulator"):  # each missing object would be an error in the log
            logging.getLogger(name).setLevel(logging.CRITICAL)
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> "Emulator":
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # clients may hang up as they like
            super().handle_error(request, client_address)

    def tool_environ(self, config: str) -> dict[str, str]:
        """Environment that points `gcloud storage` and `gsutil` here; `config` is a folder for their own files."""
        return {
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": f"{self.url}/storage/v1/",
            "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "1",
            "CLOUDSDK_CORE_PROJECT": "local",
            "CLOUDSDK_CONFIG": config,
        }

    def create(self, bucket: str, *, keeps_versions: bool = False) -> None:
        with self.lock:
            create_bucket(bucket, self.storage)
            self.storage.buckets[bucket]["versioning"] = {"enabled": keeps_versions}

    def empty(self, bucket: str) -> None:
        with self.lock:
            self.storage.empty(bucket)

    def put(self, bucket: str, name: str, data: bytes) -> str:
        """Uploads over HTTP, as any client would; the generation."""
        meta = json.dumps({"name": name}).encode()
        edge = secrets.token_hex(16).encode()  # must not occur in the data
        part = b"\r\n--" + edge + b"\r\nContent-Type: %s\r\n\r\n"
        body = part % b"application/json" + meta + part % b"application/octet-stream" + data
        body += b"\r\n--" + edge + b"--"
        headers = {"Content-Type": f"multipart/related; boundary={edge.decode()}"}
        answer = self._ask("POST", f"/upload/storage/v1/b/{bucket}/o?uploadType=multipart", body, headers)
        return str(json.loads(answer)["generation"])

    def delete(self, bucket: str, name: str) -> None:
        self._ask("DELETE", f"/storage/v1/b/{bucket}/o/{quote(name, safe='')}")

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        request = urllib.request.Request(self.url + path, body, dict(headers or {}), method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            found: bytes = answer.read()
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description="A local Google Cloud Storage, in memory.")
    parser.add_argument("--port", type=int, default=9023)
    parser.add_argument("--bucket", action="append", default=[], help="a bucket to start with; repeatable")
    options = parser.parse_args()
    with Emulator(*options.bucket, port=options.port) as emulator:
        print(f"export STORAGE_EMULATOR_HOST={emulator.url}", flush=True)
        try:
            emulator.closing.wait()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
