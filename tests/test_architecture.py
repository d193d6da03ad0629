"""Who may import whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"activities", "codestory", "entities", "functions_host", "orchestrators", "plugins", "triggers"}
AZURE_FUNCTIONS = ("azure.functions", "azure.durable_functions", "durabletask")

MAY_IMPORT = {
    "codestory": set[str](),
    "plugins": {"codestory"},
    "functions_host": set[str](),
    "activities": {"codestory"},
    "entities": {"codestory"},
    "orchestrators": {"codestory"},
    "triggers": {"codestory"},
}
WITHOUT_FUNCTIONS = {"codestory", "plugins"}
IMPURE = ("os", "random", "time", "socket", "httpx", "requests", "subprocess", "pathlib", "uuid", "secrets", "asyncio")


def imports(package: str) -> Iterator[tuple[Path, str]]:
    for file in sorted((ROOT / package).rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((file, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                yield file, node.module


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_a_package_imports_only_what_is_below_it(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    wrong = [
        f"{file.relative_to(ROOT)}: {name}"
        for file, name in imports(package)
        if (top := name.partition(".")[0]) in OURS and top not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("package", sorted(WITHOUT_FUNCTIONS))
def test_the_library_and_the_steps_know_nothing_of_azure_functions(package: str) -> None:
    wrong = [f"{file.relative_to(ROOT)}: {name}" for file, name in imports(package) if name.startswith(AZURE_FUNCTIONS)]
    assert wrong == []


def test_orchestrators_import_no_clock_no_randomness_and_no_io() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}: {name}"
        for file, name in imports("orchestrators")
        if name.partition(".")[0] in IMPURE
    ]
    assert wrong == []


def test_orchestrators_never_ask_for_the_present_moment() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sorted((ROOT / "orchestrators").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today", "environ", "getenv")
    ]
    assert wrong == []


@pytest.mark.parametrize("package", sorted(OURS))
def test_structures_are_prepared_for_decoding_when_their_module_is_imported(package: str) -> None:
    # msgspec 0.22 ends the process where two threads decode a structure at once that was never decoded before. Making
    # the decoder beside the class lets nobody see the class before it is ready.
    wrong = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in sorted((ROOT / package).rglob("*.py"))
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if (call.func.attr == "Decoder" and call.args)
        or (call.func.attr in ("decode", "convert") and any(_names_a_class(keyword) for keyword in call.keywords))
    ]
    assert wrong == []


def _names_a_class(keyword: ast.keyword) -> bool:
    names = {node.id for node in ast.walk(keyword.value) if isinstance(node, ast.Name)}
    return keyword.arg == "type" and not names <= {"bool", "bytes", "dict", "float", "int", "list", "str", "tuple"}
