"""Files → a bucket by `gcloud storage` or `gsutil`, whichever is there, and never over what somebody else put there."""

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

NOTHING = "0"  # the generation of an object that isn't there
_CREATED = re.compile(r"^\.*Created: (?P<url>gs://.*)#(?P<generation>\d+)\s*$", re.MULTILINE)
_GENERATION = re.compile(r"(?:^|Generation:\s*)(\d+)\s*$", re.MULTILINE)


class NotUploaded(Exception):
    """The tool failed; it has printed why."""


@dataclass(frozen=True)
class Tool:
    """A command line that copies to buckets.

    ask   URL → the command that prints its generation, and fails when there is none
    copy  file, URL, generation that must stand there → the command that uploads and tells what it created
    """

    name: str
    ask: Callable[[str], list[str]]
    copy: Callable[[Path, str, str], list[str]]


TOOLS = (
    Tool(
        "gcloud",
        lambda url: ["gcloud", "storage", "objects", "describe", url, "--format=value(generation)"],
        lambda path, url, generation: [
            *("gcloud", "storage", "cp", str(path), url, "--print-created-message"),
            *(f"--if-generation-match={generation}", "--cache-control=no-cache"),
        ],
    ),
    Tool(
        "gsutil",
        lambda url: ["gsutil", "stat", url],
        lambda path, url, generation: [
            *("gsutil", "-h", f"x-goog-if-generation-match:{generation}", "-h", "Cache-Control:no-cache"),
            *("cp", "-v", str(path), url),
        ],
    ),
)


def find_tool(names: Sequence[str] = ("gcloud", "gsutil")) -> Tool | None:
    """The first of the tools on PATH."""
    return next((tool for tool in TOOLS if tool.name in names and shutil.which(tool.name)), None)


def generation(tool: Tool, url: str) -> str:
    """What stands there now, or NOTHING; also when it can't be asked, since then the upload will say so."""
    done = _run(tool.ask(url))
    found = _GENERATION.search(done.stdout)
    return found[1] if done.returncode == 0 and found else NOTHING


def upload(tool: Tool, path: Path, url: str, replacing: str) -> str:
    """The new generation. Raises NotUploaded, also when another generation than `replacing` stands there."""
    command = tool.copy(path, url, replacing)
    print(f"$ {' '.join(command)}", flush=True)
    done = _run(command)
    found = _CREATED.search(done.stderr)
    if done.returncode or not found or found["url"] != url:
        why = "somebody else published in the meantime" if "412" in done.stderr else done.stderr.strip()
        raise NotUploaded(f"{url} wasn't replaced: {why}")
    return found["generation"]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)
