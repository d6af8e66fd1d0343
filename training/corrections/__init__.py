"""Drawings that people corrected: gathered, looked at by a person, and learned from."""
