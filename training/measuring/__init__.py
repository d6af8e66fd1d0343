"""Weights → numbers and pages: how well they read through the function's own path, and one picture read."""
