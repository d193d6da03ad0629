"""Which orchestration versions this host runs, by host.json's version settings."""

from __future__ import annotations

from durabletask.internal import orchestrator_service_pb2 as pb
from packaging.version import InvalidVersion, parse

from .events import failure
from .model import HubOptions

__all__ = ["compare_versions", "version_mismatch"]


def compare_versions(one: str | None, other: str | None) -> int:
    """-1, 0 or 1. No version is older than any; text that is no version number compares as text."""
    if not one or not other:
        return bool(one) - bool(other)
    try:
        left, right = parse(one), parse(other)
    except InvalidVersion:
        return (one > other) - (one < other)
    return (left > right) - (left < right)


def version_mismatch(version: str | None, options: HubOptions) -> pb.TaskFailureDetails | None:
    """Why an instance of ``version`` may not run here; None if it may."""
    if options.default_version is None or options.version_match == "None":
        return None
    order = compare_versions(version, options.default_version)
    if order == 0 or (order < 0 and options.version_match == "CurrentOrOlder"):
        return None
    text = (
        f"The orchestration version '{version or ''}' does not fit the host's version"
        f" '{options.default_version}' (versionMatchStrategy {options.version_match})."
    )
    details = failure("VersionMismatch", text)
    details.isNonRetriable = True
    return details
