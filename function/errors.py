"""Every error this package raises on purpose, split by who can fix it.

DigitsError
├── CallerError           whoever sent the request can fix it; `str(error)` is shown to them
│   ├── Malformed             the request can't be parsed into pictures
│   │   └── BrokenOff             its body ended before it was whole, or stalled
│   ├── NoSuchRoute           nothing answers at this path
│   ├── WrongMethod           the path exists, the method doesn't
│   ├── TooLarge              the body, the pictures or one picture exceed a limit
│   ├── NotAPicture           bytes that don't decode as an image we read
│   ├── NoInk                 a picture with nothing drawn on it
│   ├── NoConsent             a correction whose author didn't agree that it is kept
│   └── Busy                  more corrections than are taken at once; trying again helps
└── OperatorError         whoever runs the function can fix it; `str(error)` goes to the log only
    ├── BadSettings           an environment variable doesn't make sense
    ├── StoreUnreachable      the bucket or folder can't be asked now; worth trying again
    │   └── NotKept               the one for corrections
    ├── Missing               the store answers, but nothing stands under that name
    ├── Changed               something else stands there than the version that was asked for
    ├── Damaged               the bytes that arrived aren't the bytes that are stored
    ├── TooLong               more bytes stand there than anybody wants
    ├── WeightsMissing        the first of these four, said of weights
    ├── WeightsChanged        the second
    ├── WeightsDamaged        the third
    ├── WeightsRefused        weights that are damaged, foreign or read the golden digits wrong
    ├── LoadTimeout           weights that took so long to load that they were given up for now
    └── NoNetwork             nothing to answer with until weights can be loaded
"""

from typing import ClassVar, Self


class DigitsError(Exception):
    """Root of the tree. `code` is a stable slug for programs, `title` a sentence for people."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong."


class CallerError(DigitsError):
    """The request can't be answered as it is; the text says what was expected and what arrived.

    `index` is the picture's that is to blame, where several were sent and it is one.
    """

    index: int | None = None

    def of(self, index: int | None) -> Self:
        """The same error, of that picture unless it is known to be another's."""
        if self.index is None:
            self.index = index
        return self

    def __str__(self) -> str:
        return super().__str__() if self.index is None else f"picture {self.index}: {super().__str__()}"


class Malformed(CallerError):
    code = "malformed"
    title = "The request can't be read."


class BrokenOff(Malformed):
    code = "broken-off"
    title = "The request's body is incomplete."


class NoSuchRoute(CallerError):
    code = "not-found"
    title = "Nothing answers at this path."


class WrongMethod(CallerError):
    """`allow` lists the methods that the path does answer, for the Allow header."""

    code = "method-not-allowed"
    title = "This path doesn't answer that method."

    def __init__(self, detail: str, allow: tuple[str, ...]) -> None:
        super().__init__(detail)
        self.allow = allow


class TooLarge(CallerError):
    code = "too-large"
    title = "The request is larger than this service reads."


class NotAPicture(CallerError):
    code = "not-a-picture"
    title = "These bytes are not a picture this service reads."


class NoInk(CallerError):
    code = "no-ink"
    title = "Nothing is drawn on this picture."


class NoConsent(CallerError):
    code = "no-consent"
    title = "A drawing is kept only with its author's consent."


class Busy(CallerError):
    """`retry_after` is the number of whole seconds after which asking again can succeed."""

    code = "busy"
    title = "Too many corrections arrive at once."

    def __init__(self, detail: str, retry_after: int = 1) -> None:  # a correction takes a fraction of a second
        super().__init__(detail)
        self.retry_after = retry_after


class OperatorError(DigitsError):
    """Not the caller's fault. Callers see `title` alone, since the text may name buckets and paths."""


class BadSettings(OperatorError):
    code = "bad-settings"
    title = "The function's settings are wrong."


class StoreUnreachable(OperatorError):
    code = "store-unreachable"
    title = "The weights store can't be reached."


class NotKept(StoreUnreachable):
    title = "The correction can't be kept at the moment."


class Missing(OperatorError):
    code = "missing"
    title = "The store holds nothing under that name."


class Changed(OperatorError):
    code = "changed"
    title = "What the store holds was replaced meanwhile."


class Damaged(OperatorError):
    code = "damaged"
    title = "What the store sent arrived incomplete or damaged."


class TooLong(OperatorError):
    code = "too-long"
    title = "What the store holds is larger than is read."


class WeightsMissing(OperatorError):
    code = "weights-missing"
    title = "The weights store holds no weights under the configured name."


class WeightsChanged(OperatorError):
    code = "weights-changed"
    title = "The weights in the store were replaced meanwhile."


class WeightsDamaged(OperatorError):
    code = "weights-damaged"
    title = "The weights arrived incomplete or damaged."


class WeightsRefused(OperatorError):
    """`reason` says why in a sentence that a caller may read: it names no file, bucket or path."""

    code = "weights-refused"
    title = "The weights failed their checks."

    def __init__(self, detail: str, reason: str = "") -> None:
        super().__init__(detail)
        self.reason = reason or self.title


class LoadTimeout(OperatorError):
    code = "load-timeout"
    title = "Loading the weights took too long."


class NoNetwork(OperatorError):
    """`retry_after` is the number of whole seconds after which asking again can succeed."""

    code = "no-network"
    title = "No network can be loaded at the moment."

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
