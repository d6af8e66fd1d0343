"""Runs cloudbuild.yaml's steps on this machine, with the substitutions that Cloud Build would make."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # PyYAML ships no types

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "cloudbuild.yaml"
NOT_UPLOADED = (".git", ".venv", ".bench", ".hypothesis", ".*_cache", "__pycache__", "node_modules", "runs", "report")
SUBSTITUTION = re.compile(r"\$(?:(\$)|([A-Z_][A-Z0-9_]*)|\{([A-Z_][A-Z0-9_]*)\})")


def load() -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(CONFIG.read_text())
    return config


def substituted(text: str, values: Mapping[str, str]) -> str:
    """`$NAME` and `${NAME}` replaced, `$$` a dollar. Raises KeyError for a name without a value."""
    return SUBSTITUTION.sub(lambda found: "$" if found[1] else values[found[2] or found[3]], text)


def values_of(config: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Every substitution's value; the defaults may name each other and what is given."""
    values = {**config["substitutions"], **given}
    return {name: substituted(str(value), values) for name, value in values.items()}


def commands(config: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, list[str]]:
    """Each step's command by its id."""
    values = values_of(config, given)
    return {
        step["id"]: [step["entrypoint"], *(substituted(str(argument), values) for argument in step["args"])]
        for step in config["steps"]
    }


def run_build(source: Path, folder: Path, given: Mapping[str, str]) -> int:
    """The exit status of the first step that fails, or 0. The workspace is a new folder in `folder`.

    The tests are left out: they are what is running.
    """
    workspace = Path(tempfile.mkdtemp(prefix="workspace-", dir=folder))
    shutil.copytree(source, workspace, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*NOT_UPLOADED))
    for step, (program, *arguments) in commands(load(), given).items():
        if step == "test":
            continue
        here = [argument.replace("/workspace", str(workspace)) for argument in arguments]
        command = [sys.executable if program == "python3" else program, *here]
        print(f"\nStep {step}", flush=True)
        if status := subprocess.run(command, cwd=workspace, check=False).returncode:
            print(f"Step {step} failed", flush=True)
            return status
    return 0
