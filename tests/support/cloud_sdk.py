"""The Cloud SDK's own parsers, asked in its own Python: of commands, and of build files."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ASKED = """
import contextlib, io, json, sys

sys.path[:0] = [sys.argv[1], sys.argv[1] + "/third_party"]
from googlecloudsdk import gcloud_main
from googlecloudsdk.api_lib.cloudbuild import cloudbuild_util, config

asked = json.load(sys.stdin)
if asked["build"]:
    messages = cloudbuild_util.GetMessagesModule()
    build = config.LoadCloudbuildConfigFromPath(asked["build"], messages, asked["substitutions"])
    values = {pair.key: pair.value for pair in build.substitutions.additionalProperties}
    told = {"steps": [step.id for step in build.steps], "substitutions": values}
else:
    parser, told = gcloud_main.CreateCLI([])._TopElement()._parser, {}
    for command in asked["commands"]:
        with contextlib.redirect_stderr(io.StringIO()) as said:
            try:
                parser.parse_args(command)
            except (Exception, SystemExit) as error:
                told[" ".join(command)] = said.getvalue() or repr(error)
print("told", json.dumps(told))
"""


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(tool), reason=f"optional: {tool} isn't installed")


@dataclass(frozen=True)
class CloudSdk:
    gcloud: str
    root: Path
    python: str
    config: Path

    @property
    def environ(self) -> dict[str, str]:
        """Keeps its own files out of the home folder, and a proxy's or an account's settings out of the test."""
        return {**os.environ, "CLOUDSDK_CONFIG": str(self.config), "CLOUDSDK_CORE_DISABLE_PROMPTS": "1"}

    def refused(self, commands: Sequence[Sequence[str]]) -> dict[str, str]:
        """What gcloud's parser says of each of these commands, without `gcloud`, that it doesn't take."""
        told: dict[str, str] = self._ask(commands=[list(command) for command in commands], build="")
        return told

    def read_build(self, path: Path, **substitutions: str) -> dict[str, Any]:
        """The ids of the build's steps and all its substitutions."""
        told: dict[str, Any] = self._ask(build=str(path), substitutions=substitutions)
        return told

    def _ask(self, **question: Any) -> Any:
        done = subprocess.run(
            [self.python, "-S", "-c", ASKED, str(self.root / "lib")],
            input=json.dumps(question),
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.rpartition("told ")[2])

    def uploaded(self, folder: Path) -> set[str]:
        """The files of a folder that gcloud would upload, by its .gcloudignore."""
        done = subprocess.run(
            [self.gcloud, "meta", "list-files-for-upload", str(folder)],
            env=self.environ,
            capture_output=True,
            text=True,
            check=True,
        )
        return {line for line in done.stdout.splitlines() if line}


@pytest.fixture(scope="session")
def cloud_sdk(tmp_path_factory: pytest.TempPathFactory) -> CloudSdk:
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        pytest.skip("optional: gcloud isn't installed")
    config = tmp_path_factory.mktemp("cloudsdk")
    done = subprocess.run(
        [gcloud, "info", "--format=value(installation.sdk_root,basic.python_location)"],
        env={**os.environ, "CLOUDSDK_CONFIG": str(config)},
        capture_output=True,
        text=True,
        check=True,
    )
    root, python = done.stdout.strip().split("\t")
    return CloudSdk(gcloud, Path(root), python or sys.executable, config)
