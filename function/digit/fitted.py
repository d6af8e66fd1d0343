"""What path.py weighs a number's paths with: fitted, not chosen, to what one network makes of numbers.

`python -m training paths --write` replaces the end of this file to suit other weights of the network.
"""

from typing import NamedTuple


class Scores(NamedTuple):
    """What the score of a path adds up from.

    share       times the log of the probability of a window's digit among the ten
    known       times the log of the probability that it is a digit …
    known_more  … and again for each piece after its first, or many small windows would win
    each        for each window
    crossed     times the ink, in widths of the pen, that the cuts at its sides cross
    cut         for each side that is a cut
    apart       times the gaps inside it, in heights of the line
    short       times how far it is lower than path.LOW
    skipped     for a mark that is none of the digits
    """

    share: float
    known: float
    known_more: float
    each: float
    crossed: float
    cut: float
    apart: float
    short: float
    skipped: float


class Odds(NamedTuple):
    """What the log odds add up from that a number of two digits or more is right.

    any      for each number
    known    times the mean log of the probabilities that its windows are digits
    share    times the lowest log of the probabilities of its digits among the ten
    shares   times their mean
    length   times the log of how many digits it has
    uneven   times the standard deviation of the logs of its digits' heights
    crossed  times the mean ink that the cuts at its windows' sides cross
    sliced   times the part of its digits that are ones cut off something: so come ones out of letters
    """

    any: float
    known: float
    share: float
    shares: float
    length: float
    uneven: float
    crossed: float
    sliced: float


class Fitted(NamedTuple):
    """All of it. least_sure is a confidence: below, a number is unknown."""

    scores: Scores
    odds: Odds
    least_sure: float


# Fitted to the weights f9a7d85cd5ea on 2,644 pictures of numbers and 4,881 others.
FITTED = Fitted(
    scores=Scores(
        share=1.62,
        known=0.87,
        known_more=0.57,
        each=-0.07,
        crossed=-1.05,
        cut=-1.15,
        apart=-3.00,
        short=-3.02,
        skipped=-0.04,
    ),
    odds=Odds(
        any=4.16,
        known=1.43,
        share=2.62,
        shares=4.97,
        length=-0.13,
        uneven=-8.83,
        crossed=-1.34,
        sliced=-6.15,
    ),
    least_sure=0.29,
)
