"""Installs what the contenders need, each in an environment of its own below .bench/."""

import subprocess
from collections.abc import Mapping, Sequence

from scripts import environment
from scripts.benchmark import questions
from scripts.benchmark.contender import Contender
from scripts.benchmark.contenders import CACHE, DENSE_WEIGHTS, ECHO, HERE
from scripts.environment import ROOT

FRAMEWORK = ("functions-framework", "flask", "gunicorn", "werkzeug")  # all that an echo needs
FIT = HERE / "dense" / "fit.py"


def make_environments(contenders: Sequence[Contender]) -> Mapping[str, str]:
    """Installs what is missing. Why not, by name, for each peer that can't be installed here: no wheels, no network."""
    _write_echo()
    skipped = {}
    for contender in contenders:
        try:
            environment.ensure(contender.requirements, str(contender.home.relative_to(ROOT)))
        except SystemExit as reason:
            if not (contender.is_peer and isinstance(reason.code, str)):
                raise
            skipped[contender.name] = reason.code
    for contender in contenders:
        if contender.environ.get("MODEL_FILE") == str(DENSE_WEIGHTS):
            _fit(contender)
    return skipped


def _write_echo() -> None:
    """The requirements of an echo, which are some of ours."""
    file = ROOT / ECHO
    file.parent.mkdir(exist_ok=True)
    lines = (ROOT / environment.KERAS).read_text().splitlines()
    chosen = [line for line in lines if line.split(" ")[0] in FRAMEWORK]
    file.write_text("\n".join(["-c ../requirements/constraints.txt", *chosen, ""]))


def _fit(contender: Contender) -> None:
    """The weights of the dense network, unless they were made since their recipe was changed."""
    if DENSE_WEIGHTS.exists() and DENSE_WEIGHTS.stat().st_mtime > FIT.stat().st_mtime:
        return
    print(f"Fitting {DENSE_WEIGHTS.relative_to(ROOT)} to ten digits …", flush=True)
    part = DENSE_WEIGHTS.with_stem("dense-part")
    command = [str(contender.python), str(FIT), str(questions.GOLDEN), str(part)]
    subprocess.run(command, cwd=ROOT / CACHE, capture_output=True, check=True)
    part.replace(DENSE_WEIGHTS)
