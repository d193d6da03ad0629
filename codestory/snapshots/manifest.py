"""What a snapshot consists of, and how that is written down."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from codestory.exceptions import NotFoundError

__all__ = ["FileEntry", "Location", "Manifest", "manifest_name", "pack_name", "snapshot_id"]

_ID = re.compile(r"[0-9a-f]{64}")


class FileEntry(msgspec.Struct, frozen=True, array_like=True):
    """One file: its path as text, the SHA-256 of its content in hexadecimal, its size in bytes, and its mode
    (0o100644, or 0o100755 if it may be executed)."""

    path: str
    sha256: str
    size: int
    mode: int


class Location(NamedTuple):
    """Where a content is stored: ``length`` bytes from ``offset`` of the pack with this index (-1: nothing is
    stored). ``length`` is less than the size of a file whose beginning alone is kept."""

    pack: int
    offset: int
    length: int


class Manifest(msgspec.Struct, frozen=True):
    """All of a snapshot but its contents; ``locations`` go with ``files``, ``packs`` are SHA-256 of packs."""

    files: list[FileEntry]
    locations: list[Location]
    directories: list[str]
    packs: list[str]
    warnings: list[str]
    version: int = 1

    def encode(self) -> bytes:
        """As MessagePack."""
        return msgspec.msgpack.encode(self)

    @staticmethod
    def decode(data: bytes) -> Manifest:
        """The manifest that ``encode`` wrote."""
        return _manifests.decode(data)


_manifests = msgspec.msgpack.Decoder(Manifest)


def snapshot_id(files: Iterable[FileEntry], directories: Iterable[str]) -> str:
    """The SHA-256 over files and directories in the order of their paths; nothing else makes a difference."""
    digest = hashlib.sha256()
    for entry in sorted(files, key=lambda entry: entry.path):
        digest.update(f"{entry.path}\0{entry.sha256}\0{entry.size}\0{entry.mode:o}\n".encode())
    for directory in sorted(directories):
        digest.update(f"{directory}/\n".encode())
    return digest.hexdigest()


def manifest_name(identifier: str) -> str:
    """The blob of the manifest; raises ``NotFoundError`` for what is not the id of a snapshot."""
    if not _ID.fullmatch(identifier):
        raise NotFoundError(
            f"{identifier[:80]!r} is not the id of a snapshot; ids have 64 hexadecimal digits.",
            snapshot=identifier[:80],
        )
    return f"snapshots/{identifier}"


def pack_name(sha256: str) -> str:
    """The blob of a pack."""
    return f"packs/{sha256[:2]}/{sha256}"
