"""MLServer as its guide to custom runtimes has it: a model that is loaded and asked in the Open Inference Protocol.

settings.json does without worker processes: a tenth of a millisecond isn't worth a queue, and those of MLServer 1.7
don't start with the newest uvloop.
"""

import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

from scripts.benchmark.peers.reader import Reader


class Digits(MLModel):
    async def load(self) -> bool:
        self.reader = Reader()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        image = NumpyCodec.decode_input(payload.inputs[0])
        probabilities = np.array([self.reader.probabilities(image)], np.float32)
        outputs = [NumpyCodec.encode_output("probabilities", probabilities)]
        return InferenceResponse(model_name=self.name, outputs=outputs)
