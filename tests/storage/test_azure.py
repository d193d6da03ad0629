"""The Azure store when things go wrong: keys, containers, outages."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread, Timer
from uuid import uuid4

import pytest
from azure.storage.blob import BlobServiceClient

from codestory.exceptions import ConfigurationError, NotFoundError, StorageUnavailableError
from codestory.snapshots import Snapshot
from codestory.sources import snapshot_folder
from codestory.storage import AzureBlobStore
from tests.support.azurite import Azurite

WRONG_KEY = base64.b64encode(b"another key" * 5).decode()


def test_a_wrong_key_is_a_configuration_error_that_names_the_setting(azurite: Azurite) -> None:
    store = AzureBlobStore(azurite.connection_with(key=WRONG_KEY))
    for call in (lambda: store.put("a", b""), lambda: store.get("a"), lambda: list(store.names("")), store.check):
        with pytest.raises(ConfigurationError, match="CODESTORY_STORAGE") as caught:
            call()
        assert WRONG_KEY not in str(caught.value)
        assert WRONG_KEY not in repr(caught.value.details)
    store.close()


@pytest.mark.parametrize(
    "connection",
    [
        "nonsense",
        "AccountName=x",
        "DefaultEndpointsProtocol=https;AccountName=x;AccountKey",
        "http://account.blob.core.windows.net",
    ],
)
def test_what_is_no_connection_is_refused_without_quoting_it(connection: str) -> None:
    with pytest.raises(ConfigurationError, match="CODESTORY_STORAGE is neither") as caught:
        AzureBlobStore(connection)
    assert connection not in str(caught.value)


def test_a_key_that_is_not_base64_is_a_configuration_error(azurite: Azurite) -> None:
    store = AzureBlobStore(azurite.connection_with(key="not base64!"))
    with pytest.raises(ConfigurationError, match="CODESTORY_STORAGE"):
        store.put("a", b"")
    store.close()


def test_the_short_form_for_the_emulator_is_understood() -> None:
    store = AzureBlobStore("UseDevelopmentStorage=true")
    assert store.account == "http://127.0.0.1:10000/devstoreaccount1/"
    store.close()


def test_an_account_url_with_a_token_needs_no_key(azurite: Azurite) -> None:
    from azure.storage.blob import AccountSasPermissions, ResourceTypes, generate_account_sas

    with BlobServiceClient.from_connection_string(azurite.connection) as service:
        token = generate_account_sas(
            account_name=service.account_name or "",
            account_key=service.credential.account_key,
            resource_types=ResourceTypes(service=True, container=True, object=True),
            permission=AccountSasPermissions(
                read=True, write=True, create=True, list=True, delete=True, delete_previous_version=True
            ),
            expiry="2100-01-01",
        )
    store = AzureBlobStore(f"{azurite.url}?{token}", f"test-{uuid4().hex}")
    store.check()
    assert token not in repr(store)
    store.close()


def test_a_container_that_is_deleted_meanwhile_is_made_again(azurite: Azurite) -> None:
    container = f"test-{uuid4().hex}"
    store = AzureBlobStore(azurite.connection, container)
    store.put("a", b"1")
    with BlobServiceClient.from_connection_string(azurite.connection) as service:
        service.delete_container(container)
    with pytest.raises(NotFoundError):
        store.get("a")
    assert list(store.names("")) == []
    store.put("a", b"2")
    assert store.get("a") == b"2"
    store.close()


def test_an_outage_is_reported_as_such_and_ends_with_it(tmp_path: Path) -> None:
    with Azurite(tmp_path) as server:
        store = AzureBlobStore(server.connection, retries=0, timeout=timedelta(seconds=5))
        store.put("a", b"1")
        server.kill()
        for call in (
            lambda: store.put("a", b"2"),
            lambda: store.put_if_absent("b", b"2"),
            lambda: store.get("a"),
            lambda: store.get_range("a", 0, 1),
            lambda: store.exists("a"),
            lambda: store.delete("a"),
            lambda: list(store.names("")),
            store.check,
        ):
            with pytest.raises(StorageUnavailableError, match="does not answer"):
                call()
        server.start()
        store.put("b", b"3")
        assert store.get("b") == b"3"
        store.close()


def test_a_short_outage_is_bridged_by_the_store_itself(tmp_path: Path) -> None:

    with Azurite(tmp_path) as server:
        store = AzureBlobStore(server.connection, retries=5)
        store.put("a", b"1")
        server.kill()
        timer = Timer(0.5, server.start)
        timer.start()
        store.put("b", b"2")
        timer.join()
        assert store.get("b") == b"2"
        store.close()


def test_a_folder_is_snapshot_into_azure_and_read_back(azurite: Azurite, tmp_path: Path) -> None:
    files = {f"d{number % 5}/f{number}": b"%d" % number * 2000 for number in range(100)}
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    store = AzureBlobStore(azurite.connection, f"test-{uuid4().hex}")
    snapshot = snapshot_folder(tmp_path, store)
    stored = list(store.names(""))
    assert dict(Snapshot.load(store, snapshot.id).read_many(files)) == files
    assert snapshot_folder(tmp_path, store).id == snapshot.id
    assert list(store.names("")) == stored
    store.close()


def test_a_blob_that_somebody_has_leased_can_be_read_and_is_worth_another_try_to_write(azurite: Azurite) -> None:
    container = f"test-{uuid4().hex}"
    store = AzureBlobStore(azurite.connection, container, retries=0)
    store.put("a", b"1")
    with BlobServiceClient.from_connection_string(azurite.connection) as service:
        lease = service.get_blob_client(container, "a").acquire_lease(lease_duration=60)
        assert store.get("a") == b"1"
        assert store.get_range("a", 0, 1) == b"1"
        assert not store.put_if_absent("a", b"2")
        for call in (lambda: store.put("a", b"2"), lambda: store.delete("a")):
            with pytest.raises(StorageUnavailableError, match="LeaseIdMissing"):
                call()
        store.put("b", b"other blobs are free")
        lease.release()
    store.put("a", b"2")
    assert store.get("a") == b"2"
    store.delete("a")
    assert not store.exists("a")
    store.close()


def test_a_container_that_somebody_has_leased_works_like_any_other(azurite: Azurite) -> None:
    container = f"test-{uuid4().hex}"
    store = AzureBlobStore(azurite.connection, container, retries=0)
    store.put("a", b"1")
    with BlobServiceClient.from_connection_string(azurite.connection) as service:
        lease = service.get_container_client(container).acquire_lease(lease_duration=60)
        store.put("a", b"2")
        assert store.put_if_absent("b", b"3")
        store.delete("b")
        store.check()
        assert store.get("a") == b"2"
        lease.release()
    store.close()


def test_a_blob_in_many_blocks_that_is_replaced_while_it_is_read_is_never_mixed(azurite: Azurite) -> None:
    store = AzureBlobStore(azurite.connection, f"test-{uuid4().hex}", retries=0)
    versions = [bytes([letter]) * 20_000_000 for letter in b"ab"]
    store.put("flip", versions[0])
    stop = Event()

    def write() -> None:
        while not stop.is_set():
            for version in reversed(versions):
                store.put("flip", version)

    writer = Thread(target=write)
    writer.start()
    changed = whole = 0
    try:
        while whole < 2 or (changed < 1 and whole < 30):
            try:
                assert store.get("flip") in versions
                whole += 1
            except StorageUnavailableError as error:
                # The ETag told that the rest belongs to another version: worth another try.
                assert "ConditionNotMet" in str(error)
                changed += 1
                assert changed < 50
    finally:
        stop.set()
        writer.join()
    assert store.get("flip") == versions[0]
    store.close()


def test_the_etag_moves_with_every_replacement_and_stays_when_a_writer_comes_second(azurite: Azurite) -> None:
    container = f"test-{uuid4().hex}"
    store = AzureBlobStore(azurite.connection, container)
    with BlobServiceClient.from_connection_string(azurite.connection) as service:
        blob = service.get_blob_client(container, "a")
        assert store.put_if_absent("a", b"1")
        first = blob.get_blob_properties().etag
        assert not store.put_if_absent("a", b"2")
        assert blob.get_blob_properties().etag == first
        store.put("a", b"3")
        assert blob.get_blob_properties().etag != first
    store.close()
