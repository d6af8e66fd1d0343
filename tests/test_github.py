"""The files that GitHub reads are what it takes, and its actions are pinned to what somebody looked at."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.function_server import ROOT

GITHUB = ROOT / ".github"
SCHEMAS = {
    "workflows/test.yml": "vendor.github-workflows",
    "dependabot.yml": "vendor.dependabot",
    "ISSUE_TEMPLATE/bug.yml": "vendor.github-issue-forms",
}


def refused(name: str, text: str, folder: Path) -> bool:
    path = folder / name.rpartition("/")[2]
    path.write_text(text)
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[name], str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_file_keeps_to_its_schema(name: str, tmp_path: Path) -> None:
    text = (GITHUB / name).read_text()
    assert not refused(name, text, tmp_path)
    assert refused(name, text + "\nnonsense: [1]\n", tmp_path)


def test_the_workflow_may_do_nothing_but_read_and_pins_what_it_uses() -> None:
    text = (GITHUB / "workflows" / "test.yml").read_text()
    assert "\npermissions: {}\n" in text
    assert set(re.findall(r"(?m)^      (\w+): (?:write|read)$", text)) == {"contents"} and "write" not in text
    used = re.findall(r"uses: (\S+)", text)
    assert len(used) >= 4
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each) for each in used)


def test_the_workflow_tries_every_python_that_is_promised() -> None:
    text = (GITHUB / "workflows" / "test.yml").read_text()
    assert re.findall(r'python: \["(.*)"\]', text) == ['3.11", "3.12", "3.13']
    assert "macos" in text
    for path in re.findall(r"tests/test_\w+\.py", text):
        assert (ROOT / path).exists()
