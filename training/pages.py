"""Pages for people to look at, written over earlier ones of their kind and never over anything else."""

from pathlib import Path

from training.data import NoData


def write_page(path: Path, page: str, head: str) -> Path:
    """Writes `page` in one step; the path. `head` is what every page of its kind begins with.

    Raises NoData where a file stands that doesn't begin so.
    """
    if path.exists() and not path.read_text("utf-8", "replace").startswith(head):
        raise NoData(f"{path} is there and wasn't written by this command: name another folder with --out")
    partial = path.with_name(f"partial-{path.name}")
    partial.write_text(page, encoding="utf-8")
    partial.replace(path)
    return path
