"""Digits → probabilities: architectures, what runs them, and the examination that weights pass to serve."""
