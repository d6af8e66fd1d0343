"""Pixels → ink: which color is the paper, how far from it is every pixel, and how much of that is noise."""
