"""Which rooms function/ and training/ have, in which order, and what their modules import."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The rooms on each landing, files and folders, from the ground up: each imports from those before it alone.
ROOMS = {
    "function": (
        *("errors", "arrays", "formats", "settings", "server", "journal", "ink", "picture", "digit", "network"),
        *("reading", "store", "keeper", "dialects", "corrections", "describe", "openapi", "opening", "handler"),
    ),
    "training": (
        *("data", "learning", "measuring", "paths", "corrections", "releasing", "fitting", "improving", "__main__"),
    ),
}


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
