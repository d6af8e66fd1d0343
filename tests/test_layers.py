"""Imports run one way, and importing works nothing: the server forks after it."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

FUNCTION = Path(__file__).resolve().parent.parent / "function"
# The rooms on the landing of function/, files and folders, from the ground up: each imports from those before it alone.
ROOMS = (
    *("errors", "arrays", "formats", "settings", "host", "journal", "ink", "picture", "digit", "network", "reading"),
    *("store", "keeper", "dialects", "corrections", "describe", "openapi", "opening", "handler"),
)


def imports_of(path: Path) -> set[str]:
    """What a file imports anywhere in it, functions included, as dotted names of modules and what is in them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


def name_of(path: Path) -> str:
    parts = path.relative_to(FUNCTION.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(FUNCTION.rglob("*.py"))}
USED = {name: imports_of(path) & MODULES.keys() for name, path in MODULES.items()}


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_every_room_has_its_place() -> None:
    found = {path.stem for path in FUNCTION.iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert found - {"__init__"} == set(ROOMS)
    assert len(ROOMS) == len(set(ROOMS))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_rooms_before_it(room: str) -> None:
    used = {room_of(other) for name, others in USED.items() if room_of(name) == room for other in others}
    assert used - {room, ""} <= set(ROOMS[: ROOMS.index(room)])


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert len([*TopologicalSorter(USED).static_order()]) == len(MODULES)  # raises CycleError


@pytest.mark.parametrize("name", MODULES)
def test_the_function_never_imports_training(name: str) -> None:
    assert not {used for used in imports_of(MODULES[name]) if used.split(".")[0] in ("training", "scripts", "tests")}


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
