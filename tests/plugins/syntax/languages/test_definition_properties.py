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
        "// eslint-disable-next-line\n/** Counts. */\nconst count = async (xs) => {\n  return xs.length;\n};\n\nexport default count;\n",
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
                "async": True,
                "exported": True,
                "language": "typescript",
                "path": "a.ts",
            },
        ),
        ("typescript", "Box", {"kind": "class", "abstract": True, "visibility": "public"}),
        (
            "typescript",
            "open",
            {"visibility": "protected", "static": True, "docstring": "Opens.", "qualified_name": "Box.open"},
        ),
        ("typescript", "close", {"visibility": "private", "abstract": True}),
        ("typescript", "#secret", {"visibility": "private"}),
        ("javascript", "count", {"docstring": "Counts.", "async": True, "default_export": True, "start_line": 3}),
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
                "static": True,
                "docstring": "Opens it.",
                "signature": "protected static void open(int times)",
                "qualified_name": "a.b.A.open",
                "end_line": 11,
            },
        ),
        ("java", "close", {"visibility": "private", "abstract": True}),
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
                "exported": True,
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
                "partial": True,
                "abstract": True,
                "visibility": "public",
            },
        ),
        (
            "csharp",
            "Open",
            {
                "signature": "protected static async Task Open(int times = 1)",
                "visibility": "protected",
                "static": True,
                "async": True,
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
    assert not {"static", "async", "abstract", "docstring"} & set(plain)
