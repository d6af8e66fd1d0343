"""Weights → the store that a function reads: exported, examined, uploaded, and watched until they serve."""
