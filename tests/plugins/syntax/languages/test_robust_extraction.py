"""No source, however broken, stops the extraction of the others."""

from __future__ import annotations

import pytest

from tests.plugins.syntax.languages.golden_project import analyze, analyzer_of

PATHS = {"typescript": "a.ts", "javascript": "a.jsx", "java": "A.java", "go": "a.go", "csharp": "A.cs"}
BROKEN = {
    "typescript": "export function ok() { helper(); }\nfunction helper() {}\nclass {{{ ??? \nconst = ;\n",
    "javascript": "export function ok() { helper(); }\nfunction helper() {}\nclass {{{ ??? \nconst = ;\n",
    "java": "class A { void ok() { helper(); } void helper() {} }\nclass {{{ ???\nint = ;\n",
    "go": "package a\nfunc ok() { helper() }\nfunc helper() {}\nfunc {{{ ???\n",
    "csharp": "class A { void ok() { helper(); } void helper() {} }\nclass {{{ ???\n= ;\n",
}
LANGUAGES = sorted(PATHS)


def rows(language: str, source: bytes):
    (resolution,) = analyze(language, {PATHS[language]: source})
    return resolution


def problems(language: str, source: bytes) -> list[str]:
    analyzer = analyzer_of(language)
    return analyzer.problems(analyzer.extract(PATHS[language], source))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_read_of_a_broken_file_is_kept(language: str) -> None:
    source = BROKEN[language].encode()
    calls = [(e.source, e.target) for e in rows(language, source).rows.edges if e.type == "CALLS"]
    assert any(a.endswith("ok") and b.endswith("helper") for a, b in calls)
    assert [p for p in problems(language, source) if "syntax error" in p and "line " in p]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", [b"", b"\n", b"\xef\xbb\xbf", b"\x00\x00", b"\xff\xfe"], ids=repr)
def test_an_almost_empty_file_is_a_module(language: str, source: bytes) -> None:
    (module,) = rows(language, source).rows.nodes
    assert (module.label, module.properties["start_line"]) == ("Module", 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_byte_order_marks_and_carriage_returns_change_nothing(language: str) -> None:
    source = BROKEN[language].split("class {{{")[0].split("func {{{")[0]
    plain = rows(language, source.encode())
    assert rows(language, b"\xef\xbb\xbf" + source.encode()) == plain
    assert rows(language, source.replace("\n", "\r\n").encode()) == plain
    assert rows(language, b"\xff\xfe" + source.encode("utf-16-le")) == plain
    assert problems(language, b"\xef\xbb\xbf" + source.encode()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_undecodable_bytes_are_reported_with_their_line(language: str) -> None:
    source = BROKEN[language].split("class {{{")[0].split("func {{{")[0].encode() + b"// caf\xe9\n"
    line = source.count(b"\n")
    (problem,) = problems(language, source)
    assert f"line {line}" in problem
    assert "0xe9" in problem
    assert any(e.type == "CALLS" for e in rows(language, source).rows.edges)


@pytest.mark.parametrize("language", LANGUAGES)
def test_deep_nesting_does_not_exhaust_the_stack(language: str) -> None:
    depth = 5_000
    deep = "(\n" * depth + "1" + "\n)" * depth
    chain = "a" + ".\nb()" * depth
    if language in ("typescript", "javascript"):
        source = f"const x = {deep};\nfunction f() {{ {chain}; }}\nconst y = {'[\n' * depth}{'\n]' * depth};\n"
    elif language == "go":
        source = f"package a\nvar x = {deep}\nfunc f() {{ {chain} }}\n"
    else:
        source = f"class A {{ int x = {deep}; void f() {{ {chain}; }} {'class B {' * 300}{'}' * 300} }}\n"
    names = {node.properties["name"] for node in rows(language, source.encode()).rows.nodes}
    assert "f" in names


@pytest.mark.parametrize("language", LANGUAGES)
def test_deeply_nested_blocks_are_walked_to_the_end(language: str) -> None:
    depth = 3_000
    blocks = "{\n" * depth + "helper();\n" + "}\n" * depth
    source = {
        "go": f"package a\nfunc ok() {blocks}\nfunc helper() {{}}\n",
        "java": f"class A {{ void ok() {blocks} void helper() {{}} }}\n",
        "csharp": f"class A {{ void ok() {blocks} void helper() {{}} }}\n",
    }.get(language, f"function ok() {blocks}\nfunction helper() {{}}\n")
    calls = [e for e in rows(language, source.encode()).rows.edges if e.type == "CALLS"]
    assert [edge.target.rpartition("#")[2].rpartition(".")[2] for edge in calls] == ["helper"]


def test_a_minified_file_is_a_module_without_symbols() -> None:
    source = ("function a(b){return b()};" * 4_000).encode()
    resolution = rows("javascript", source)
    assert [node.properties.get("is_minified") for node in resolution.rows.nodes] == [True]
    assert problems("javascript", source) == ["minified: its symbols are left out"]


def test_a_long_line_in_an_ordinary_file_is_read() -> None:
    table = "const table = [" + ",".join(str(n) for n in range(20_000)) + "];\n"
    source = table + "function f() {\n  g();\n}\nfunction g() {}\n" + "// filler\n" * 500
    names = [node.properties["name"] for node in rows("javascript", source.encode()).rows.nodes]
    assert names == ["a", "f", "g"]


def test_functions_that_return_what_all_others_return_are_looked_at_once() -> None:
    count = 40
    calls = " || ".join(f"f{number}()" for number in range(count))
    functions = "\n".join(f"function f{number}() {{ return {calls} || new Thing(); }}" for number in range(count))
    source = f"class Thing {{ run() {{}} }}\n{functions}\nfunction use() {{ f0().run(); }}\n"
    found = {(e.source, e.target) for e in rows("javascript", source.encode()).rows.edges if e.type == "CALLS"}
    assert ("golden:a.jsx#use", "golden:a.jsx#Thing.run") in found


def test_cyclic_definitions_end() -> None:
    files = {
        "a.ts": b"export * from './b';\nexport { x as y } from './b';\nclass A extends B {}\nclass B extends A {}\n"
        b"const p = q;\nconst q = p;\nnew A().missing();\np();\n",
        "b.ts": b"export * from './a';\nexport { y as x } from './a';\nimport { x } from './a';\nx();\n",
        "C.java": b"class C extends D { void f() { g(); } }\nclass D extends C {}\n",
        "d.go": b"package d\ntype T struct { T }\ntype U = V\ntype V = U\n"
        b"func f() { var t T; t.x(); var u U; u.y() }\n",
        "E.cs": b"class E : F { void M() { N(); } }\nclass F : E { }\n",
    }
    for language in ("typescript", "java", "go", "csharp"):
        resolutions = analyze(language, files)
        assert sum(r.unresolved_calls for r in resolutions) > 0
        assert not [e for r in resolutions for e in r.rows.edges if e.type == "CALLS"]


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/b.ts", "javascript"),
        ("a/b.d.ts", "javascript"),
        ("b.TSX", "javascript"),
        ("b.mjs", "javascript"),
        ("b.cts", "javascript"),
        ("B.java", "java"),
        ("b_test.go", "go"),
        ("B.Designer.cs", "csharp"),
        ("b.json", None),
        ("go", None),
        ("b.py", None),
    ],
)
def test_a_file_belongs_to_a_language_by_its_ending(path: str, language: str | None) -> None:
    owners = [name for name in ("csharp", "go", "java", "javascript") if analyzer_of(name).handles(path)]
    assert owners == ([language] if language else [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_source_gives_the_same_facts(language: str) -> None:
    source = BROKEN[language].encode()
    analyzer = analyzer_of(language)
    assert analyzer.extract(PATHS[language], source) == analyzer.extract(PATHS[language], source)


def test_javascript_and_typescript_files_import_each_other() -> None:
    files = {
        "a.ts": b"import { b } from './b.js';\nexport function a() { b(); }\n",
        "b.js": b"import { a } from './a';\nexport function b() { a(); }\n",
    }
    calls = {(e.source, e.target) for r in analyze("typescript", files) for e in r.rows.edges if e.type == "CALLS"}
    assert calls == {("golden:a.ts#a", "golden:b.js#b"), ("golden:b.js#b", "golden:a.ts#a")}
    languages = {r.unit: r.rows.nodes[0].properties["language"] for r in analyze("typescript", files)}
    assert languages == {"a.ts": "typescript", "b.js": "javascript"}


@pytest.mark.parametrize(
    "source",
    [
        "let x: " + "(a: " * 2000 + "A" + ") => void" * 2000 + ";",
        "let x: A = " + "{a: " * 2000 + "1" + "}" * 2000,
        "let x: A = " + "(a) => f(" * 2000 + "1" + ")" * 2000,
        "/** @type {" + "Array<" * 2000 + "A" + ">" * 2000 + "} */\nlet x;",
        "type A = A.b; let x: A = (a) => a.c(); x.d.e();",
        "type B = C; type C = B | B[]; let y: B; y.z(); y()(); y[0].z();",
        "interface D extends D { (): D } let d: D = (e) => e; d()()();",
        "let o = {a: 1}; function f() { o = {...o}; o.b(); }",
    ],
)
def test_types_that_are_deep_or_mean_themselves_come_to_an_end(source: str) -> None:
    for path in ("deep.ts", "deep.js"):
        (found,) = analyze("typescript", {path: source.encode()})
        assert found.rows.nodes[0].label == "Module"
