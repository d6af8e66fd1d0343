"""Imports run one way, and importing works nothing: the server forks after it."""

import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.support.layers import FUNCTION, MODULES, ROOMS, USED, imports_of, room_of


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
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=FUNCTION.parent, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert "flask" in loaded
    assert {"tensorflow", "keras", "h5py", "PIL", "True"}.isdisjoint(loaded)
