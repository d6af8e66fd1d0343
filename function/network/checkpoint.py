"""A TensorFlow checkpoint of the classic 784-128-128-128-10 network, as Keras 2 saved it → a network."""

from pathlib import Path

from function.errors import WeightsRefused
from function.network.architectures import perceptron
from function.network.keras import Model, import_keras, keras_network
from function.network.network import Network

_KEY = "layer_with_weights-{}/{}/.ATTRIBUTES/VARIABLE_VALUE"


def load_checkpoint(prefix: Path) -> Network:
    """The network in `<prefix>.index` and `<prefix>.data-00000-of-00001`; optimizer state is ignored.

    Raises WeightsRefused when the files are damaged or hold another network.
    """
    tensorflow, keras = import_keras()
    model = perceptron(keras)
    dense = [layer for layer in model.layers if layer.weights]
    try:
        reader = tensorflow.train.load_checkpoint(str(prefix))
        for index, layer in enumerate(dense):
            layer.set_weights([reader.get_tensor(_KEY.format(index, part)) for part in ("kernel", "bias")])
        is_deeper = reader.has_tensor(_KEY.format(len(dense), "kernel"))
    except Exception as error:  # damage alone comes as five different types
        reason = "They are no whole TensorFlow checkpoint of a network that is known here."
        raise WeightsRefused(f"{prefix.name}: {type(error).__name__}: {error}", reason) from error
    if is_deeper:
        reason = f"The checkpoint has more than {len(dense)} layers with weights."
        raise WeightsRefused(f"{prefix.name}: {reason}", reason)
    return keras_network(Model(model, "perceptron"))
