"""Writes the file of that network, as the shortest tutorials fit it: python fit.py GOLDEN FILE.

It learns the ten golden digits alone, each moved by up to two pixels: that takes a second where MNIST would take a
download, and a weight costs the same whatever its value.
"""

import sys

import numpy as np
import tensorflow as tf
from PIL import Image

golden, file = sys.argv[1:]
tf.keras.utils.set_random_seed(0)
digits = np.asarray(Image.open(golden).convert("L")).reshape(28, 10, 28).swapaxes(0, 1) / 255
moves = [(down, right) for down in range(-2, 3) for right in range(-2, 3)]
moved = np.concatenate([np.roll(digits, move, (1, 2)) for move in moves])
model = tf.keras.Sequential(
    [
        tf.keras.Input((28, 28)),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(128, activation="relu"),
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(moved, np.tile(np.arange(10), len(moves)), epochs=20, verbose=0)
model.save(file)
