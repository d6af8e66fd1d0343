"""The deployed package: picture → ink → digit → probabilities → answer, one room for the line."""
