"""The function of the shortest tutorials: three dense layers in a file, and all else as naively as it goes."""

import os

import numpy as np
import tensorflow as tf

model = None


def predict(request):
    global model
    if model is None:
        model = tf.keras.models.load_model(os.environ["MODEL_FILE"])
    pixels = np.array([float(number) for number in request.get_json()["image"].split(",")])
    probabilities = model.predict(pixels.reshape(1, 28, 28) / 255, verbose=0)[0]
    return {"prediction": str(np.argmax(probabilities)), "probabilities": [float(p) for p in probabilities]}
