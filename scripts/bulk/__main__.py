"""`python -m scripts.bulk`."""

import sys

from scripts.bulk.command import main

if __name__ == "__main__":
    sys.exit(main())
