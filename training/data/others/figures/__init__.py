"""Figures that people draw: faces, hearts, stars, arrows and so on, never one bare line or outline.

Each function makes strokes about the origin, within half a unit of it, and each room lists its own in FIGURES.
"""
