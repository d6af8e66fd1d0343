"""Imports run one way, and importing works nothing: the server forks after it."""

import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.support.layers import MODULES, ROOMS, ROOT, USED, imports_of, used_by

FORBIDDEN = {"function": {"training", "scripts", "tests"}, "training": {"scripts", "tests"}}


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


def test_nothing_imports_a_test() -> None:
    """What two tests share is in tests/support: a test file can then be read, run and moved alone."""
    tests = Path(__file__).parent
    for path in (*tests.glob("*.py"), *tests.glob("support/*.py")):
        parts = {part for name in imports_of(path) for part in name.split(".")}
        assert not [part for part in parts if part.startswith("test_")], path.name


def test_importing_the_entry_point_loads_neither_tensorflow_nor_the_storage_client() -> None:
    script = (
        "import main, sys; print(*{name.split('.')[0] for name in sys.modules}, 'google.cloud.storage' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "flask" in loaded
    assert {"tensorflow", "keras", "h5py", "PIL", "True"}.isdisjoint(loaded)
