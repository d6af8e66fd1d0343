"""Ink → digit, in MNIST's frame; and a digit as a PNG, for people to look at."""
