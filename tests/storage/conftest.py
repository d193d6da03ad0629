"""A folder and an Azurite to store blobs in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from codestory.storage import AzureBlobStore, FolderBlobStore
from tests.support.azurite import Azurite

type Store = AzureBlobStore | FolderBlobStore


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with Azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture(params=["folder", "azurite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    if request.param == "folder":
        opened: Store = FolderBlobStore(tmp_path / "blobs")
    else:
        opened = AzureBlobStore(request.getfixturevalue("azurite").connection, f"test-{uuid4().hex}")
    yield opened
    opened.close()
