"""Digits → what a network answers, batch by batch."""

from math import isfinite

import numpy as np

from function.arrays import Digits, Outputs
from function.errors import NoNetwork
from function.network.network import Network

BATCH = 512  # digits that a network reads at once where there are thousands: more gain nothing, and cost memory
RETRY_SECONDS = 60  # until other weights may have come


def outputs_of(digits: Digits, network: Network) -> Outputs:
    """(n, 28, 28) digits, thousands of them too → (n, 10) or (n, 11), as Network tells.

    Raises NoNetwork for one that answers nan.
    """
    parts = [network.outputs(digits[start : start + BATCH]) for start in range(0, max(1, len(digits)), BATCH)]
    rows = parts[0] if len(parts) == 1 else np.concatenate(parts)
    if not isfinite(rows.sum()):  # weights that pass their examination may still fail elsewhere
        raise NoNetwork(f"{network.architecture} answers no numbers", RETRY_SECONDS)
    return rows
