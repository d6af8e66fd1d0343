"""One file on a local HTTP server, which can lack ranges, cut a connection, or do something in the middle of one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class FileServer:
    """
    content   what is served at every path
    ranges    whether requests for a range are understood
    stop_at   where in the file every connection ends; None = nowhere
    stopping  called there
    asked     the Range of each request, in order; None for those without
    paths     what each asked for
    """

    url: str
    content: bytes
    ranges: bool = True
    stop_at: int | None = None
    stopping: Callable[[], None] = lambda: None
    asked: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def file_server(content: bytes) -> Iterator[FileServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers["Range"]
            served.asked.append(asked)
            served.paths.append(self.path)
            whole = len(served.content)
            first, _, last = (asked or "").removeprefix("bytes=").partition("-") if served.ranges else ("", "", "")
            begin, end = int(first or 0), min(int(last) + 1 if last else whole, whole)
            if begin >= whole:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{whole}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if first else 200)
            if first:
                self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{whole}")
            self.send_header("Content-Length", str(end - begin))
            self.end_headers()
            self.wfile.write(served.content[begin : min(end, whole if served.stop_at is None else served.stop_at)])
            self.wfile.flush()
            if served.stop_at is not None:
                served.stopping()

        def log_message(self, *_: object) -> None:
            """Tests print enough."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = FileServer(f"http://127.0.0.1:{server.server_port}/release.tgz", content)
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield served
        finally:
            server.shutdown()
