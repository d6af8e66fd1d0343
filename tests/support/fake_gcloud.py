"""A gcloud for tests: remembers what was asked of it, and does of it what can be done on one machine.

Projects, accounts, roles and buckets are entries in a file. `storage cp` and `storage objects` go to the real gcloud,
which the environment points at the local bucket. `run deploy` starts the staged function as a server, probes it as
Cloud Run would, and gives it an address; `builds submit` runs cloudbuild.yaml's steps here.

    FAKE_GCLOUD         folder for the file and for what is built; made by `fake_gcloud`
    FAKE_GCLOUD_REAL    the real gcloud; without it, storage commands and builds are only remembered
    FAKE_GCLOUD_BROKEN  deployed functions misread what they are sent
    FAKE_GCLOUD_CLOSED  an organization's policy forbids what is for everybody
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EMPTY: dict[str, Any] = {"calls": [], "made": {}, "policies": {}, "services": {}}
START_SECONDS = 120  # TensorFlow's import on a busy machine
LAUNCHER = """#!/bin/sh
case "$1" in builds) alone= ;; *) alone=-S ;; esac  # only builds need packages, whose lookup takes longer than the rest
exec "{python}" $alone "{program}" "$@"
"""
BROKEN = """
def predict(request):
    model = {"version": "0", "architecture": "none", "runtime": "keras", "source": "bucket"}
    return {"prediction": "1", "model": model}, {"Access-Control-Allow-Origin": request.headers.get("Origin", "*")}
"""


@dataclass(frozen=True)
class FakeGcloud:
    """A fake on PATH. `environ` is what programs need that shall find it."""

    folder: Path
    environ: Mapping[str, str]

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        return state

    def calls(self, *words: str, since: int = 0) -> list[list[str]]:
        """The commands that begin with these words, without the first `since` of all."""
        return [call for call in self.state["calls"][since:] if call[: len(words)] == list(words)]

    def remove(self, kind: str, name: str) -> None:
        """As if somebody had deleted it."""
        state = self.state
        del state["made"][kind][name]
        _save(self.folder, state)


@contextmanager
def fake_gcloud(folder: Path, **environ: str) -> Iterator[FakeGcloud]:
    """Every server that it started is stopped when the block ends."""
    programs = folder / "bin"
    programs.mkdir(parents=True)
    _save(folder, EMPTY)
    (programs / "gcloud").write_text(LAUNCHER.format(python=sys.executable, program=Path(__file__)))
    (programs / "gcloud").chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    fake = FakeGcloud(folder, {**os.environ, **environ, "PATH": path, "FAKE_GCLOUD": str(folder)})
    try:
        yield fake
    finally:
        for service in fake.state["services"].values():
            for revision in service["revisions"]:
                with suppress(ProcessLookupError):
                    os.kill(revision["pid"], signal.SIGTERM)


def _save(folder: Path, state: Mapping[str, Any]) -> None:
    (folder / "state.json").write_text(json.dumps(state, indent=1))


def flag(call: list[str], name: str) -> str | None:
    """The value of `--name=value` in a command; "" for a bare `--name`, None when it isn't there."""
    for word in call:
        if word.split("=")[0] == f"--{name}":
            return word.partition("=")[2]
    return None


class Missing(Exception):
    """What a describe of something missing says."""


def answer(call: list[str], state: dict[str, Any], folder: Path) -> str | int:
    """What the command prints, or its exit status."""
    words = [word for word in call if not word.startswith("--")]
    made, policies = state["made"], state["policies"]
    match words:
        case ["services", "list"]:
            return "\n".join(made.get("services", []))
        case ["services", "enable", *names]:
            made.setdefault("services", []).extend(names)
        case [*kind, "get-iam-policy", name]:
            bindings = policies.get(" ".join([*kind, name]), [])
            return json.dumps({"bindings": [{"role": role, "members": [member]} for member, role in bindings]})
        case [*_, "add-iam-policy-binding", name] if (
            "FAKE_GCLOUD_CLOSED" in os.environ and flag(call, "member") == "allUsers"
        ):
            return 1
        case [*kind, "add-iam-policy-binding", name]:
            policies.setdefault(" ".join([*kind, name]), []).append([flag(call, "member"), flag(call, "role")])
        case ["artifacts", "repositories", "list-cleanup-policies", name]:
            return json.dumps(made.get("repositories", {}).get(name, {}).get("policies", []))
        case ["artifacts", "repositories", "set-cleanup-policies", name]:
            made["repositories"][name]["policies"] = json.loads(sys.stdin.read())
        case ["auth", "print-identity-token"]:
            return "a-token-of-" + str(flag(call, "impersonate-service-account"))
        case ["storage", "buckets", "update", name]:
            made["buckets"][name].update(versioning_enabled="True")
        case ["storage", "objects" | "cp", *_] if "FAKE_GCLOUD_REAL" in os.environ:
            return subprocess.run([os.environ["FAKE_GCLOUD_REAL"], *call], check=False).returncode
        case ["storage", "objects" | "cp", *_]:
            return 0
        case ["builds", "submit", source]:
            return submit(call, Path(source), folder) if "FAKE_GCLOUD_REAL" in os.environ else 0
        case ["run", "deploy", name]:
            return deploy(call, name, state, folder)
        case ["run", "services", "update-traffic", name]:
            state["services"][name]["serving"] = state["services"][name]["revisions"][-1]["name"]
        case ["run", "services", "list"]:
            return str(state["services"].get(str(flag(call, "filter")).partition("=")[2], {}).get("ready", ""))
        case ["run", "services", "describe", name]:
            return describe(call, name, state)
        case [*_, kind, "describe", name]:
            if name not in made.get(kind, {}):
                raise Missing(name)
            found = made[kind][name]
            return str(found.get((flag(call, "format") or "").removeprefix("value(").removesuffix(")"), ""))
        case [*_, kind, "create", name]:
            if kind == "service-accounts":
                name = f"{name}@{flag(call, 'project')}.iam.gserviceaccount.com"
            made.setdefault(kind, {})[name] = {"name": name, "email": name, "call": call}
        case _:
            raise Missing(f"this fake knows no {' '.join(words)}")
    return ""


def describe(call: list[str], name: str, state: dict[str, Any]) -> str:
    """A service's address is its first revision's here, since nothing forwards."""
    if name not in state["services"]:
        raise Missing(name)
    service = state["services"][name]
    newest = service["revisions"][-1]
    url = service["revisions"][0]["url"]
    traffic = [{"revisionName": service["serving"], "percent": 100}]
    traffic.append({"revisionName": newest["name"], "tag": newest["tag"], "url": newest["url"]})
    formats: dict[str, str] = {
        "json": json.dumps({"status": {"url": url, "traffic": traffic}}),
        "value(status.url)": url,
    }
    return formats[str(flag(call, "format"))]


def deploy(call: list[str], name: str, state: dict[str, Any], folder: Path) -> int:
    from scripts.processes import free_port

    service = state["services"].setdefault(name, {"revisions": [], "serving": "", "ready": ""})
    if not service["ready"] and flag(call, "no-traffic") is not None:
        print("ERROR: (gcloud.run.deploy) --no-traffic not supported when creating a new service.", file=sys.stderr)
        return 1
    revision = f"{name}-{len(service['revisions']) + 1:05}"
    source = folder / revision
    shutil.copytree(str(flag(call, "source")), source)
    if "FAKE_GCLOUD_BROKEN" in os.environ:
        (source / "main.py").write_text(BROKEN)
    delimiter, _, pairs = str(flag(call, "set-env-vars")).removeprefix("^").partition("^")
    environ = dict(pair.split("=", 1) for pair in pairs.split(delimiter))
    probe = dict(pair.split("=", 1) for pair in str(flag(call, "startup-probe")).split(","))
    port = free_port()
    command = [sys.executable, "-m", "functions_framework", f"--target={flag(call, 'function')}", f"--port={port}"]
    with (folder / f"{revision}.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--host=127.0.0.1"],
            cwd=source,
            env={**os.environ, **environ},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    service["revisions"].append({"name": revision, "url": url, "pid": process.pid, "tag": flag(call, "tag")})
    if flag(call, "no-traffic") is None:
        service["serving"] = revision
    if not became_ready(url + probe["httpGet.path"]):
        return 1
    service["ready"] = revision
    return 0


def became_ready(url: str) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(url, timeout=START_SECONDS):
            return True
        time.sleep(0.1)
    return False


def submit(call: list[str], source: Path, folder: Path) -> int:
    """Runs the build's steps in a copy of what would be uploaded. The first failing step ends it."""
    from tests.support.local_build import run_build

    delimiter, _, pairs = str(flag(call, "substitutions")).removeprefix("^").partition("^")
    given = dict(pair.split("=", 1) for pair in pairs.split(delimiter))
    return run_build(source, folder, {"PROJECT_ID": str(flag(call, "project")), **given})


def main() -> None:
    folder, call = Path(os.environ["FAKE_GCLOUD"]), [word for word in sys.argv[1:] if word != "--quiet"]
    state = json.loads((folder / "state.json").read_text())
    state["calls"].append(call)
    _save(folder, state)
    if call[:2] == ["builds", "submit"]:  # its steps call this program themselves, and change the state
        sys.exit(answer(call, state, folder))
    try:
        said = answer(call, state, folder)
    except Missing as error:
        print(f"ERROR: not found: {error}", file=sys.stderr)
        said = 1
    _save(folder, state)
    if isinstance(said, int):
        sys.exit(said)
    print(said)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
