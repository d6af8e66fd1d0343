"""The model in a .tflite file → what it computes with: its constants, found by the operations that use them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from function.network.architectures import ARCHITECTURES
from function.network.chain import Floats
from function.network.layers import chain_of
from function.network.network import Known, Parameters

# TensorFlow Lite keeps a convolution's filters first, and of a dense layer's matrix the units.
_KERNELS: Mapping[str, Callable[[Floats], Floats]] = {
    "CONV_2D": lambda kernel: kernel.transpose(1, 2, 3, 0),
    "FULLY_CONNECTED": lambda kernel: kernel.T,
}


def parameters_in(model: bytes, architecture: str, threshold: float | None) -> Parameters | None:
    """What a .tflite model that training exported computes with; None where it isn't as training exports them.

    model      known to be whole: its structure is trusted
    threshold  of known-ness, which no operation uses; None for a model that doesn't tell it
    """
    chain = chain_of(ARCHITECTURES[architecture]) if architecture in ARCHITECTURES else None
    graph = _Graph.of(model)
    found = [
        array
        for step in graph.steps
        if step.name in _KERNELS
        for array in (_KERNELS[step.name](graph.constant(step.inputs[1])), graph.constant(step.inputs[2]))
    ]
    wanted = [each for variables in chain.variables() for each in variables] if chain else []
    if chain is None or [array.shape for array in found] != [shape for _, shape in wanted]:
        return None
    arrays = {name: np.ascontiguousarray(array) for (name, _), array in zip(wanted, found, strict=True)}
    temperature = 1 / graph.factor(graph.before("SOFTMAX"))
    if threshold is None:
        return Parameters(chain, arrays, temperature)
    shifted = graph.before("LOGISTIC")
    try:
        known = Known(threshold, graph.factor(graph.first(shifted)), graph.term(shifted))
    except ValueError:
        return None
    return Parameters(chain, arrays, temperature, known)


@dataclass(frozen=True, eq=False)
class _Step:
    """An operation: numbers of the tensors that it takes and makes."""

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Graph:
    """Operations in their order, and the tensors' values, none where they are computed."""

    steps: tuple[_Step, ...]
    constants: Mapping[int, Floats]

    @classmethod
    def of(cls, model: bytes) -> "_Graph":
        from ai_edge_litert import schema_py_generated as schema  # by the runtime's own description of the format

        names = {code: name for name, code in vars(schema.BuiltinOperator).items() if isinstance(code, int)}
        root: Any = schema.Model.GetRootAs(model)
        graph = root.Subgraphs(0)
        codes = [root.OperatorCodes(index) for index in range(root.OperatorCodesLength())]
        # A code above 126 is in the one field, below it may be in the other alone.
        kinds = [names[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())] for code in codes]
        operators = [graph.Operators(index) for index in range(graph.OperatorsLength())]
        steps = [
            _Step(kinds[each.OpcodeIndex()], _numbers(each.InputsAsNumpy()), _numbers(each.OutputsAsNumpy()))
            for each in operators
        ]
        constants = {}
        for index in range(graph.TensorsLength()):
            tensor = graph.Tensors(index)
            buffer = root.Buffers(tensor.Buffer())
            if tensor.Type() == schema.TensorType.FLOAT32 and buffer.DataLength():
                shape = tensor.ShapeAsNumpy() if tensor.ShapeLength() else ()
                constants[index] = buffer.DataAsNumpy().view("<f4").reshape(shape)
        return cls(tuple(steps), constants)

    def constant(self, tensor: int) -> Floats:
        return self.constants.get(tensor, np.empty(0, np.float32))

    def before(self, name: str) -> _Step | None:
        """What makes the first input of the only operation of that name."""
        return self.first(next((step for step in self.steps if step.name == name), None))

    def first(self, step: _Step | None) -> _Step | None:
        """What makes the computed input of `step`, through those that only take a part of a tensor."""
        if step is None:
            return None
        computed = [number for number in step.inputs if number not in self.constants]
        return next((each for each in self.steps if each.outputs[0] in computed), None)

    def factor(self, step: _Step | None) -> float:
        """What `step` multiplies by; 1 where it is no multiplication, which a converter leaves out."""
        number = self._operand(step)
        if step is None or number is None or step.name not in ("MUL", "DIV"):
            return 1.0
        return number if step.name == "MUL" else 1 / number

    def term(self, step: _Step | None) -> float:
        """What `step` adds; 0 where it adds nothing."""
        number = self._operand(step)
        return number if step is not None and number is not None and step.name == "ADD" else 0.0

    def _operand(self, step: _Step | None) -> float | None:
        numbers = [self.constants[each] for each in step.inputs if each in self.constants] if step else []
        return float(numbers[0].reshape(-1)[0]) if len(numbers) == 1 and numbers[0].size == 1 else None


def _numbers(array: Any) -> tuple[int, ...]:
    return tuple(int(number) for number in array)
