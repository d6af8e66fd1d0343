"""One structured line per request for Cloud Logging; never the picture.

Source: https://cloud.google.com/logging/docs/structured-logging for the names of the fields.
"""

import json
import os
import re
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Request

from function.errors import CallerError, NoNetwork

TRACE = re.compile(r"(?:[0-9a-f]{2}-)?(?P<trace>[0-9a-f]{32})(?:[-/;].*)?", re.IGNORECASE)
MAX_PATH = 200  # characters of a path that are worth a log line


@dataclass(eq=False)
class Entry:
    """What is known of one request; filled in while it is answered.

    prediction, confidence  the digits that were read, one after the other, and the mean of their confidences
    """

    method: str
    path: str
    trace: str | None
    started: float
    status: int = 0
    seconds: float = 0.0
    dialect: str | None = None
    version: str | None = None
    pictures: int | None = None
    prediction: str | None = None
    confidence: float | None = None
    timing_ms: dict[str, float] = field(default_factory=dict)
    error: Exception | None = None

    @classmethod
    def of(cls, request: Request, started: float) -> "Entry":
        """An entry for `request`, with its trace from Google's or the W3C's header."""
        environ = request.environ
        header = environ.get("HTTP_X_CLOUD_TRACE_CONTEXT") or environ.get("HTTP_TRACEPARENT") or ""
        match = TRACE.fullmatch(header.strip())
        return cls(request.method, request.path[:MAX_PATH], match["trace"].lower() if match else None, started)


def write_entry(entry: Entry) -> None:
    """Prints `entry` as one line of JSON on standard output."""
    error = entry.error
    line: dict[str, Any] = {
        "severity": "INFO",
        "message": f"{entry.method} {entry.path} {entry.status}",
        "httpRequest": {
            "requestMethod": entry.method,
            "requestUrl": entry.path,
            "status": entry.status,
            "latency": f"{entry.seconds:.6f}s",
        },
        "dialect": entry.dialect,
        "version": entry.version,
        "pictures": entry.pictures,
        "prediction": entry.prediction,
        "confidence": entry.confidence,
        "timing_ms": entry.timing_ms or None,
    }
    if entry.trace:
        project = os.environ.get("GOOGLE_CLOUD_PROJECT")
        line["logging.googleapis.com/trace"] = f"projects/{project}/traces/{entry.trace}" if project else entry.trace
    if error is not None:
        if isinstance(error, CallerError):
            line |= {"error": error.code, "severity": "NOTICE"}  # its text quotes the request, which no log should
        else:
            line |= {"error": f"{type(error).__name__}: {error}", "severity": "ERROR"}
        if not isinstance(error, (CallerError, NoNetwork)):
            line["stack_trace"] = "".join(traceback.format_exception(error))
    write_line({key: value for key, value in line.items() if value is not None})


def write_line(line: Mapping[str, object]) -> None:
    """Prints one line of JSON, whole: `print` writes the newline apart, and threads then share lines."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
