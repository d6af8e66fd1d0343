"""Pages for people to look at, written over earlier ones of their kind and never over anything else."""

from pathlib import Path

from function.store.folder import write_whole
from training.data.sets import NoData


def write_page(path: Path, page: str, head: str) -> Path:
    """Writes `page` in one step; the path. `head` is what every page of its kind begins with.

    Raises NoData where a file stands that doesn't begin so.
    """
    check_page(path, head)
    write_whole(path, page.encode())
    return path


def check_page(path: Path, head: str) -> None:
    """Raises NoData where a file stands that doesn't begin with `head`."""
    if path.exists() and not path.read_text("utf-8", "replace").startswith(head):
        raise NoData(f"{path} is there and wasn't written by this command: name another folder with --out")
