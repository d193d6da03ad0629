"""Language, content type, text or binary, lines: from names and bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.filesystem.classify import count_lines, is_binary
from plugins.filesystem.languages import content_type, extension, language


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.py", ".py"),
        ("A.PY", ".py"),
        ("a.tar.gz", ".gz"),
        ("Makefile", ""),
        (".gitignore", ""),
        ("a.", ""),
        ("..a", ""),
    ],
)
def test_extensions(name: str, expected: str) -> None:
    assert extension(name) == expected


@pytest.mark.parametrize(
    ("name", "beginning", "expected"),
    [
        ("a.py", b"", "python"),
        ("a.PYI", b"", "python"),
        ("a.tsx", b"", "typescript"),
        ("a.mjs", b"", "javascript"),
        ("Main.java", b"", "java"),
        ("main.go", b"", "go"),
        ("go.mod", b"", "go-module"),
        ("Program.cs", b"", "csharp"),
        ("Dockerfile", b"", "dockerfile"),
        ("Dockerfile.dev", b"", "dockerfile"),
        ("makefile.in", b"", "make"),
        (".gitignore", b"", "gitignore"),
        ("index.rst", b"", "restructuredtext"),
        ("run", b"#!/usr/bin/env python3\n", "python"),
        ("run", b"#!/usr/bin/env -S python3.13 -u\n", "python"),
        ("run", b"#! /bin/bash -e\n", "shell"),
        ("run", b"#!/usr/local/bin/node\n", "javascript"),
        ("run", b"#!/opt/unheard-of\n", None),
        ("run", b"#!", None),
        ("run", b"", None),
        ("LICENSE", b"MIT", None),
        ("a.unheard", b"#!/bin/sh\n", None),
    ],
)
def test_languages(name: str, beginning: bytes, expected: str | None) -> None:
    assert language(name, beginning) == expected


@pytest.mark.parametrize(
    ("name", "found", "binary", "expected"),
    [
        ("a.py", "python", False, "text/x-python"),
        ("a.json", "json", False, "application/json"),
        ("a.png", None, True, "image/png"),
        ("a.svg", "svg", False, "image/svg+xml"),
        ("a.tar.gz", None, True, "application/gzip"),
        ("a.unheard", None, True, "application/octet-stream"),
        ("a.unheard", None, False, "text/plain"),
        ("a.py", "python", True, "application/octet-stream"),
        ("a.css", None, False, "text/css"),
        ("a.pdf", None, False, "application/pdf"),
        ("a.d", "d", False, "text/plain"),
        ("a.ts", "typescript", False, "text/x-typescript"),
        ("LICENSE", None, False, "text/plain"),
        ("a.zig", "zig", False, "text/plain"),
    ],
)
def test_content_types(name: str, found: str | None, binary: bool, expected: str) -> None:
    assert content_type(name, found, binary) == expected


@pytest.mark.parametrize(
    ("content", "binary", "lines"),
    [
        (b"", False, 0),
        (b"a", False, 1),
        (b"a\n", False, 1),
        (b"a\nb", False, 2),
        (b"a\r\nb\r\n", False, 2),
        (b"a\rb\r", False, 2),
        (b"\n\n", False, 2),
        ("grün\n".encode("latin-1"), False, 1),
        ("a\nb\n".encode("utf-16"), False, 2),
        ("a\nb".encode("utf-32"), False, 2),
        ("\u0a0a\n".encode("utf-16"), False, 1),
    ],
)
def test_texts_and_their_lines(content: bytes, binary: bool, lines: int) -> None:
    assert is_binary(content) is binary
    assert count_lines(content) == lines


def test_a_zero_byte_near_the_start_makes_it_binary() -> None:
    assert is_binary(b"PK\0")
    assert is_binary(b"x" * 7999 + b"\0")
    assert not is_binary(b"x" * 8000 + b"\0")


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=10), max_size=10))
def test_lines_are_those_of_splitlines(lines: list[str]) -> None:
    content = "".join(f"{line}\n" for line in lines)
    assert count_lines(content.encode()) == len(content.splitlines()) == len(lines)


@given(st.binary(max_size=100), st.text(max_size=20))
def test_any_name_and_content_has_an_answer(content: bytes, name: str) -> None:
    found = language(name, content)
    assert "/" in content_type(name, found, is_binary(content))
    assert count_lines(content) >= 0
