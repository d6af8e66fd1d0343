"""Digits → weights: recipes, batches that are never twice alike, the network in training, and the file it leaves."""
