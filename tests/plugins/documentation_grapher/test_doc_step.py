"""The step on a real graph: fresh runs, updates, and everything in between end with the same rows."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from codestory.exceptions import CancelledError
from plugins.documentation_grapher.step import DocumentationGrapherStep
from tests.plugins.documentation_grapher.graph_run import Bench, Token

type Make = Callable[[], Bench]

FILES: dict[str, str | bytes] = {
    "shop/__init__.py": "",
    "shop/cart.py": '''"""Carts.

See :class:`Cart`.
"""
class Base:
    def total(self):
        """Sum of :meth:`.Cart.add`."""

class Cart(Base):
    """One line."""
    def add(self, item):
        """Put ``item`` in.

        Args:
            item: what to add

        Raises:
            CartError: if full
        """

class CartError(Exception):
    """Raised by :meth:`Cart.add`."""
''',
    "shop/other.py": "def helper(): ...\n",
    "README.md": "# Shop\n\nUse `Cart` and [the guide](docs/guide.rst#adding), `helper()`, `Cart.total`.\n",
    "docs/conf.py": "",
    "docs/guide.rst": "Guide\n=====\n\n.. _adding:\n\nAdding\n------\n\n.. autoclass:: shop.cart.Cart\n\n:doc:`more`\n",
    "docs/more.txt": "More\n====\n\n:ref:`adding` and :meth:`shop.cart.Cart.add`, :class:`Nothing`.\n",
}


def fresh(make: Make, files: dict[str, str | bytes]) -> set[tuple[object, ...]]:
    bench = make()
    bench.write_code(files)
    bench.run(DocumentationGrapherStep(), files)
    return bench.rows()


def edges(bench: Bench, type: str) -> set[tuple[str, str]]:
    return {(row[1], row[2]) for row in bench.rows() if row[0] == type}


def test_documents_sections_and_docstrings_are_linked_to_the_code(bench: Make) -> None:
    repo = bench()
    repo.write_code(FILES)
    run = repo.run(DocumentationGrapherStep(), FILES)
    assert edges(repo, "DESCRIBES") == {
        (":README.md#shop", ":shop/cart.py#Cart"),
        (":README.md#shop", ":shop/other.py#helper"),
        (":README.md#shop", ":shop/cart.py#Base.total"),
        (":docs/guide.rst#adding", ":shop/cart.py#Cart"),
        (":docs/more.txt#more", ":shop/cart.py#Cart.add"),
        (":shop/cart.py#@docstring", ":shop/cart.py#Cart"),
        (":shop/cart.py#Base.total@docstring", ":shop/cart.py#Cart.add"),
        (":shop/cart.py#Cart.add@docstring", ":shop/cart.py#CartError"),
        (":shop/cart.py#CartError@docstring", ":shop/cart.py#Cart.add"),
    }
    assert edges(repo, "REFERENCES") == {
        (":README.md#shop", ":docs/guide.rst#adding"),
        (":docs/guide.rst#adding", ":docs/more.txt#"),
        (":docs/more.txt#more", ":docs/guide.rst#adding"),
    }
    assert edges(repo, "DOCUMENTED_BY") == {
        (":shop/cart.py#Cart", ":docs/guide.rst#adding"),
        (":shop/cart.py#", ":shop/cart.py#@docstring"),
        (":shop/cart.py#Base.total", ":shop/cart.py#Base.total@docstring"),
        (":shop/cart.py#Cart.add", ":shop/cart.py#Cart.add@docstring"),
        (":shop/cart.py#CartError", ":shop/cart.py#CartError@docstring"),
    }
    assert edges(repo, "DEFINES") == {(f":{p}", f":{p}#") for p in ("README.md", "docs/guide.rst", "docs/more.txt")}
    assert (":docs/guide.rst#guide", ":docs/guide.rst#adding") in edges(repo, "CONTAINS")
    assert run.summary.counters["documents"] == 3
    assert run.summary.counters["docstrings"] == 4
    assert run.summary.counters["references_unresolved"] == 1


def test_nothing_is_done_again_when_nothing_changed(bench: Make) -> None:
    repo = bench()
    repo.write_code(FILES)
    first = repo.run(DocumentationGrapherStep(), FILES)
    again = repo.run(DocumentationGrapherStep(), FILES)
    assert first.plan.stale == first.plan.units == 7
    assert again.plan.stages == ()
    assert (again.plan.units, again.plan.stale, again.plan.reasons) == (7, 0, {"not_stale": 7})
    assert again.summary.counters == first.summary.counters


def test_everything_is_done_again_when_it_is_asked_for_or_an_option_changed(bench: Make) -> None:
    repo = bench()
    repo.write_code(FILES)
    repo.run(DocumentationGrapherStep(), FILES)
    full = repo.run(DocumentationGrapherStep(), FILES, full=True)
    assert full.plan.reasons == {"requested": 7}
    assert full.totals["units_resolved"] == 4
    assert full.totals["nodes"] == full.totals["relationships"] == 0
    without = repo.run(DocumentationGrapherStep(), FILES, docstrings=False)
    assert without.plan.reasons == {"options_changed": 3, "removed": 4}
    assert not any("@docstring" in str(row) for row in repo.rows())
    repo.run(DocumentationGrapherStep(), FILES)
    assert repo.rows() == fresh(bench, FILES)


def test_every_batch_may_run_twice(bench: Make) -> None:
    repo = bench()
    repo.write_code(FILES)
    repo.run(DocumentationGrapherStep(), FILES, twice=True)
    assert repo.rows() == fresh(bench, FILES)


@pytest.mark.parametrize(
    ("edit", "reason", "resolved"),
    [
        ({"README.md": "# Shop\n\n`Cart` only\n"}, "input_changed", 1),
        ({"docs/guide.rst": "Guide\n=====\n\nText\n"}, "input_changed", 4),
        ({"shop/other.py": "def helper():\n    '''See :class:`shop.cart.Cart`.'''\n"}, "upstream_stale", 1),
        ({"shop/other.py": "def renamed(): ...\n"}, "upstream_stale", 1),
        ({"shop/other.py": "def helper(): ...\nclass Nothing: ...\n"}, "upstream_stale", 1),
        ({"shop/other.py": "def helper(): ...\nclass Cart: ...\n"}, "upstream_stale", 4),
        ({"shop/cart.py": "class Cart: ...\n"}, "upstream_stale", 3),
        ({"shop/third.py": "class Cart: ...\n"}, "upstream_stale", 4),
        ({"NEWS.md": "# News\n\n`Cart`\n"}, "missing", 5),
        ({"docs/more.txt": None}, "removed", 3),
        ({"shop/other.py": None}, "removed", 4),
        ({"docs/more.txt": None, "docs/else.txt": FILES["docs/more.txt"]}, "missing", 4),
        ({"shop/cart.py": None, "shop/__init__.py": None, "shop/other.py": None}, "removed", 3),
    ],
)
def test_an_update_ends_with_the_graph_of_a_fresh_run(
    bench: Make, edit: dict[str, str | bytes | None], reason: str, resolved: int
) -> None:
    files = {p: t for p, t in {**FILES, **edit}.items() if t is not None}
    repo = bench()
    repo.write_code(FILES)
    repo.run(DocumentationGrapherStep(), FILES)
    repo.write_code(files)
    run = repo.run(DocumentationGrapherStep(), files)
    assert reason in run.plan.reasons
    assert run.totals["units_resolved"] == resolved
    assert repo.rows() == fresh(bench, files)


@pytest.mark.parametrize(
    "edit",
    [
        {"shop/other.py": "def helper(): ...\ndef extra(): ...\n"},
        {"shop/cart.py": str(FILES["shop/cart.py"]) + "\ndef added():\n    return 1\n"},
        {"shop/cart.py": str(FILES["shop/cart.py"]).replace("def add(self, item):", "def add(self, item, *more):")},
        {"shop/other.py": "from .cart import Cart\n\ndef helper(): ...\n"},
    ],
)
def test_an_edit_that_no_reference_can_notice_resolves_nothing(bench: Make, edit: dict[str, str | bytes]) -> None:
    repo = bench()
    repo.write_code(FILES)
    first = repo.run(DocumentationGrapherStep(), FILES)
    changed = {**FILES, **edit}
    repo.write_code(changed)
    run = repo.run(DocumentationGrapherStep(), changed)
    assert run.totals["units_resolved"] == 0
    assert run.summary.counters["references_resolved"] == first.summary.counters["references_resolved"]
    assert repo.rows() == fresh(bench, changed)
    assert repo.run(DocumentationGrapherStep(), changed).plan.stages == ()


def test_docstrings_know_the_package_that_their_file_came_into(bench: Make) -> None:
    alone: dict[str, str | bytes] = {
        "src/shop/cart.py": 'class Cart:\n    """See :func:`total`.\n\n    More.\n    """\n\ndef total(): ...\n',
        "src/shop/other.py": "def total(): ...\n",
        "docs/page.rst": ".. module:: shop.other\n\n:func:`total`\n",
    }
    packed: dict[str, str | bytes] = {**alone, "src/shop/__init__.py": ""}
    repo = bench()
    for files in (alone, packed, alone):
        repo.write_code(files)
        repo.run(DocumentationGrapherStep(), files)
        assert repo.rows() == fresh(bench, files)


def test_a_path_may_hold_the_character_that_separates_paths_from_names(bench: Make) -> None:
    files: dict[str, str | bytes] = {
        "c#/shop.py": 'class Cart:\n    """A cart.\n\n    See :class:`Base`.\n    """\n\nclass Base: ...\n',
        "c#/api.py": "from .shop import Base\n",
        "README.md": "`Cart` and `api.Base`\n",
    }
    repo = bench()
    repo.write_code(files)
    repo.run(DocumentationGrapherStep(), files)
    assert edges(repo, "DESCRIBES") == {
        (":README.md#", ":c#/shop.py#Cart"),
        (":README.md#", ":c#/shop.py#Base"),
        (":c#/shop.py#Cart@docstring", ":c#/shop.py#Base"),
    }
    assert edges(repo, "DOCUMENTED_BY") == {(":c#/shop.py#Cart", ":c#/shop.py#Cart@docstring")}


def test_all_stale_units_are_done_when_the_step_ends(bench: Make) -> None:
    repo = bench()
    files = {**FILES, "docs/long.rst": "Long\n====\n\n" + "Words and ``Cart``.\n" * 40_000}
    repo.write_code(files)
    first = repo.run(DocumentationGrapherStep(), files)
    assert [batch for batch in first.batches if batch.startswith("read-")] == ["read-0", "read-sources"]
    assert first.units == first.plan.stale == first.plan.units
    changed = {**files, "README.md": "# Shop\n", "shop/other.py": "def other(): ...\n"}
    repo.write_code(changed)
    second = repo.run(DocumentationGrapherStep(), changed)
    assert second.units == second.plan.stale == 2


def test_random_edits_one_after_the_other_end_with_the_graph_of_a_fresh_run(bench: Make) -> None:
    rng = random.Random(4)
    repo = bench()
    files = dict(FILES)
    names = ["Cart", "Base", "helper", "CartError", "Extra"]
    for step in range(6):
        match rng.randrange(4):
            case 0:
                files[f"docs/page{rng.randrange(3)}.rst"] = (
                    f"Page {step}\n======\n\n:class:`{rng.choice(names)}` :ref:`adding` :doc:`page{rng.randrange(3)}`\n"
                )
            case 1:
                files[f"shop/mod{rng.randrange(3)}.py"] = (
                    f"class {rng.choice(names)}:\n    '''Text.\n\n    :class:`.{rng.choice(names)}`\n    '''\n"
                )
            case 2:
                files.pop(rng.choice(sorted(p for p in files if p != "docs/conf.py")))
            case _:
                files["README.md"] = f"# Shop {step}\n\n`{rng.choice(names)}` [x](docs/page{rng.randrange(3)}.rst)\n"
        repo.write_code(files)
        repo.run(DocumentationGrapherStep(), files)
        assert repo.rows() == fresh(bench, files)


def test_a_name_is_found_through_the_module_that_imports_it(bench: Make) -> None:
    files: dict[str, str | bytes] = {
        "shop/__init__.py": "from .core.cart import Cart\n",
        "shop/core/__init__.py": "",
        "shop/core/cart.py": "class Cart:\n    def add(self): ...\n",
        "shop/api.py": "from .core.cart import Cart\n",
        "other/cart.py": "class Cart: ...\n",
        "README.md": "`shop.Cart`\n",
        "docs/a.rst": ":class:`shop.api.Cart`\n",
        "docs/b.rst": ".. module:: shop.api\n\n:meth:`Cart.add`\n",
    }
    repo = bench()
    repo.write_code(files)
    repo.run(DocumentationGrapherStep(), files)
    assert edges(repo, "DESCRIBES") == {
        (":README.md#", ":shop/core/cart.py#Cart"),
        (":docs/a.rst#", ":shop/core/cart.py#Cart"),
        (":docs/b.rst#", ":shop/core/cart.py#Cart.add"),
        (":docs/b.rst#", ":shop/api.py#"),
    }
    without: dict[str, str | bytes] = {**files, "shop/api.py": "x = 1\n"}
    repo.write_code(without)
    repo.run(DocumentationGrapherStep(), without)
    assert (":docs/a.rst#", ":shop/core/cart.py#Cart") not in edges(repo, "DESCRIBES")
    assert repo.rows() == fresh(bench, without)


def test_a_run_that_was_cancelled_is_completed_by_the_next(bench: Make) -> None:
    repo = bench()
    repo.write_code(FILES)
    with pytest.raises(CancelledError):
        repo.run(DocumentationGrapherStep(), FILES, token=Token(allowed=6))
    repo.run(DocumentationGrapherStep(), FILES)
    assert repo.rows() == fresh(bench, FILES)


def test_a_lost_cache_costs_time_and_nothing_else(bench: Make) -> None:
    repo = bench()
    repo.write_code(FILES)
    repo.run(DocumentationGrapherStep(), FILES)
    for name in list(repo.blobs.names("documentation/")):
        repo.blobs.delete(name)
    changed = {**FILES, "README.md": "# New\n\n`helper()`\n"}
    repo.run(DocumentationGrapherStep(), changed)
    assert repo.rows() == fresh(bench, changed)


def test_only_the_caches_of_the_last_run_are_kept(bench: Make) -> None:
    repo = bench()
    repo.write_code(FILES)
    for text in ("a", "b", "c"):
        repo.run(DocumentationGrapherStep(), {**FILES, "README.md": text})
    assert len(list(repo.blobs.names("documentation/"))) == 2


def test_options_choose_the_documents(bench: Make) -> None:
    repo = bench()
    files = {**FILES, "notes/a.txt": "shop.cart.Cart\n", "big.md": "# Big\n" * 400}
    repo.write_code(files)
    run = repo.run(
        DocumentationGrapherStep(),
        files,
        ignore_patterns=["docs/"],
        include_patterns=["notes/"],
        docstrings=False,
        max_file_bytes=2000,
    )
    documents = {row[1] for row in repo.rows() if row[0] == "Documentation"}
    assert documents == {":README.md#", ":notes/a.txt#"}
    assert len(run.warnings) == 1
    assert "big.md" in run.warnings[0]
    assert "max_file_bytes" in run.warnings[0]
    repo.run(DocumentationGrapherStep(), files)
    assert repo.rows() == fresh(bench, files)


def test_a_repository_without_documents_is_no_error(bench: Make) -> None:
    repo = bench()
    files: dict[str, str | bytes] = {"a.c": "int main;"}
    repo.write_code(files)
    run = repo.run(DocumentationGrapherStep(), files)
    assert run.plan.stages == ()
    assert repo.rows() == set()
