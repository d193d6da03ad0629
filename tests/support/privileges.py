"""Gives up the rights of the superuser for a while, so that file permissions mean something."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["without_privileges"]

_NOBODY = 65534


@contextmanager
def without_privileges() -> Generator[None]:
    """Act as an ordinary user inside the block; nothing changes for those who are one."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if user == 0:
            os.seteuid(user)
