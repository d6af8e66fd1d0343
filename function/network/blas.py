"""The library that multiplies matrices for NumPy, told to stay in the thread that calls it."""

import ctypes
from contextlib import suppress
from importlib.util import find_spec

# Of OpenBLAS in NumPy's own wheels, and elsewhere; with and without 64-bit indices.
_SETTERS = (
    *("scipy_openblas_set_num_threads64_", "scipy_openblas_set_num_threads"),
    *("openblas_set_num_threads64_", "openblas_set_num_threads"),
)


def stay_in_one_thread() -> None:
    """Has OpenBLAS start no threads, in all of this process; other libraries don't.

    They wait for each other by turning round: on two busy processors the largest network took 43 ms with them for a
    digit and 0.2 ms without, for 256 digits 1,300 ms and 43 ms. An instance may see more processors than it gets.
    """
    with suppress(ImportError, OSError):
        module = find_spec("numpy._core._multiarray_umath")
        library = ctypes.CDLL(str(module and module.origin))  # which NumPy has loaded, and OpenBLAS with it
        setter = next((one for name in _SETTERS if (one := getattr(library, name, None))), None)
        if setter is not None:
            setter(1)
