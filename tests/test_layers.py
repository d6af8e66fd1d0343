"""Imports run one way, and importing works nothing: the server forks after it."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# The rooms on each landing, files and folders, from the ground up: each imports from those before it alone.
ROOMS = {
    "function": (
        *("errors", "arrays", "formats", "settings", "host", "journal", "ink", "picture", "digit", "network"),
        *("reading", "store", "keeper", "dialects", "corrections", "describe", "openapi", "opening", "handler"),
    ),
    "training": ("data", "learning", "measuring", "corrections", "releasing", "fitting", "__main__"),
}
FORBIDDEN = {"function": {"training", "scripts", "tests"}, "training": {"scripts", "tests"}}


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
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for house in ROOMS for path in sorted((ROOT / house).rglob("*.py"))}
USED = {name: imports_of(path) & MODULES.keys() for name, path in MODULES.items()}


def used_by(house: str, room: str) -> set[str]:
    """The other rooms of its house that a room imports."""
    place = f"{house}.{room}"
    modules = [name for name in MODULES if f"{name}.".startswith(f"{place}.")]
    used = {other for name in modules for other in USED[name] if other.startswith(f"{house}.")}
    return {other.split(".")[1] for other in used} - {room}


@pytest.mark.parametrize("house", ROOMS)
def test_every_room_has_its_place(house: str) -> None:
    found = {path.stem for path in (ROOT / house).iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert found - {"__init__"} == set(ROOMS[house])
    assert len(ROOMS[house]) == len(set(ROOMS[house]))


@pytest.mark.parametrize(("house", "room"), [(house, room) for house, rooms in ROOMS.items() for room in rooms])
def test_a_room_imports_only_from_rooms_before_it(house: str, room: str) -> None:
    assert used_by(house, room) <= set(ROOMS[house][: ROOMS[house].index(room)])


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert len([*TopologicalSorter(USED).static_order()]) == len(MODULES)  # raises CycleError


@pytest.mark.parametrize("name", MODULES)
def test_the_function_never_imports_training_and_neither_imports_scripts_or_tests(name: str) -> None:
    assert not {used.split(".")[0] for used in imports_of(MODULES[name])} & FORBIDDEN[name.split(".")[0]]


def test_importing_the_entry_point_loads_neither_tensorflow_nor_the_storage_client() -> None:
    script = (
        "import main, sys; print(*{name.split('.')[0] for name in sys.modules}, 'google.cloud.storage' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "flask" in loaded
    assert {"tensorflow", "keras", "h5py", "PIL", "True"}.isdisjoint(loaded)
