"""A host without keys is for the programs of its user, not for web pages and other users of the machine."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import httpx
import pytest

from tests.functions_host.host_process import Host

INSTANCES = "/runtime/webhooks/durabletask/instances"


@pytest.mark.parametrize("origin", ["https://evil.test", "http://127.0.0.1.evil.test", "null", "http://[::ffff]", ""])
def test_a_page_of_another_machine_starts_and_changes_nothing(features: Host, origin: str) -> None:
    # What a page may send without asking the server first: a POST of plain text.
    headers = {"origin": origin, "content-type": "text/plain"}
    before = features.client.get(INSTANCES).json()
    for path in ("/api/start/chain", "/runtime/webhooks/durabletask/orchestrators/chain", "/admin/functions/tick"):
        answer = features.client.post(path, content="{}", headers=headers)
        assert (answer.status_code, "--auth" in answer.text) == (403, True), path
    assert features.client.get(INSTANCES).json() == before


@pytest.mark.parametrize("name", ["evil.test", "localhost.evil.test", "10.0.0.1", "[fe80::1]", "127.0.0.1@evil.test"])
def test_a_name_that_was_made_to_stand_for_this_machine_is_told_nothing(features: Host, name: str) -> None:
    port = httpx.URL(str(features.client.base_url)).port
    for path in ("/api/ping", INSTANCES, "/admin/functions", "/"):
        assert features.client.get(path, headers={"host": f"{name}:{port}"}).status_code in (400, 403), path


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]", "app.localhost"])
def test_programs_and_pages_of_this_machine_are_answered(features: Host, name: str) -> None:
    port = httpx.URL(str(features.client.base_url)).port
    for headers in ({}, {"origin": f"http://{name}:{port}"}, {"origin": "http://localhost:3000"}):
        answer = features.client.get("/api/ping", headers={"host": f"{name}:{port}", **headers})
        assert answer.status_code == 200, headers


def test_a_client_too_old_to_name_the_host_is_answered(features: Host) -> None:
    url = httpx.URL(str(features.client.base_url))
    with socket.create_connection((url.host, url.port or 0), timeout=10) as connection:
        connection.sendall(b"GET /api/ping HTTP/1.0\r\n\r\n")
        assert b" 200 " in connection.recv(100)


def test_nobody_else_reaches_the_hub_where_all_may_enter_its_folder(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o777)
    mask = os.umask(0)
    try:
        with Host("limits", state).started():
            assert stat.S_IMODE((state / "hub.sock").stat().st_mode) == 0o600
    finally:
        os.umask(mask)
