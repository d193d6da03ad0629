"""A blob store in an Azure storage account, or in its emulator Azurite."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.storage.blob import BlobServiceClient, ExponentialRetry

from codestory.exceptions import ConfigurationError, NotFoundError, PermanentError, StorageUnavailableError
from codestory.storage.names import check_name, check_prefix

__all__ = ["AzureBlobStore"]

_DEVELOPMENT = "UseDevelopmentStorage=true"
_DEVELOPMENT_ACCOUNT = (
    "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
    "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
    "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;"
)
"""The account that every Azurite has; its key is in Microsoft's documentation and protects nothing."""

_WRITER = "writer"
_PASSING = frozenset({408, 409, 412, 429})
_BLOCK_BYTES = 8 * 1024 * 1024


class AzureBlobStore:
    """Blobs in one container, which is made on the first write.

    ``connection`` is a connection string, ``UseDevelopmentStorage=true`` for Azurite on its usual port, or
    the URL of the account (``https://NAME.blob.core.windows.net``), with a SAS token in it or else opened
    with ``DefaultAzureCredential``. Raises ``ConfigurationError`` for a connection that cannot be one.
    Thread-safe.
    """

    def __init__(
        self,
        connection: str,
        container: str = "codestory",
        *,
        retries: int = 3,
        timeout: timedelta | None = None,
    ) -> None:
        self.container = container
        seconds = (timeout or timedelta(seconds=60)).total_seconds()
        options: dict[str, Any] = {
            "retry_policy": ExponentialRetry(
                initial_backoff=1, increment_base=2, retry_total=retries, random_jitter_range=1
            ),
            "connection_timeout": min(seconds, 10.0),
            "read_timeout": seconds,
            "max_single_put_size": _BLOCK_BYTES,
            "max_block_size": _BLOCK_BYTES,
            "max_single_get_size": _BLOCK_BYTES,
            "max_chunk_get_size": _BLOCK_BYTES,
            "logging_enable": False,
        }
        self._credential: Any = None
        self._service = self._open(connection.strip(), options)
        self._blobs = self._service.get_container_client(container)
        self.account: str = self._service.url

    def __repr__(self) -> str:
        return f"AzureBlobStore({self.account!r}, {self.container!r})"

    def put(self, name: str, data: bytes) -> None:
        """Store ``data`` under ``name``, replacing what was there."""
        check_name(name)
        with self._translated(name):
            self._upload(name, data, overwrite=True)

    def put_if_absent(self, name: str, data: bytes) -> bool:
        """Store ``data`` unless ``name`` exists (``If-None-Match: *``); tell whether it was stored.

        Every attempt carries a token of its own, so a repeated request that meets its own first try, whose
        answer was lost, is still told that it won.
        """
        check_name(name)
        token = uuid4().hex
        with self._translated(name):
            try:
                self._upload(name, data, overwrite=False, metadata={_WRITER: token})
            except ResourceExistsError:
                with contextlib.suppress(ResourceNotFoundError):
                    properties = self._blobs.get_blob_client(name).get_blob_properties()
                    return (properties.metadata or {}).get(_WRITER) == token
                return False
            return True

    def get(self, name: str) -> bytes:
        """The whole blob; raises ``NotFoundError``."""
        check_name(name)
        with self._translated(name):
            return self._blobs.download_blob(name, max_concurrency=2).readall()

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        """``length`` bytes from ``offset``, fewer at the end of the blob; raises ``NotFoundError``."""
        check_name(name)
        with self._translated(name):
            if length <= 0:
                self._blobs.get_blob_client(name).get_blob_properties()
                return b""
            try:
                return self._blobs.download_blob(name, offset=offset, length=length).readall()
            except HttpResponseError as error:
                if error.status_code == 416:
                    return b""
                raise

    def exists(self, name: str) -> bool:
        """Whether there is such a blob."""
        check_name(name)
        with self._translated(name):
            return self._blobs.get_blob_client(name).exists()

    def delete(self, name: str) -> None:
        """Remove the blob; nothing happens if there is none."""
        check_name(name)
        with contextlib.suppress(NotFoundError), self._translated(name):
            self._blobs.delete_blob(name)

    def names(self, prefix: str) -> Iterator[str]:
        """The names that start with ``prefix``, in order of their code points."""
        check_prefix(prefix)
        with contextlib.suppress(NotFoundError), self._translated(prefix):
            for name in self._blobs.list_blob_names(name_starts_with=prefix or None):
                yield str(name)

    def check(self) -> None:
        """Prove with a round trip that the store can be written and read."""
        name = f"health/{uuid4().hex}"
        self.put(name, b"ok")
        self.get(name)
        self.delete(name)

    def close(self) -> None:
        """Close the connections."""
        self._service.close()
        if self._credential is not None:
            self._credential.close()

    def _open(self, connection: str, options: dict[str, Any]) -> BlobServiceClient:
        try:
            if not connection.startswith(("https://", "http://")):
                return BlobServiceClient.from_connection_string(_expanded(connection), **options)
            if "sig=" not in urlsplit(connection).query:
                from azure.identity import DefaultAzureCredential

                self._credential = DefaultAzureCredential()
            return BlobServiceClient(connection, credential=self._credential, **options)
        except (ValueError, KeyError) as error:
            # The text of the error is left out: it may quote the key.
            raise ConfigurationError(
                "CODESTORY_STORAGE is neither the URL of a storage account"
                " (https://NAME.blob.core.windows.net) nor a connection string"
                f" (DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…) nor"
                f" {_DEVELOPMENT} ({type(error).__name__}).",
                key="CODESTORY_STORAGE",
            ) from None

    def _upload(self, name: str, data: bytes, **options: Any) -> None:
        blob = self._blobs.get_blob_client(name)
        try:
            blob.upload_blob(data, length=len(data), max_concurrency=2, **options)
        except ResourceNotFoundError:
            with contextlib.suppress(ResourceExistsError):
                self._blobs.create_container()
            blob.upload_blob(data, length=len(data), max_concurrency=2, **options)

    @contextlib.contextmanager
    def _translated(self, name: str) -> Generator[None]:
        where = f"{self.account} (container {self.container!r}, blob {name!r})"
        details = {"account": self.account, "container": self.container, "name": name}
        try:
            yield
        except ResourceNotFoundError:
            raise NotFoundError(f"There is no blob {name!r} in {self.account}{self.container}.", **details) from None
        except ClientAuthenticationError as error:
            raise ConfigurationError(
                f"The storage account refused access to {where}: {_code(error)}. Check the account key, SAS"
                " token or role assignment (Storage Blob Data Contributor) behind CODESTORY_STORAGE.",
                key="CODESTORY_STORAGE",
                **details,
            ) from error
        except HttpResponseError as error:
            status = error.status_code or 0
            if status == 403:
                raise ConfigurationError(
                    f"The storage account refused access to {where}: {_code(error)}. Check the account key,"
                    " SAS token, role assignment and network rules behind CODESTORY_STORAGE.",
                    key="CODESTORY_STORAGE",
                    **details,
                ) from error
            if status >= 500 or status == 0 or status in _PASSING:
                raise StorageUnavailableError(f"{where} failed: {_code(error)}.", **details) from error
            raise PermanentError(f"{where} refused the request: {_code(error)}.", **details) from error
        except AzureError as error:
            raise StorageUnavailableError(
                f"{where} does not answer: {type(error).__name__}. If it never did, check the account name in"
                " CODESTORY_STORAGE.",
                **details,
            ) from error


def _expanded(connection: str) -> str:
    """The Python SDK, unlike the others, does not know the short form for the emulator."""
    settings = {key.lower(): value for key, value in (part.split("=", 1) for part in connection.split(";") if part)}
    if settings.get("usedevelopmentstorage", "").lower() == "true":
        return _DEVELOPMENT_ACCOUNT
    if "accountkey" not in settings and "sharedaccesssignature" not in settings:
        # The SDK would go on without any credentials.
        raise ValueError
    return connection


def _code(error: HttpResponseError) -> str:
    code: Any = getattr(error, "error_code", None)
    return f"{getattr(code, 'value', code) or type(error).__name__}, HTTP {error.status_code}"
