"""Imports run one way, and importing works nothing: the server forks after it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

FUNCTION = Path(__file__).resolve().parent.parent / "function"
# Each room may import from the layers above its own and, to the left, within its own.
LAYERS = [
    ["errors", "arrays"],
    [
        "settings",
        "threshold",
        "light",
        "frame",
        "plain",
        "ink",
        "pictures",
        "normalize",
        "seen",
        "host",
        "hdf5",
        "network",
        "lite",
        "golden",
        "reading",
        "checkpoint",
    ],
    ["bucket", "store"],
    ["journal", "keeper", "body", "call", "dialects", "correction", "feedback", "describe", "openapi", "opening"],
    ["handler"],
]
ORDER = [room for layer in LAYERS for room in layer]


def imports_of(path: Path) -> set[str]:
    """The modules that a file imports anywhere in it, as dotted names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


ROOMS = sorted(path for path in FUNCTION.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_a_room_imports_only_from_rooms_before_it(path: Path) -> None:
    used = {name.split(".")[1] for name in imports_of(path) if name.startswith("function.")}
    assert {room for room in used & set(ORDER) if ORDER.index(room) >= ORDER.index(path.stem)} == set()


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_the_function_never_imports_training(path: Path) -> None:
    assert not {name for name in imports_of(path) if name.split(".")[0] in ("training", "scripts", "tests")}


def test_importing_the_entry_point_loads_neither_tensorflow_nor_the_storage_client() -> None:
    script = (
        "import main, sys; print(*{name.split('.')[0] for name in sys.modules}, 'google.cloud.storage' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=FUNCTION.parent, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert "flask" in loaded
    assert {"tensorflow", "keras", "h5py", "PIL", "True"}.isdisjoint(loaded)
