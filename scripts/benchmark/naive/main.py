"""A digit function as tutorials write one, with the architecture and the weights of ours: what ours is compared to.

Everything in one file: TensorFlow imported at the top, the network built and its weights read by the first request,
Keras's `predict` for every one, and a drawing simply shrunk to 28×28.
"""

import base64
import io
import os

import numpy as np
import tensorflow as tf
from PIL import Image

model = None


def build_model():
    return tf.keras.Sequential(
        [
            tf.keras.Input((28, 28)),
            tf.keras.layers.Reshape((28, 28, 1)),
            tf.keras.layers.Conv2D(32, 5, strides=2, padding="same", activation="relu"),
            tf.keras.layers.Conv2D(32, 3, padding="same", activation="relu"),
            tf.keras.layers.Conv2D(64, 3, strides=2, padding="same", activation="relu"),
            tf.keras.layers.Conv2D(64, 3, padding="same", activation="relu"),
            tf.keras.layers.Conv2D(128, 3, strides=2, padding="same", activation="relu"),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(11),
        ]
    )


def predict(request):
    global model
    if model is None:
        model = build_model()
        model.load_weights(os.environ["MODEL_FILE"])
    text = request.get_json()["image"]
    if "," in text:
        pixels = np.array([float(number) for number in text.split(",")])
    else:
        image = Image.open(io.BytesIO(base64.b64decode(text))).convert("L").resize((28, 28))
        pixels = 255 - np.array(image)
    digits = pixels.reshape(1, 28, 28).astype("float32") / 255
    probabilities = tf.nn.softmax(model.predict(digits, verbose=0)[0, :10]).numpy()
    return {"prediction": str(np.argmax(probabilities)), "probabilities": [float(p) for p in probabilities]}
