"""Large payloads go through the app's own store, never into the state file."""

from __future__ import annotations

from pathlib import Path

from tests.functions_host.host_process import Host


def test_large_payloads_survive_every_way_and_stay_out_of_the_state_file(state: Path, tmp_path: Path) -> None:
    payloads = tmp_path / "payloads"
    payloads.mkdir()
    given = {"data": "0123456789" * 20_000, "steps": 0}
    expected = {"activities": 2, "entity": 0, "event": 0, "generations": 2}
    with Host("payloads", state, PAYLOADS=str(payloads)).started() as host:
        for name, steps in expected.items():
            assert host.post(f"/api/run/{name}", given).json() == {**given, "steps": steps}, name
    assert len(list(payloads.iterdir())) >= 10
    assert given["data"][:1000].encode() not in (state / "TestHubName.db").read_bytes()
