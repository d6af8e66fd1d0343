"""Keras's layers in NumPy, as many as the released architectures use.

`STAND_IN` takes Keras's place as the argument of an architecture's function: what comes back is a Chain instead of a
model. One description thus serves both, and whatever isn't here, a layer or an option, is left to Keras.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod
from types import SimpleNamespace
from typing import Any

import numpy as np

from function.network.chain import Chain, Floats, Layer, Shape, Step, Unsupported

_ACTIVATIONS: Mapping[str | None, Step] = {None: lambda x: x, "relu": lambda x: np.maximum(x, 0, out=x)}  # in place


@dataclass(frozen=True)
class Reshape(Layer):
    folder = "reshape"
    target_shape: Shape

    def after(self, shape: Shape) -> Shape:
        return _supported(prod(self.target_shape) == prod(shape), tuple(self.target_shape))


@dataclass(frozen=True)
class Flatten(Layer):
    folder = "flatten"

    def after(self, shape: Shape) -> Shape:
        return (prod(shape),)


@dataclass(frozen=True)
class Dense(Layer):
    folder = "dense"
    units: int
    activation: str | None = None

    def after(self, shape: Shape) -> Shape:
        return _supported(len(shape) == 1 and self.activation in _ACTIVATIONS, (self.units,))

    def variables(self, shape: Shape) -> tuple[Shape, ...]:
        return (*shape, self.units), (self.units,)

    def step(self, shape: Shape, *variables: Floats) -> Step:
        (kernel, bias), finish = variables, _ACTIVATIONS[self.activation]
        return lambda x: finish(x @ kernel + bias)


@dataclass(frozen=True)
class Conv2D(Layer):
    """As a matrix: each window of its input is a row, each filter a column.

    One digit takes 0.19 ms in the largest network here, as long as with buffers and views kept from call to call, with
    indices taken, or with a matrix for each row of the window; a matrix for each of its nine places takes 0.5 ms.
    """

    folder = "conv2d"
    filters: int
    kernel_size: int
    strides: int = 1
    padding: str = "valid"
    activation: str | None = None

    def after(self, shape: Shape) -> Shape:
        (height, *_), (width, *_) = self._along(shape)
        return _supported(min(height, width) > 0 and self.activation in _ACTIVATIONS, (height, width, self.filters))

    def variables(self, shape: Shape) -> tuple[Shape, ...]:
        return (self.kernel_size, self.kernel_size, shape[2], self.filters), (self.filters,)

    def values(self, shape: Shape) -> int:
        height, width, _ = self.after(shape)
        return height * width * max(self.filters, self.kernel_size**2 * shape[2])

    def step(self, shape: Shape, *variables: Floats) -> Step:
        kernel, bias = variables[0].reshape(-1, self.filters), variables[1]
        finish, stride, side = _ACTIVATIONS[self.activation], self.strides, self.kernel_size
        (height, top, high), (width, left, wide) = self._along(shape)
        rows, columns, channels = shape
        windows = (height, width, side, side * channels)  # of a window, values in a row of it lie together

        def step(x: Floats) -> Floats:
            padded = np.zeros((len(x), high, wide, channels), np.float32)
            padded[:, top : top + rows, left : left + columns] = x
            each, down, right, one = padded.strides
            strides = (each, stride * down, stride * right, down, one)
            view: Floats = np.ndarray((len(x), *windows), np.float32, padded, 0, strides)  # raises if it left `padded`
            values = view.reshape(len(x) * height * width, len(kernel)) @ kernel
            values += bias
            return finish(values).reshape(len(x), height, width, self.filters)

        return step

    def _along(self, shape: Shape) -> list[tuple[int, int, int]]:
        """Down and across: how many windows, what is padded before, and the length with all that is padded.

        With the odd one after: as TensorFlow does for "same".
        """
        _supported(len(shape) == 3 and self.padding in ("same", "valid"), shape)
        found = []
        for length in shape[:2]:
            if self.padding == "valid":
                found.append(((length - self.kernel_size) // self.strides + 1, 0, length))
                continue
            count = -(-length // self.strides)
            padding = max((count - 1) * self.strides + self.kernel_size - length, 0)
            found.append((count, padding // 2, length + padding))
        return found


def _supported(is_supported: bool, shape: Shape) -> Shape:
    if not is_supported:
        raise Unsupported
    return shape


def _sequential(layers: Sequence[Any]) -> Chain:
    chain: Chain = reduce(lambda before, layer: layer(before), layers[1:], layers[0])
    return chain


STAND_IN = SimpleNamespace(
    Input=Chain,
    Sequential=_sequential,
    Model=lambda inputs, outputs: outputs,
    layers=SimpleNamespace(Reshape=Reshape, Flatten=Flatten, Dense=Dense, Conv2D=Conv2D),
)


def chain_of(architecture: Callable[[Any], Any]) -> Chain | None:
    """The layers of one of ARCHITECTURES; None where Keras alone computes them."""
    try:
        chain = architecture(STAND_IN)
        return chain if isinstance(chain, Chain) else None
    except (Unsupported, AttributeError, TypeError):  # no such layer, no such option, no list of layers
        return None
