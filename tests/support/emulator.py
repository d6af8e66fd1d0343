"""The emulator with what only tests need of it: faults on demand, and objects put and deleted directly."""

import json
import re
import secrets
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from scripts import gcs_emulator


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


class _Handler(gcs_emulator.Handler):
    server: "Emulator"

    def respond(self, method: str, body: bytes) -> None:
        parts = urlsplit(self.path)
        faults = self.server.faults
        fault = faults(method, parts.path, dict(parse_qsl(parts.query))) or Fault()
        answer = self.answer(method, body, fault.status)
        self._send(answer, fault, lambda: self.server.faults is faults and not self.server.closing.is_set())

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


class Emulator(gcs_emulator.Emulator):
    """Replacing `faults` also ends the stalls and trickles under way, as when a network heals."""

    handler = _Handler

    def __init__(self, *buckets: str, port: int = 0) -> None:
        self.closing = threading.Event()
        self.faults: Faults = lambda method, path, query: None
        super().__init__(*buckets, port=port)

    def __exit__(self, *exception: object) -> None:
        self.closing.set()
        super().__exit__(*exception)

    def tool_environ(self, config: str) -> dict[str, str]:
        """Environment that points `gcloud storage` and `gsutil` here; `config` is a folder for their own files."""
        return {
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": f"{self.url}/storage/v1/",
            "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "1",
            "CLOUDSDK_CORE_PROJECT": "local",
            "CLOUDSDK_CONFIG": config,
        }

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
        request = urllib.request.Request(self.url + path, body, dict(headers or {}), method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: bytes = answer.read()
        return found
