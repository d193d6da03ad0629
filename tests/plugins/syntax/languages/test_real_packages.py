"""On real packages the extraction finds what plain text search finds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from plugins.syntax.analyzer import Resolution
from tests.plugins.syntax.languages.golden_project import analyze
from tests.plugins.syntax.languages.source_packages import go_module, npm_package
from tests.support.sdists import sdist

COMMENTS = re.compile(r'@"(?:""|[^"])*"|"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*', re.DOTALL)
MODIFIERS = (
    r"(?:(?:public|protected|private|internal|static|abstract|final|sealed|partial|unsafe|readonly|ref|new)\s+)*"
)


def read(root: Path, *suffixes: str) -> dict[str, bytes]:
    return {
        p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.name.endswith(suffixes)
    }


def code(source: bytes) -> str:
    """The source without comments; strings are emptied."""
    text = source.decode(errors="replace").lstrip("\ufeff")
    return COMMENTS.sub(lambda match: " " if match[0].startswith("/") else '""', text)


def names(resolutions: Iterable[Resolution], *labels: str) -> set[tuple[str, str]]:
    return {
        (resolution.unit, node.properties["name"])
        for resolution in resolutions
        for node in resolution.rows.nodes
        if node.label in labels
    }


def test_every_type_and_import_of_a_java_package_is_found() -> None:
    files = read(sdist("jpype1==1.5.2") / "native", ".java")
    resolutions = analyze("java", files)
    pattern = re.compile(rf"^\s*{MODIFIERS}(?:class|interface|enum|@interface)\s+(\w+)", re.MULTILINE)
    expected = {(path, name) for path, source in files.items() for name in pattern.findall(code(source))}
    assert len(expected) > 50
    assert {item for item in names(resolutions, "Class") if not item[1].startswith("<")} == expected
    imports = re.compile(r"^import\s+(?:static\s+)?([\w.]+?)(?:\.\*)?;", re.MULTILINE)
    for resolution in resolutions:
        targets = {edge.target for edge in resolution.rows.edges if edge.type == "IMPORTS"}
        for name in imports.findall(code(files[resolution.unit])):
            last = name.rpartition(".")[2]
            assert any(
                target.endswith((f"/{name}", f"#{last}", f".{last}")) or f"/{name}" in target for target in targets
            ), (
                resolution.unit,
                name,
            )


def test_every_type_of_a_csharp_project_is_found() -> None:
    files = read(sdist("pythonnet==3.0.5") / "src", ".cs")
    resolutions = analyze("csharp", files)
    pattern = re.compile(
        rf"^\s*(?:\[[^\]\n]*\]\s*)*{MODIFIERS}(?:class|interface|struct|enum|record)\s+(\w+)", re.MULTILINE
    )
    broken = {r.unit for r in resolutions if "problems" in r.rows.nodes[0].properties}
    assert len(broken) < len(files) / 20, "more files than expected hold syntax that the grammar does not know"
    expected = {
        (path, name) for path, source in files.items() if path not in broken for name in pattern.findall(code(source))
    }
    found = {
        (r.unit, n.properties["name"])
        for r in resolutions
        for n in r.rows.nodes
        if n.label == "Class" and n.properties["kind"] != "delegate" and r.unit not in broken
    }
    assert len(expected) > 200
    assert (expected - found, found - expected) == (set(), set())


def test_every_function_and_method_of_a_go_module_is_found_and_its_local_calls_are_resolved() -> None:
    files = read(go_module("github.com/spf13/cobra@v1.8.1"), ".go", "go.mod")
    resolutions = analyze("go", files)
    pattern = re.compile(r"^func\s+(?:\(\s*\w*\s*\*?\s*\w+[^)]*\)\s*)?(\w+)", re.MULTILINE)
    expected = {(p, name) for p, source in files.items() for name in pattern.findall(code(source)) if p != "go.mod"}
    top = {
        (r.unit, node.properties["name"])
        for r in resolutions
        for node in r.rows.nodes
        if node.label in ("Function", "Method") and node.properties["signature"].startswith("func ")
    }
    assert len(expected) > 500
    assert expected <= names(resolutions, "Function", "Method")
    assert {item for item in top if item not in expected} <= names(resolutions, "Function")
    calls = sum(edge.properties["count"] for r in resolutions for edge in r.rows.edges if edge.type == "CALLS")
    unresolved = sum(resolution.unresolved_calls for resolution in resolutions)
    assert unresolved < calls / 50


def test_every_exported_function_and_relative_import_of_a_typescript_package_is_found() -> None:
    files = read(npm_package("redux@5.0.1") / "src", ".ts")
    resolutions = analyze("typescript", files)
    pattern = re.compile(r"^export\s+(?:default\s+)?(?:async\s+)?function\s+(\w+)", re.MULTILINE)
    expected = {(path, name) for path, source in files.items() for name in pattern.findall(code(source))}
    assert len(expected) > 8
    assert expected <= names(resolutions, "Function")
    specifiers = re.compile(r"\bfrom\s+'(\.[^']+)'")
    imported = 0
    for resolution in resolutions:
        text = files[resolution.unit].decode()
        folder = Path(resolution.unit).parent
        wanted = {str(Path(*_normal(folder / specifier))) for specifier in specifiers.findall(text)}
        modules = {
            edge.target.partition(":")[2].removesuffix("#").removesuffix(".ts").removesuffix("/index")
            for edge in resolution.rows.edges
            if edge.type == "IMPORTS" and edge.target_label == "Module"
        }
        assert modules == {path.removesuffix("/index") for path in wanted}
        imported += len(modules)
    assert imported > 30


def _normal(path: Path) -> list[str]:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return parts
