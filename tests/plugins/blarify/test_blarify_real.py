"""The real Blarify over a small package, in its own environment."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from plugins.blarify import environment
from plugins.blarify.step import BlarifyStep
from tests.plugins.documentation_grapher.graph_run import Bench

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

type Make = Callable[[], Bench]

FILES: dict[str, str | bytes] = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "shop/__init__.py": "from shop.cart import Cart\n",
    "shop/cart.py": '''"""Carts."""


class Cart:
    """A cart."""

    def __init__(self):
        self.lines = []

    def add(self, item):
        self.lines.append(check(item))

    async def total(self):
        def one(line):
            return line.price
        return sum(map(one, self.lines))


def check(item):
    return item
''',
    "shop/orders.py": (
        "from shop.cart import Cart\n\n\ndef order():\n    cart = Cart()\n    cart.add(1)\n    return cart\n"
    ),
    "README.md": "# Shop",
}
NODES = {
    ("Module", "shop/__init__.py#"),
    ("Module", "shop/cart.py#"),
    ("Module", "shop/orders.py#"),
    ("Class", "shop/cart.py#Cart"),
    ("Method", "shop/cart.py#Cart.__init__"),
    ("Method", "shop/cart.py#Cart.add"),
    ("Method", "shop/cart.py#Cart.total"),
    ("Function", "shop/cart.py#Cart.total.one"),
    ("Function", "shop/cart.py#check"),
    ("Function", "shop/orders.py#order"),
}


@pytest.fixture(autouse=True)
def tools(real_blarify: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BlarifyStep, "tools", real_blarify)


def nodes(repo: Bench) -> dict[tuple[str, str], dict[str, object]]:
    return {
        (label, row["p"]["id"].partition(":")[2]): row["p"]
        for label in ("Module", "Class", "Function", "Method")
        for row in repo.store.read(
            f"MATCH (n:{label}) WHERE n.repository = $r RETURN properties(n) AS p", r=repo.repository
        )
    }


def test_the_hierarchy_of_a_small_package(bench: Make) -> None:
    repo = bench()
    done = repo.run(BlarifyStep(), FILES, mode="hierarchy", timeout=None)
    found = nodes(repo)
    assert set(found) == NODES
    assert found["Class", "shop/cart.py#Cart"]["start_line"] == 4
    assert found["Class", "shop/cart.py#Cart"]["docstring"] == "A cart."
    assert done.summary.counters["references"] == 0
    assert done.warnings == []


def test_references_by_an_index(bench: Make, real_blarify: Path) -> None:
    if not environment.has_scip(real_blarify) or shutil.which("node") is None:
        pytest.skip("scip-python is not installed: there is no npm")
    repo = bench()
    repo.run(BlarifyStep(), FILES, mode="scip", timeout=timedelta(minutes=5))
    assert set(nodes(repo)) == NODES
    found = {
        (type, row["a"].partition(":")[2], row["b"].partition(":")[2])
        for type in ("CALLS", "INSTANTIATES", "IMPORTS")
        for row in repo.store.read(
            f"MATCH (a)-[e:{type}]->(b) WHERE a.repository = $r RETURN a.id AS a, b.id AS b", r=repo.repository
        )
    }
    assert {
        ("CALLS", "shop/cart.py#Cart.add", "shop/cart.py#check"),
        ("CALLS", "shop/orders.py#order", "shop/cart.py#Cart.add"),
        ("INSTANTIATES", "shop/orders.py#order", "shop/cart.py#Cart"),
        ("IMPORTS", "shop/orders.py#", "shop/cart.py#Cart"),
    } <= found
