"""A `.weights.h5` file → a network on NumPy alone, where NumPy knows all its layers: it answers long before TensorFlow
is imported, one digit in half the time, and in a tenth of the memory."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from function.arrays import Digits, Outputs
from function.network.architectures import ARCHITECTURES
from function.network.blas import stay_in_one_thread
from function.network.chain import Chain, Floats, Step
from function.network.contents import Contents, opened
from function.network.layers import chain_of
from function.network.network import Known, Network, Parameters

# Bytes of the largest array that a pass makes. Of more, four digits in the largest network here, nothing is gained:
# they leave the processor's cache, and the C library returns them to the system after each use.
BLOCK = 2**20


def load_numeric(path: Path) -> Network | None:
    """The network in a `.weights.h5` file; None where it is none that NumPy computes exactly as Keras does.

    Raises WeightsRefused when the file is damaged.
    """
    with opened(path) as contents:
        about = contents.about
        for name in [about.architecture] if about.architecture else ARCHITECTURES:
            chain = chain_of(ARCHITECTURES[name])
            if chain is not None and _fits(chain, contents):
                arrays = {name: array[()] for name, array in contents.arrays.items()}
                break
        else:
            return None
    parameters = Parameters(chain, arrays, about.temperature, about.known)
    threshold = about.known.threshold if about.known else None
    return Network(name, "numpy", computed(parameters), about.scores, threshold, lambda: parameters)


def computed(parameters: Parameters) -> Callable[[Digits], Outputs]:
    """What Network calls outputs, by NumPy."""
    stay_in_one_thread()
    chain, known, temperature = parameters.layers, parameters.known, parameters.temperature
    steps = chain.steps(parameters.arrays)
    at_once = max(1, BLOCK // (np.dtype(np.float32).itemsize * chain.most_values()))

    def outputs(digits: Digits) -> Outputs:
        with np.errstate(all="ignore"):  # odd weights are refused for what they answer
            starts = range(0, max(1, len(digits)), at_once)
            parts = [_answers(steps, digits[start : start + at_once], temperature, known) for start in starts]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    return outputs


def _fits(chain: Chain, contents: Contents) -> bool:
    """Whether the file has exactly the variables of these layers, as Keras would have saved them."""
    wanted = {name: (shape, np.float32) for variables in chain.variables() for name, shape in variables}
    return wanted == {name: (array.shape, array.dtype) for name, array in contents.arrays.items()}


def _answers(steps: list[Step], digits: Digits, temperature: float, known: Known | None) -> Outputs:
    """What Network calls outputs, of few digits."""
    logits: Floats = digits
    for step in steps:
        logits = step(logits)
    logits, raw = logits[:, :10], logits[:, 10:]
    probabilities = _softmax(logits / np.float32(temperature))
    if known is None:
        return probabilities
    if raw.shape[1] == 0:
        highest = logits.max(axis=1, keepdims=True)
        raw = highest + np.log(np.exp(logits - highest).sum(axis=1, keepdims=True))
    likely = 1 / (1 + np.exp(-np.float32(known.slope) * raw - np.float32(known.offset)))
    return np.concatenate([probabilities, likely], axis=1)


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
