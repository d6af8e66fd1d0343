"""A Google Cloud Storage bucket as a place: the version of an object is its generation.

The client library is imported with the first question: 0.2 s that an import of this module shouldn't cost.
"""

import importlib
import io
import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from function.errors import Changed, Damaged, DigitsError, Missing, StoreUnreachable, TooLong

_TIMEOUT = (3.0, 8.0)  # seconds to connect, and to the next byte; the library's 60 would outlast every caller
_RETRY_SECONDS = 10.0  # the library's 120 would; this leaves a cold start time to fall back on bundled weights
_DOWNLOAD_SECONDS = 60.0  # one object; long enough for a slow line, and the end of a trickle
_BRIEF_TIMEOUT = (2.0, 3.0)  # likewise, for a caller who can do without
_BRIEF_RETRY_SECONDS = 2.0  # a hiccup is tried again, a stall isn't


def open_bucket(name: str, brief: bool = False) -> "Bucket":
    """`brief` gives up soon. Nothing is asked or imported yet."""
    return Bucket(name, _BRIEF_TIMEOUT, _BRIEF_RETRY_SECONDS) if brief else Bucket(name)


class Bucket:
    """Thread-safe. Credentials are the environment's; none are asked for when STORAGE_EMULATOR_HOST is set."""

    source: ClassVar[str] = "bucket"

    def __init__(
        self, bucket: str, timeout: tuple[float, float] = _TIMEOUT, retry_seconds: float = _RETRY_SECONDS
    ) -> None:
        self.bucket = bucket
        self._timeout = timeout
        self._retry_seconds = retry_seconds
        self._lock = threading.Lock()
        self._client: Any = None

    def import_client(self) -> None:
        importlib.import_module("google.cloud.storage")

    def version(self, name: str) -> str:
        with self._asking(name) as options:
            blob = self._blob(name)
            blob.reload(**options)
        return str(blob.generation)

    def read(self, name: str, version: str, most_bytes: int) -> bytes:
        crc32c = importlib.import_module("google_crc32c")
        sink = _Sink(time.monotonic() + _DOWNLOAD_SECONDS)
        try:
            with self._asking(name) as options:
                blob = self._blob(name, version)
                blob.reload(**options)
                if blob.size > most_bytes:
                    raise TooLong(f"{name} has {blob.size} bytes, at most {most_bytes} are read")
                blob.download_to_file(sink, raw_download=True, checksum=None, **options)
        except Missing as error:
            raise Changed(f"generation {version} of {name} is gone") from error
        data = sink.getvalue()
        checksum = b64encode(crc32c.Checksum(data).digest()).decode()
        if (len(data), checksum) != (blob.size, blob.crc32c):
            raise Damaged(
                f"{name} arrived with {len(data)} bytes and CRC32C {checksum}, stored are {blob.size} and {blob.crc32c}"
            )
        return data

    def write(self, name: str, data: bytes, replacing: str | None, content_type: str, about: Mapping[str, str]) -> str:
        with self._asking(name) as options:
            blob = self._blob(name)
            blob.metadata = dict(about)
            blob.cache_control = "no-cache"  # a cache between would serve an old release as the new one
            blob.upload_from_string(
                data, content_type, if_generation_match=int(replacing or 0), checksum="crc32c", **options
            )
        return str(blob.generation)

    def history(self, name: str) -> list[str]:
        with self._asking(name) as options:
            blobs = self._open().list_blobs(self.bucket, prefix=name, versions=True, **options)
            generations = [int(blob.generation) for blob in blobs if blob.name == name]
        return [str(generation) for generation in sorted(generations, reverse=True)]

    def names(self, prefix: str) -> list[str]:
        with self._asking(prefix) as options:
            return sorted(blob.name for blob in self._open().list_blobs(self.bucket, prefix=prefix, **options))

    def _blob(self, name: str, version: str | None = None) -> Any:
        return self._open().bucket(self.bucket).blob(name, generation=int(version) if version else None)

    def _open(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = importlib.import_module("google.cloud.storage").Client()
            return self._client

    @contextmanager
    def _asking(self, name: str) -> Iterator[dict[str, Any]]:
        """Options for one request to the bucket, whose failures become ours."""
        failures = importlib.import_module("google.api_core.exceptions")
        retry = importlib.import_module("google.cloud.storage.retry").DEFAULT_RETRY
        try:
            yield {"timeout": self._timeout, "retry": retry.with_timeout(self._retry_seconds)}
        except DigitsError:
            raise
        except failures.NotFound as error:
            raise Missing(f"there is no object {name} in bucket {self.bucket}") from error
        except failures.PreconditionFailed as error:
            raise Changed(f"{name} in bucket {self.bucket} isn't the expected generation") from error
        except failures.Forbidden as error:
            if "storage.objects.delete" not in str(error):
                raise StoreUnreachable(f"bucket {self.bucket}: {error}") from error
            # Who may only create learns so, instead of by a failed precondition, that something stands there.
            raise Changed(f"{name} in bucket {self.bucket} exists and may not be replaced") from error
        except Exception as error:  # its own, google.auth's, requests', urllib3's and the system's errors
            raise StoreUnreachable(f"bucket {self.bucket}: {type(error).__name__}: {error}") from error


class _Sink(io.BytesIO):
    """Collects a download and ends it at a deadline, since single bytes in time reset every timeout."""

    def __init__(self, deadline: float) -> None:
        super().__init__()
        self._deadline = deadline

    def write(self, data: Any) -> int:
        if time.monotonic() > self._deadline:
            raise TimeoutError(f"the download took longer than {_DOWNLOAD_SECONDS:g} s")
        return super().write(data)
