"""A query that ends the database whenever it is asked for it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import ExitStack, closing, suppress

import pytest

from codestory.exceptions import GraphUnavailableError
from codestory.graph import embedded
from codestory.graph.store import GraphSettings, GraphStore


class Fuse:
    """Passes Bolt on to a server, and cuts the connection on which a doomed query comes."""

    def __init__(self, port: int) -> None:
        self.cuts = 0
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._ends += [client, server]
                threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(server, client), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                if b"doomed" in data:
                    self.cuts += 1
                    break
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def fuse(embedded_store: GraphStore) -> Generator[tuple[Fuse, GraphStore]]:
    folder = embedded_store.settings.folder
    server = embedded.running(folder)
    assert server is not None
    with ExitStack() as stack:
        made = stack.enter_context(closing(Fuse(server.port)))
        settings = GraphSettings(
            f"bolt://127.0.0.1:{made.port}", username="root", password=server.password, database=embedded.DATABASE
        )
        yield made, stack.enter_context(GraphStore(settings))


def test_a_query_that_ends_the_database_is_not_tried_until_patience_ends(fuse: tuple[Fuse, GraphStore]) -> None:
    made, store = fuse
    with pytest.raises(GraphUnavailableError, match=r"2 times while it worked on this query.*CODESTORY_GRAPH_HEAP"):
        store.query_readonly("RETURN 'doomed'")
    assert made.cuts == 2
    assert store.query_readonly("RETURN 1 AS x").rows == [[1]]
