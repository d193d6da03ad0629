"""The versions of the SDK whose internals this host leans on."""

from __future__ import annotations

from importlib.metadata import version

__all__ = ["TESTED", "differences"]

TESTED = {"azure-functions": "2.3.0", "azure-functions-durable": "2.0.0rc3", "durabletask": "1.12.0"}
"""The host speaks their protobuf messages, calls the indexed functions as their worker does, and uses
``durabletask.history``, ``durabletask.internal.helpers`` and the history projection of the 1.x client."""


def differences() -> list[str]:
    """One line for each installed package that is of another version."""
    installed = {name: version(name) for name in TESTED}
    return [f"{name} {installed[name]} (tested: {TESTED[name]})" for name in TESTED if installed[name] != TESTED[name]]
