"""A .tflite file → a network that needs no TensorFlow. Also the file's format, which training writes.

LiteRT trusts the structure of what it is given: damage there can end the process instead of raising. Every file
therefore carries a digest, in the place where TensorFlow Lite's metadata keep their files: a zip after the model.
"""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from function.arrays import Digits, Outputs
from function.errors import WeightsRefused
from function.network.network import Network, Parameters, checked_scores

DESCRIPTION = "digits.json"  # the zip's only member
TAIL = 2**16  # bytes at the end of a file in which the zip must lie; ours has 800
MOST_DESCRIPTION = 2**20  # bytes of it unpacked, a thousand times ours
CHUNK = 32  # digits at a time: more gain nothing, and cost memory; of more, several processors take a part each


def import_interpreter() -> Any:
    """LiteRT's Interpreter, imported on first use."""
    from ai_edge_litert.interpreter import Interpreter

    return Interpreter


def pack(model: bytes, description: Mapping[str, Any]) -> bytes:
    """A .tflite file of ours: `model`, from (n, 28, 28) digits to what Network calls outputs, and what to know of it.

    description  "architecture", "scores", "digest" of the weights that the model was made from, and "threshold" where
                 its outputs are eleven
    """
    file = io.BytesIO(model)
    about = json.dumps({**description, "sha256": hashlib.sha256(model).hexdigest()})
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(zipfile.ZipInfo(DESCRIPTION), about)  # without the time: the same weights, the same file
    return file.getvalue()


def unpack(data: bytes) -> tuple[bytes, dict[str, Any]]:
    """The model in a file of ours, and its description. Raises ValueError when the file is damaged or foreign."""
    tail = data[-TAIL:]  # zipfile finds its own beginning in it; of a whole file it might read a million members
    try:
        with zipfile.ZipFile(io.BytesIO(tail)) as archive:
            member = archive.getinfo(DESCRIPTION)
            if member.file_size > MOST_DESCRIPTION:
                raise ValueError(f"{DESCRIPTION} would have {member.file_size} bytes")
            model = data[: len(data) - len(tail) + member.header_offset]
            about: dict[str, Any] = json.loads(archive.read(member))
            digest = about.pop("sha256")
            if not isinstance(about.get("architecture"), str):
                raise ValueError("its architecture is no text")
            about["scores"] = checked_scores(about.get("scores", {}))
            if not isinstance(about.get("threshold"), float | None):
                raise ValueError("its threshold is no number")
    except Exception as error:  # zipfile raises whatever a damaged directory makes it raise
        raise ValueError(f"it carries no description that can be read: {error}") from error
    if hashlib.sha256(model).hexdigest() != digest:
        raise ValueError("its model doesn't match the digest it carries")
    return model, about


def load_lite(path: Path) -> Network:
    """The network in a .tflite file that `python -m training publish` made. Raises WeightsRefused for any other."""
    interpreter = import_interpreter()
    try:
        model, about = unpack(path.read_bytes())
    except ValueError as error:
        reason = "The file is damaged, or `training publish` didn't make it."
        detail = f"{path.name} is damaged, or `training publish` didn't make it: {error}"
        raise WeightsRefused(detail, reason) from error
    few = _pooled(lambda: interpreter(model_content=model, num_threads=1))  # waking others takes longer than a digit
    many = _pooled(lambda: interpreter(model_content=model, num_threads=os.cpu_count()))

    def outputs(digits: Digits) -> Outputs:
        return (many if len(digits) > CHUNK else few)(digits)

    def parameters() -> Parameters | None:
        from function.network.flatbuffer import parameters_in  # half a megabyte of code that few ask for

        return parameters_in(model, about["architecture"], about.get("threshold"))

    return Network(about["architecture"], "lite", outputs, about["scores"], about.get("threshold"), parameters)


def _pooled(make: Callable[[], Any]) -> Callable[[Digits], Outputs]:
    """A thread-safe function over interpreters, each used by one thread at a time.

    The one used last goes next: whoever calls one after another always finds it warm, whichever threads they are in.
    """
    idle: list[Callable[[Digits], Outputs]] = []  # popping and appending are atomic

    def outputs(digits: Digits) -> Outputs:
        try:
            run = idle.pop()
        except IndexError:
            run = _runner(make())
        if len(digits) <= CHUNK:
            answers = run(digits)
        else:
            answers = np.concatenate([run(digits[at : at + CHUNK]) for at in range(0, len(digits), CHUNK)])
        idle.append(run)
        return answers

    return outputs


def _runner(interpreter: Any) -> Callable[[Digits], Outputs]:
    """The function that `interpreter` computes; asks it for nothing that it has told already, which takes its time."""
    (entry,), (exit_,) = interpreter.get_input_details(), interpreter.get_output_details()
    index, result = entry["index"], exit_["index"]
    ready: tuple[int, ...] = ()

    def run(digits: Digits) -> Outputs:
        nonlocal ready
        if digits.shape != ready:
            interpreter.resize_tensor_input(index, digits.shape)
            interpreter.allocate_tensors()
            ready = digits.shape
        interpreter.set_tensor(index, digits)
        interpreter.invoke()
        answers: Outputs = interpreter.get_tensor(result)
        return answers

    return run
