"""What a definition's node says: signature, documentation, lines, visibility, flags."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugins.syntax.languages.golden_project import analyze

SOURCES = {
    "typescript": (
        "a.ts",
        "import x from 'x';\n\n/**\n * Makes it.\n * @returns it\n */\nexport async function make<T>(\n  value: T,\n"
        "): Promise<T> {\n  return value;\n}\n\nexport abstract class Box {\n  /** Opens. */\n"
        "  protected static open(): void {}\n  private abstract close(): void;\n  #secret() {}\n}\n",
    ),
    "javascript": (
        "a.js",
        "// eslint-disable-next-line\n"
        "/** Counts. */\nconst count = async (xs) => {\n  return xs.length;\n};\n\nexport default count;\n",
    ),
    "java": (
        "A.java",
        "package a.b;\n\n/** A box. */\n@Deprecated\npublic abstract class A<T> {\n    /**\n     * Opens it.\n     */\n"
        "    @Override\n    protected static void open(int times) {\n    }\n\n    private abstract void close();\n\n"
        "    int plain() { return 1; }\n}\n",
    ),
    "go": (
        "a.go",
        "// Package a is documented.\npackage a\n\n// Box holds.\n// It is a type.\ntype Box struct {\n\tn int\n}\n\n"
        "//go:noinline\n\n// Open opens.\nfunc (b *Box) Open(times int) error {\n\treturn nil\n}\n\n"
        "func private() {}\n",
    ),
    "csharp": (
        "A.cs",
        "namespace A.B;\n\n/// <summary>\n/// A box.\n/// </summary>\n[Obsolete]\n"
        "public abstract partial class Box\n{\n"
        "    /// <summary>Opens.</summary>\n    protected static async Task Open(int times = 1)\n    {\n    }\n\n"
        "    void Plain() { }\n}\n",
    ),
}


def nodes_of(language: str) -> dict[str, dict[str, Any]]:
    path, source = SOURCES[language]
    (resolution,) = analyze(language, {path: source.encode()})
    return {node.properties["name"]: node.properties for node in resolution.rows.nodes}


@pytest.mark.parametrize(
    ("language", "name", "expected"),
    [
        (
            "typescript",
            "make",
            {
                "kind": "function",
                "signature": "async function make<T>( value: T, ): Promise<T>",
                "docstring": "Makes it.\n@returns it",
                "start_line": 7,
                "end_line": 11,
                "visibility": "public",
                "is_async": True,
                "is_exported": True,
                "language": "typescript",
                "path": "a.ts",
            },
        ),
        ("typescript", "Box", {"kind": "class", "is_abstract": True, "visibility": "public"}),
        (
            "typescript",
            "open",
            {"visibility": "protected", "is_static": True, "docstring": "Opens.", "qualified_name": "Box.open"},
        ),
        ("typescript", "close", {"visibility": "private", "is_abstract": True}),
        ("typescript", "#secret", {"visibility": "private"}),
        ("javascript", "count", {"docstring": "Counts.", "is_async": True, "is_default_export": True, "start_line": 3}),
        (
            "java",
            "A",
            {
                "kind": "class",
                "qualified_name": "a.b.A",
                "docstring": "A box.",
                "signature": "public abstract class A<T>",
            },
        ),
        (
            "java",
            "open",
            {
                "visibility": "protected",
                "is_static": True,
                "docstring": "Opens it.",
                "signature": "protected static void open(int times)",
                "qualified_name": "a.b.A.open",
                "end_line": 11,
            },
        ),
        ("java", "close", {"visibility": "private", "is_abstract": True}),
        ("java", "plain", {"visibility": "package"}),
        ("go", "Box", {"kind": "struct", "docstring": "Box holds.\nIt is a type.", "signature": "type Box struct"}),
        (
            "go",
            "Open",
            {
                "docstring": "Open opens.",
                "qualified_name": "a.Box.Open",
                "signature": "func (b *Box) Open(times int) error",
                "visibility": "public",
                "is_exported": True,
            },
        ),
        ("go", "private", {"visibility": "package"}),
        ("go", "a", {"kind": "module", "docstring": "Package a is documented.", "package": "a", "end_line": 17}),
        (
            "csharp",
            "Box",
            {
                "qualified_name": "A.B.Box",
                "docstring": "A box.",
                "is_partial": True,
                "is_abstract": True,
                "visibility": "public",
            },
        ),
        (
            "csharp",
            "Open",
            {
                "signature": "protected static async Task Open(int times = 1)",
                "visibility": "protected",
                "is_static": True,
                "is_async": True,
                "docstring": "Opens.",
            },
        ),
        ("csharp", "Plain", {"visibility": "private"}),
    ],
)
def test_a_node_describes_its_definition(language: str, name: str, expected: dict[str, Any]) -> None:
    properties = nodes_of(language)[name]
    assert {key: properties.get(key) for key in expected} == expected


def test_flags_that_do_not_hold_are_absent() -> None:
    plain = nodes_of("csharp")["Plain"]
    assert not {"is_static", "is_async", "is_abstract", "docstring"} & set(plain)


@pytest.mark.parametrize(
    ("language", "files", "expected"),
    [
        (
            "javascript",
            {
                "a.js": "import { readFile } from 'node:fs/promises';\nimport _ from 'lodash/fp';\n"
                "readFile();\n_.map(parseInt('1'));\n"
            },
            {
                "fs": ("fs", "package", "standard_library"),
                "fs/promises.readFile": ("fs", "symbol", "standard_library"),
                "lodash": ("lodash", "package", "third_party"),
                "lodash/fp.map": ("lodash", "symbol", "third_party"),
                "parseInt": ("", "symbol", "builtin"),
            },
        ),
        (
            "java",
            {
                "A.java": "import java.util.List;\nimport org.x.*;\nimport org.y.*;\n"
                "class A { List<Unknown> l = new Unknown(); }\n"
            },
            {
                "java.util.List": ("java.util", "symbol", "standard_library"),
                "java.util": ("java.util", "package", "standard_library"),
                "org.x": ("org.x", "package", "third_party"),
                "org.y": ("org.y", "package", "third_party"),
                "Unknown": ("", "symbol", "unknown"),
            },
        ),
        (
            "go",
            {
                "a.go": 'package a\nimport (\n"net/http"\n"gopkg.in/yaml.v3"\n)\n'
                'func f() { http.Get(""); yaml.Marshal(len("")) }\n'
            },
            {
                "net/http": ("net/http", "package", "standard_library"),
                "net/http.Get": ("net/http", "symbol", "standard_library"),
                "gopkg.in/yaml.v3": ("gopkg.in/yaml.v3", "package", "third_party"),
                "gopkg.in/yaml.v3.Marshal": ("gopkg.in/yaml.v3", "symbol", "third_party"),
                "len": ("", "symbol", "builtin"),
            },
        ),
        (
            "csharp",
            {
                "A.cs": "using System.IO;\nusing Serilog;\n"
                "class A { void F() { File.Exists(null); Log.Debug(null); } }\n"
            },
            {
                "System.IO": ("System.IO", "package", "standard_library"),
                "System.IO.File.Exists": ("System.IO", "symbol", "standard_library"),
                "Serilog": ("Serilog", "package", "third_party"),
                "Serilog.Log.Debug": ("Serilog", "symbol", "third_party"),
            },
        ),
    ],
)
def test_external_names_are_packages_that_say_where_they_come_from(
    language: str, files: dict[str, str], expected: dict[str, tuple[str, str, str]]
) -> None:
    (resolution,) = analyze(language, {path: source.encode() for path, source in files.items()})
    found = {p["name"]: (p["package"], p["kind"], p["origin"]) for p in resolution.packages.values()}
    assert found == expected
    assert set(resolution.packages) == {f"golden:@package/{name}" for name in expected}
