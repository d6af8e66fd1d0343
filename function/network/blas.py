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

    Its threads wait for each other by turning round: on two busy processors one digit took 43 ms with them and 0.2 ms
    without, 256 digits 1,300 ms and 43 ms. An instance may see processors of which it gets a share.
    """
    for module in ("numpy._core._multiarray_umath", "numpy.core._multiarray_umath"):
        with suppress(ImportError, OSError):
            if (found := find_spec(module)) is None or found.origin is None:
                continue
            library = ctypes.CDLL(found.origin)  # which NumPy has loaded, and the library with it
            for name in _SETTERS:
                if (setter := getattr(library, name, None)) is not None:
                    setter(1)
                    return
