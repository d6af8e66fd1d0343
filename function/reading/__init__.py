"""Pictures → inks → digits → probabilities → readings: the line that everything else here stands beside."""
