from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.orchestrators.engine import Engine, World, engine


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def hub(world: World) -> Iterator[Engine]:
    with engine(world) as running:
        yield running
