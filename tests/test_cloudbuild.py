"""cloudbuild.yaml is what Cloud Build takes, and names what it uses."""

import ast
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.runtimes import RUNTIMES
from tests.support.cloud_sdk import CloudSdk
from tests.support.local_build import CONFIG, ROOT, commands, load

GIVEN = {"PROJECT_ID": "p"}
PAGES = "\n".join((ROOT / name).read_text("utf-8") for name in ("README.md", "docs/operating.md"))
BUILT_IN = {"PROJECT_ID"}  # the only one of Cloud Build's own that is set however a build is submitted
ORDER = "test publish-weights stage deploy-candidate smoke-test shift-traffic write-page publish-page"


def test_the_cloud_sdk_reads_it(cloud_sdk: CloudSdk) -> None:
    told = cloud_sdk.read_build(CONFIG, _REGION="here")
    assert told["steps"] == ORDER.split()
    assert told["substitutions"] == {**load()["substitutions"], "_REGION": "here"}


def test_every_substitution_that_is_used_is_declared_and_the_other_way_round() -> None:
    text = re.sub(r"(?m)(^|\s)#.*$", "", CONFIG.read_text())
    used = set(re.findall(r"\$\{?([A-Z_]+)", text)) - BUILT_IN
    assert used == set(load()["substitutions"])


def test_every_step_names_a_script_that_exists_or_a_command_that_gcloud_takes(cloud_sdk: CloudSdk) -> None:
    gcloud = []
    for program, *arguments in commands(load(), GIVEN).values():
        if program == "gcloud":
            gcloud.append(arguments)
        elif program == "python3":
            assert (ROOT / f"{arguments[1].replace('.', '/')}.py").exists()
        elif program == "bash":
            lines = (line for argument in arguments for line in argument.splitlines())
            gcloud += [
                shlex.split(line.replace("$there", "--no-clobber"))[1:] for line in lines if line.startswith("gcloud ")
            ]
    assert len(gcloud) == 5
    wrong = ["run", "deploy", "x", "--no-such-flag"]
    assert list(cloud_sdk.refused([*gcloud, wrong])) == [" ".join(wrong)]


def test_the_readme_s_gcloud_commands_are_taken_too(cloud_sdk: CloudSdk) -> None:
    lines = [shlex.split(line, comments=True)[1:] for line in PAGES.splitlines() if line.startswith("gcloud ")]
    assert len(lines) >= 3
    assert cloud_sdk.refused(lines) == {}


def test_every_option_that_the_readme_names_is_one_of_the_script_s() -> None:
    sections = re.split(r"(?m)^## ", PAGES)
    deploy = "".join(section for section in sections if section.startswith(("Deploy\n", "On another host\n")))
    told = set(re.findall(r"`?(--[a-z-]+)", deploy)) - {"--build-arg", "--rm", "--read-only", "--tmpfs"}  # docker's
    known = ""
    for command in (["scripts/deploy"], ["-m", "scripts.site"]):
        done = subprocess.run(
            [sys.executable, *command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        known += done.stdout
    assert len(told) > 6
    assert {option for option in told if option not in known} == set()


def test_the_tools_come_in_one_pinned_version() -> None:
    names = {step["name"] for step in load()["steps"]}
    assert len(names) == 2
    assert all(re.search(r":\d+\.\d+", name) for name in names)


def test_the_traffic_is_shifted_after_the_question_and_the_page_published_after_that() -> None:
    position = list(commands(load(), GIVEN)).index
    assert position("deploy-candidate") < position("smoke-test") < position("shift-traffic") < position("publish-page")
    page = commands(load(), GIVEN)["publish-page"][-1]
    assert page.index(" assets ") < page.index(" embed.html index.html ")


def test_the_build_gets_the_tests_but_neither_the_history_nor_what_was_built(
    cloud_sdk: CloudSdk, tmp_path: Path
) -> None:
    for name in (".git/config", ".venv/bin/python", ".bench/keras/x", "runs/quick-0/digits.weights.h5"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    shutil.copy(ROOT / ".gitignore", tmp_path)
    shutil.copy(ROOT / ".cloudbuildignore", tmp_path / ".gcloudignore")  # as --ignore-file has it read
    wanted = {"tests/test_server.py", "main.py", "web/index.html", "scripts/test", "cloudbuild.yaml"}
    for name in wanted:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    assert cloud_sdk.uploaded(tmp_path) == wanted | {".gitignore", ".gcloudignore"}


def test_each_runtime_has_its_requirements_and_bundled_weights() -> None:
    for runtime in RUNTIMES.values():
        assert (ROOT / runtime.requirements).exists()
        assert (ROOT / "function" / "weights" / runtime.weights).exists()


def test_lifecycle_rules_end_old_weights_and_corrections_and_nothing_else() -> None:
    (weights,) = json.loads((ROOT / "scripts" / "weights-lifecycle.json").read_text())["rule"]
    assert weights == {"action": {"type": "Delete"}, "condition": {"isLive": False, "numNewerVersions": 10}}
    (feedback,) = json.loads((ROOT / "scripts" / "feedback-lifecycle.json").read_text())["rule"]
    assert feedback == {"action": {"type": "Delete"}, "condition": {"age": 365}}


def old_enough(module: str) -> set[str]:
    """The modules of ours that `module` imports, itself included, which a build's image must be able to import."""
    path = ROOT / f"{module.replace('.', '/')}.py"
    tree = ast.parse(path.read_text("utf-8"))
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    ours = {name for name in named if name.split(".")[0] in ("scripts", "training") and "." in name}
    return {module}.union(*(old_enough(name) for name in ours))


@pytest.mark.parametrize("step", ["scripts.stage", "scripts.candidate", "scripts.smoke", "scripts.site"])
def test_what_a_build_runs_is_of_the_python_in_its_images(step: str) -> None:
    """Whose annotations would be evaluated, and fail, without the import from the future."""
    for module in old_enough(step):
        text = (ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8")
        ast.parse(text, feature_version=(3, 9))
        assert "from __future__ import annotations" in text and "of Python 3.9" in text, module
