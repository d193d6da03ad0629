"""Keys: auth levels, the management API, and never an open door to others."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from functions_host.exceptions import HostError
from functions_host.keys import KeyRing
from tests.functions_host.host_process import Host, eventually


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory):
    with Host("features", tmp_path_factory.mktemp("guarded") / "state", "--auth").started() as host:
        yield host, json.loads((host.state / "keys.json").read_text())


def test_the_key_file_is_for_its_owner_only_and_its_keys_are_never_shown(guarded: tuple[Host, dict]) -> None:
    host, keys = guarded
    assert stat.S_IMODE((host.state / "keys.json").stat().st_mode) == 0o600
    host.get("/api/secret", params={"code": keys["masterKey"]})
    for key in (keys["masterKey"], keys["functionKeys"]["default"], keys["systemKeys"]["durabletask_extension"]):
        assert key not in host.log()


def test_auth_levels_are_enforced(guarded: tuple[Host, dict]) -> None:
    host, keys = guarded
    function, master = keys["functionKeys"]["default"], keys["masterKey"]
    assert host.get("/api/ping").status_code == 200
    refused = host.get("/api/secret")
    assert (refused.status_code, refused.content) == (401, b"")
    assert host.get("/api/secret", headers={"x-functions-key": "wrong"}).status_code == 401
    assert host.get("/api/secret", headers={"x-functions-key": function}).status_code == 200
    assert host.get("/api/secret", params={"code": function}).status_code == 200
    assert host.get("/api/admin-only", params={"code": function}).status_code == 401
    assert host.get("/api/admin-only", params={"code": master}).status_code == 200


def test_the_management_api_wants_the_system_key_and_links_carry_it(guarded: tuple[Host, dict]) -> None:
    host, keys = guarded
    response = host.post("/api/start/chain")
    url = response.json()["statusQueryGetUri"]
    assert f"code={keys['systemKeys']['durabletask_extension']}" in url
    assert host.client.get(url).status_code in (200, 202)
    assert host.client.get(url.partition("?")[0]).status_code == 401
    assert host.get("/runtime/webhooks/durabletask/instances").status_code == 401
    restarted = host.client.post(eventually(lambda: response.json()["restartPostUri"]), headers={"content-length": "0"})
    assert restarted.status_code in (202, 409)


def test_admin_endpoints_want_the_master_key(guarded: tuple[Host, dict]) -> None:
    host, keys = guarded
    assert host.get("/admin/host/status").status_code == 200
    assert host.get("/admin/functions").status_code == 401
    assert host.get("/admin/functions", params={"code": keys["masterKey"]}).status_code == 200


def test_a_host_that_others_can_reach_does_not_start_without_keys(state: Path) -> None:
    host = Host("features", state, "--host", "0.0.0.0")
    host.launch()
    assert host.process is not None
    assert host.process.wait(timeout=60) == 1
    assert host.log().strip().count("\n") == 0
    assert "--auth" in host.log()
    host.client.close()


def test_a_key_of_a_single_function_opens_only_that(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    KeyRing.load(file)
    content = json.loads(file.read_text())
    content["functions"] = {"one": {"default": "only-one"}}
    file.write_text(json.dumps(content))
    ring = KeyRing.load(file)
    assert ring.allows("function", "one", "only-one")
    assert not ring.allows("function", "two", "only-one")
    assert not ring.allows("function", "one", "")
    assert not ring.allows("function", "one", None)
    assert not ring.allows_system("only-one")


@pytest.mark.parametrize("content", ["{", "{}", '{"masterKey": ""}', "[]", '{"masterKey": "a", "systemKeys": {}}'])
def test_a_broken_key_file_is_one_clear_error(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(content)
    with pytest.raises(HostError, match=r"keys\.json"):
        KeyRing.load(file)
