"""The deployed package: picture → ink → digit → probabilities → answer, one module per arrow."""
