"""Runs gcloud, printing each command before it. Standard library only, of Python 3.9: a build's image may have that."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time

PATIENCE = 6  # attempts at what a new service account may not be known for yet
PAUSE = 10.0  # seconds between them; it may take a minute until every part of the cloud knows an account


class Gcloud:
    """gcloud in one project, or the configured one. With `dry_run`, commands are printed and not run."""

    def __init__(self, project: str = "", *, dry_run: bool = False) -> None:
        self.suffix = [f"--project={project}"] if project else []
        self.dry_run = dry_run

    def ask(self, *arguments: str) -> str | None:
        """What the command prints; None when it fails, as a describe of something missing does, and in a dry run."""
        command = self._show(arguments)
        if self.dry_run:
            return None
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return None if done.returncode else done.stdout.strip()

    def do(self, *arguments: str, attempts: int = 1, hint: str = "", given: str | None = None) -> None:
        """Runs the command, with the text `given` on standard input. Exits with its status when the last attempt fails;
        gcloud has said why by then, and `hint` says what to do."""
        command = self._show(arguments, given)
        if self.dry_run:
            return
        for left in range(attempts - 1, -1, -1):
            status = subprocess.run(command, input=given, text=True, check=False).returncode
            if status == 0:
                return
            if left:
                print(f"Trying that again in {PAUSE:g} s …", flush=True)
                time.sleep(PAUSE)
        if hint:
            print(hint, file=sys.stderr)
        sys.exit(status)

    def _show(self, arguments: tuple[str, ...], given: str | None = None) -> list[str]:
        command = ["gcloud", *arguments, *self.suffix, "--quiet"]
        print(f"$ {shlex.join(command)}" + (f" <<< {shlex.quote(given)}" if given else ""), flush=True)
        return command
