"""``python -m functions_host``."""

from __future__ import annotations

import sys

from functions_host.cli import main

if __name__ == "__main__":
    sys.exit(main())
