"""A bucket by the gcloud command, for whoever is logged in there and not in Google's client libraries."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from function.errors import BadSettings, Changed, Missing, StoreUnreachable
from function.store.bucket import Bucket
from function.store.weights import Store, open_store

WAYS = ("gcloud", "python")
_CREATED = re.compile(r"^\.*Created: gs://.*#(?P<generation>\d+)\s*$", re.MULTILINE)


class GcloudBucket(Bucket):
    """Asks for versions and writes by gcloud; whatever else is asked of it needs the client library's login."""

    def version(self, name: str) -> str:
        done = _run("storage", "objects", "describe", self._url(name), "--format=value(generation)")
        if done.returncode == 0 and done.stdout.strip().isdigit():
            return done.stdout.strip()
        if "404" in done.stderr or "not found" in done.stderr.lower():
            raise Missing(f"there is no object {self._url(name)}")
        raise StoreUnreachable(f"gcloud: {done.stderr.strip()}")

    def write(self, name: str, data: bytes, replacing: str | None, content_type: str, about: Mapping[str, str]) -> str:
        """`about` isn't kept: gcloud reads commas in it as its own."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / Path(name).name
            file.write_bytes(data)
            options = ("--print-created-message", f"--if-generation-match={replacing or 0}", "--cache-control=no-cache")
            done = _run("storage", "cp", str(file), self._url(name), *options)
        found = _CREATED.search(done.stderr)
        if done.returncode == 0 and found:
            return found["generation"]
        if "412" in done.stderr:
            raise Changed(f"{self._url(name)} wasn't replaced: somebody else published in the meantime")
        raise StoreUnreachable(f"gcloud: {done.stderr.strip()}")

    def _url(self, name: str) -> str:
        return f"gs://{self.bucket}/{name}"


def open_with(way: str | None, url: str) -> Store:
    """The weights at `url`, by gcloud or by the Python client; by default by gcloud where it is, as deploying is.

    Raises BadSettings when it is asked for and isn't there.
    """
    store = open_store(url)
    if not isinstance(store.place, Bucket) or way == "python":
        return store
    if way is None and (os.environ.get("STORAGE_EMULATOR_HOST") or not shutil.which("gcloud")):
        return store  # gcloud doesn't read that variable, and would go to the real cloud
    if not shutil.which("gcloud"):
        raise BadSettings("gcloud isn't installed")
    return Store(GcloudBucket(store.place.bucket), store.name)


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    print(f"$ gcloud {' '.join(arguments)}", flush=True)
    return subprocess.run(["gcloud", *arguments, "--quiet"], capture_output=True, text=True, check=False)
