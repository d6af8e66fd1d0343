"""Photographs: those of a grid's cells that people took, and made ones, of which each shows one difficulty."""
