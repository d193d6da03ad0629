"""Where the graph is, as the environment says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from codestory.exceptions import ConfigurationError, GraphUnavailableError
from codestory.graph import open_store
from codestory.graph.store import GraphSettings, GraphStore


def test_without_a_uri_the_graph_is_embedded_below_the_home_folder() -> None:
    settings = GraphSettings.from_environment({"CODESTORY_HOME": "/somewhere"})

    assert settings.embedded
    assert settings.folder == Path("/somewhere/graph")


def test_a_uri_names_a_server() -> None:
    settings = GraphSettings.from_environment(
        {
            "CODESTORY_NEO4J_URI": "neo4j+s://x.databases.neo4j.io",
            "CODESTORY_NEO4J_USERNAME": "me",
            "CODESTORY_NEO4J_PASSWORD": "secret",
            "CODESTORY_NEO4J_DATABASE": "code",
        }
    )

    assert not settings.embedded
    assert (settings.username, settings.database) == ("me", "code")
    assert "secret" not in repr(settings) + settings.place


@pytest.mark.parametrize("uri", ["localhost:7687", "http://localhost", "bolt://", "bolt://[::1", "redis://x"])
def test_a_uri_that_no_driver_understands_is_refused(uri: str) -> None:
    with pytest.raises(ConfigurationError, match="CODESTORY_NEO4J_URI must look like"):
        GraphSettings.from_environment({"CODESTORY_NEO4J_URI": uri})


def test_credentials_in_the_uri_are_refused_without_being_repeated() -> None:
    with pytest.raises(ConfigurationError, match="holds credentials") as caught:
        GraphSettings.from_environment({"CODESTORY_NEO4J_URI": "bolt://me:hunter2@host"})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "seconds"), [("", 60), (" 90 ", 90), ("0.5", 0.5), ("PT2M", 120), ("PT1H30M", 5400), ("00:01:30", 90)]
)
def test_patience_is_seconds_or_an_iso_duration(text: str, seconds: float) -> None:
    settings = GraphSettings.from_environment({"CODESTORY_NEO4J_PATIENCE": text})

    assert settings.patience == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["0", "-5", "PT0S", "-PT1M", "soon", "2m", "nan", "inf", "1e300", "P2D"])
def test_a_patience_that_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="CODESTORY_NEO4J_PATIENCE must be") as caught:
        GraphSettings.from_environment({"CODESTORY_NEO4J_PATIENCE": text})
    assert repr(text) in str(caught.value)


def test_a_call_gives_up_when_the_patience_of_the_environment_is_over() -> None:
    settings = GraphSettings.from_environment(
        {"CODESTORY_NEO4J_URI": "bolt://127.0.0.1:1", "CODESTORY_NEO4J_PATIENCE": "PT0.2S"}
    )
    with GraphStore(settings) as store, pytest.raises(GraphUnavailableError, match="does not answer"):
        store.transaction(lambda tx: tx.run("RETURN 1").data())


def test_a_process_shares_one_store_per_settings(tmp_path: Path) -> None:
    settings = GraphSettings(folder=tmp_path)

    assert open_store(settings) is open_store(GraphSettings(folder=tmp_path))
    assert open_store(settings) is not open_store(GraphSettings(folder=tmp_path / "other"))


def test_a_server_that_is_not_there_is_a_transient_error() -> None:
    with (
        GraphStore(GraphSettings(uri="bolt://127.0.0.1:1", patience=timedelta(seconds=0.3))) as store,
        pytest.raises(GraphUnavailableError, match="does not answer"),
    ):
        store.read("RETURN 1")


@pytest.mark.parametrize("text", ["much", "-1m", "0", "12 m", "5t", "1m -XX:+Something"])
def test_a_heap_that_is_no_size_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigurationError, match="CODESTORY_GRAPH_HEAP must be") as caught:
        GraphSettings.from_environment({"CODESTORY_GRAPH_HEAP": text})
    assert caught.value.details["key"] == "CODESTORY_GRAPH_HEAP"


@pytest.mark.parametrize("text", ["", "288m", "1G", "500000k", "300000000"])
def test_a_heap_is_a_size(text: str) -> None:
    assert GraphSettings.from_environment({"CODESTORY_GRAPH_HEAP": text}).heap == text
