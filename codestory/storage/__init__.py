"""Where everything lives that is too large for a durable payload: a folder, or Azure Blob Storage."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestory.storage.blobs import BlobStore
from codestory.storage.folder import FolderBlobStore

if TYPE_CHECKING:
    from codestory.storage.azure import AzureBlobStore

__all__ = [
    "AzureBlobStore",
    "BlobStore",
    "FolderBlobStore",
    "StorageSettings",
    "close_blob_stores",
    "open_blob_store",
]


def __getattr__(name: str) -> Any:
    # Azure's client takes 25 MB in every worker process, which whoever keeps blobs in a folder need not pay for.
    if name == "AzureBlobStore":
        from codestory.storage.azure import AzureBlobStore

        return AzureBlobStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@dataclass(frozen=True)
class StorageSettings:
    """Which blob store to use.

    ``connection`` is what ``AzureBlobStore`` takes; empty means a folder of blobs below ``home``.
    """

    connection: str = field(default="", repr=False)
    container: str = "codestory"
    home: Path = Path(".codestory")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> StorageSettings:
        """Read CODESTORY_STORAGE, CODESTORY_STORAGE_CONTAINER and CODESTORY_HOME."""
        values = os.environ if environment is None else environment
        return cls(
            connection=values.get("CODESTORY_STORAGE", "").strip(),
            container=values.get("CODESTORY_STORAGE_CONTAINER", "").strip() or "codestory",
            home=Path(values.get("CODESTORY_HOME", "").strip() or ".codestory").absolute(),
        )


_lock = threading.Lock()
_stores: dict[tuple[int, StorageSettings], AzureBlobStore | FolderBlobStore] = {}


def open_blob_store(settings: StorageSettings | None = None) -> BlobStore:
    """The blob store of ``settings`` (default: of the environment); one per process and settings.

    Raises ``ConfigurationError`` for a connection that cannot be one. Nothing is asked of the store yet.
    """
    settings = settings or StorageSettings.from_environment()
    # A forked process must not share its parent's sockets, hence the process id.
    key = (os.getpid(), settings)
    with _lock:
        if key not in _stores:
            _stores[key] = _open(settings)
        return _stores[key]


def _open(settings: StorageSettings) -> AzureBlobStore | FolderBlobStore:
    if not settings.connection:
        return FolderBlobStore(settings.home / "blobs")
    from codestory.storage.azure import AzureBlobStore

    return AzureBlobStore(settings.connection, settings.container)


def close_blob_stores() -> None:
    """Close the connections of this process; the next ``open_blob_store`` opens new ones."""
    with _lock:
        for (process, _), store in _stores.items():
            if process == os.getpid():
                store.close()
        _stores.clear()
