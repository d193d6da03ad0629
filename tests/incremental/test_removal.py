"""What is deleted, renamed or moved leaves nothing behind."""

from __future__ import annotations

import pytest

from tests.incremental.polyglot import POLYGLOT
from tests.incremental.workspace import Workspace


def _owned(workspace: Workspace, path: str) -> list[str]:
    """Nodes of a path or below it, by their ``path`` and by their ids."""
    prefix = f"{workspace.repository}:{path}"
    by_id = workspace.store.read(
        "MATCH (n) WHERE n.repository = $r AND (n.id = $p OR n.id STARTS WITH $inside OR n.id STARTS WITH $below"
        " OR n.id STARTS WITH $about) RETURN labels(n)[0] AS label, n.id AS id",
        r=workspace.repository,
        p=prefix,
        inside=f"{prefix}#",
        below=f"{prefix}/",
        about=f"{prefix}@",
    )
    cut = len(workspace.repository) + 1
    return sorted({*workspace.rows_of_paths(path), *(f"{row['label']} {row['id'][cut:]}" for row in by_id)})


def test_deleted_files_take_everything_they_own_with_them(polyglot: Workspace) -> None:
    polyglot.run()
    paths = ("shop/orders.py", "web/src/cart.ts", "stock/text.go", "docs/guide.md", "README.md")
    assert all(len(_owned(polyglot, path)) > 2 for path in paths)
    polyglot.remove(*paths)
    polyglot.run()
    assert [owned for path in paths for owned in _owned(polyglot, path)] == []
    assert not polyglot.differs_from_fresh()


def test_a_deleted_folder_takes_everything_in_it(polyglot: Workspace) -> None:
    polyglot.run()
    polyglot.remove("shop", "net")
    polyglot.run()
    assert _owned(polyglot, "shop") == _owned(polyglot, "net") == []
    assert not polyglot.differs_from_fresh()


_RENAMED = (
    ("shop/orders.py", "shop/sales.py"),
    ("shop/prices.py", "shop/prices.pyi"),
    ("web/src/format.ts", "web/src/format.tsx"),
    ("web/src/cart.ts", "web/src/cart.js"),
    ("java/src/main/java/com/acme/model/Item.java", "java/src/main/java/com/acme/shop/Item.java"),
    ("cmd/shop/describe.go", "stock/describe.go"),
    ("net/Shop.Core/Item.cs", "net/Shop.Web/Item.cs"),
    ("docs/guide.md", "docs/manual.md"),
    ("docs/index.rst", "docs/index.md"),
    ("shop/store", "tests/store"),
)


def test_what_is_renamed_is_as_if_it_had_always_been_called_so(polyglot: Workspace) -> None:
    polyglot.run()
    for path, target in _RENAMED:
        assert len(_owned(polyglot, path)) > 2
        (polyglot.folder / path).rename(polyglot.folder / target)
    polyglot.run()
    for path, target in _RENAMED:
        assert _owned(polyglot, path) == []
        assert len(_owned(polyglot, target)) > 2
    assert not polyglot.differs_from_fresh()
    (polyglot.folder / "shop").rename(polyglot.folder / "market")
    polyglot.run()
    assert not polyglot.differs_from_fresh()


@pytest.mark.parametrize("suffix", [".go", ".ts", ".java", ".cs", ".py"])
def test_one_renamed_file_of_a_language_is_found_under_its_new_name(workspace: Workspace, suffix: str) -> None:
    files = {path: text for path, text in POLYGLOT.items() if path.endswith(suffix)}
    workspace.write(files)
    workspace.run(["syntax"])
    path = max(files)
    (workspace.folder / path).rename((workspace.folder / path).with_name(f"Other{suffix}"))
    workspace.run(["syntax"])
    assert _owned(workspace, path) == []
    other = path.rpartition("/")[0] + f"/Other{suffix}"
    assert f"Module {other}#" in _owned(workspace, other)


def test_two_files_with_the_same_content_are_two_files(polyglot: Workspace) -> None:
    polyglot.run()
    twins = {"shop/twin.py": "shop/prices.py", "web/src/twin.js": "web/src/format.ts", "stock/twin.go": "stock/text.go"}
    polyglot.write({twin: POLYGLOT[path] for twin, path in twins.items()})
    polyglot.run()
    assert not polyglot.differs_from_fresh()
    polyglot.remove(*twins.values())
    polyglot.run()
    assert not polyglot.differs_from_fresh()


def test_an_external_name_goes_with_the_last_file_that_uses_it(polyglot: Workspace) -> None:
    packages = "MATCH (p:Package {repository: $r}) WHERE p.id ENDS WITH $n RETURN count(p) AS n"

    def count(name: str) -> int:
        return polyglot.store.read(packages, r=polyglot.repository, n=name)[0]["n"]

    polyglot.write({"one.py": "import yaml\nyaml.load('')\n", "other.py": "import yaml\nyaml.load('')\n"})
    polyglot.run()
    assert count("@package/yaml.load") == 1
    polyglot.remove("one.py")
    polyglot.run()
    assert count("@package/yaml.load") == 1
    polyglot.remove("other.py")
    polyglot.run()
    assert count("@package/yaml.load") == count("@package/yaml") == 0
    assert not polyglot.differs_from_fresh()


def test_a_file_and_a_folder_can_take_each_other_s_place(polyglot: Workspace) -> None:
    polyglot.run()
    text = POLYGLOT["shop/orders.py"]
    polyglot.remove("shop/orders.py", "docs")
    polyglot.write({"shop/orders.py/__init__.py": "", "shop/orders.py/inside.py": text, "docs": "# Docs\n"})
    polyglot.run()
    assert not polyglot.differs_from_fresh()
    polyglot.remove("shop/orders.py", "docs")
    polyglot.write({"shop/orders.py": text, "docs/guide.md": POLYGLOT["docs/guide.md"]})
    polyglot.run()
    assert not polyglot.differs_from_fresh()


def test_a_folder_that_is_ignored_from_now_on_is_gone(polyglot: Workspace) -> None:
    polyglot.run()
    polyglot.write({".gitignore": "shop/store/\n*.cs\n"})
    polyglot.run()
    assert _owned(polyglot, "shop/store") == _owned(polyglot, "net/Shop.Core/Item.cs") == []
    assert not polyglot.differs_from_fresh()
    polyglot.remove(".gitignore")
    polyglot.run()
    assert not polyglot.differs_from_fresh()
