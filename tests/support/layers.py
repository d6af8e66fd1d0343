"""Which rooms function/ has, in which order, and what their modules import."""

import ast
from pathlib import Path

FUNCTION = Path(__file__).resolve().parents[2] / "function"
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
