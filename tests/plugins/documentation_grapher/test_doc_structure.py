"""Headings, targets and excerpts of documents in every format, and documents made to do harm."""

from __future__ import annotations

import time
from typing import Any

import docutils.nodes
import pytest
from docutils.core import publish_doctree

from plugins.documentation_grapher.docstrings import parse_docstring
from plugins.documentation_grapher.facts import DocumentFacts
from plugins.documentation_grapher.finder import document_kind, parse_document
from plugins.documentation_grapher.markdown import parse_markdown
from plugins.documentation_grapher.plaintext import parse_text
from plugins.documentation_grapher.rst import parse_rst

RST = """
================
The *main* title
================

Opening prose.

.. _first-label:
.. _second label:

First
=====

Text with ``code``.

Deeper :class:`~a.B`
--------------------

.. note:: Not a heading
   -------------

* item

  Inside an item
  ==============

First
=====

Simple table:

=====  =====
A      B
=====  =====
1      2
=====  =====

::

    Literal
    =======

----------

Überschrift
-----------
Directly below.
"""


def outline(facts: DocumentFacts) -> list[tuple[int, str, str]]:
    return [(section.level, section.title, section.anchor) for section in facts.sections]


def test_rst_headings_have_levels_anchors_and_lines() -> None:
    facts = parse_rst(RST)
    assert outline(facts) == [
        (1, "The main title", "the-main-title"),
        (2, "First", "first"),
        (3, "Deeper a.B", "deeper-a-b"),
        (2, "First", "first-1"),
        (3, "Überschrift", "uberschrift"),
    ]
    assert [(section.parent, section.line, section.end_line) for section in facts.sections] == [
        (-1, 3, 47),
        (0, 11, 26),
        (1, 16, 26),
        (0, 27, 47),
        (3, 45, 47),
    ]
    lines = RST.split("\n")
    for section in facts.sections:
        assert section.title.split()[0] in lines[section.line - 1]
    assert facts.labels == [("first-label", 1), ("second label", 1)]
    assert facts.sections[1].excerpt == "Text with ``code``."
    assert facts.sections[4].excerpt == "Directly below."


def test_markdown_headings_of_both_kinds_have_levels_anchors_and_lines() -> None:
    text = (
        "---\ntitle: 'From front matter'\n---\nOpening.\n\n# One `code` & [link](x.md)\n\nTwo\n===\n\n"
        "### Three {#own-id}\n\n> # quoted\n\n```\n# no heading\n```\n\n## One `code` & [link](x.md)\n"
    )
    facts = parse_markdown(text)
    assert facts.title == "From front matter"
    assert outline(facts) == [
        (1, "One code & link", "one-code--link"),
        (1, "Two", "two"),
        (3, "Three", "three"),
        (2, "One code & link", "one-code--link-1"),
    ]
    assert [section.line for section in facts.sections] == [6, 8, 11, 19]
    assert [section.end_line for section in facts.sections] == [7, 19, 18, 19]
    assert [section.parent for section in facts.sections] == [-1, -1, 1, 1]
    assert facts.labels == [("own-id", 2)]
    assert facts.excerpt == "Opening."


def test_plain_text_has_a_title_and_no_sections() -> None:
    facts = parse_text("\n***\n The Title\n\nSee pkg.mod.name and src/app.py or https://e.org/x/y.\n")
    assert (facts.title, facts.sections, facts.external_links, facts.lines) == ("The Title", [], 1, 5)
    assert [(r.kind, r.text, r.line) for r in facts.references if r.kind == "name"] == [("name", "pkg.mod.name", 5)]
    assert "src/app.py" in {r.text for r in facts.references}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("README.md", "readme"), ("readme.rst", "readme"), ("README", "readme"), ("pkg/README.TXT", "readme"),
        ("CHANGELOG.md", "changelog"), ("CHANGES.rst", "changelog"), ("CONTRIBUTING.md", "contributing"),
        ("LICENSE", "license"), ("LICENSE-MIT.txt", "license"), ("COPYING", "license"), ("AUTHORS", "authors"),
        ("docs/guide/x.txt", "document"), ("a/Doc/x.txt", "document"), ("any/where.markdown", "document"),
        ("TUTORIAL.md", "tutorial"), ("docs/api.rst", "api"), ("CODE_OF_CONDUCT.md", "conduct"),
        ("requirements.txt", None), ("docs/requirements.txt", None), ("data/x.txt", None), ("robots.txt", None),
        ("CMakeLists.txt", None), ("src/app.py", None), ("Makefile", None), ("docs/conf.py", None),
        ("license.py", None), ("documents/x.txt", None),
    ],
)  # fmt: skip
def test_a_document_is_known_by_its_path(path: str, kind: str | None) -> None:
    assert document_kind(path) == kind


def test_text_files_are_read_as_rst_where_they_are_rst() -> None:
    assert parse_document("docs/a.txt", b"Title\n=====\n").format == "rst"
    assert parse_document("README", b"See :func:`x`.\n").format == "rst"
    assert parse_document("docs/a.txt", b"just words\n").format == "text"


def test_bytes_that_are_no_utf8_are_replaced_and_reported() -> None:
    facts = parse_document("README.md", b"# T\xe9st\n\ntext")
    assert facts.sections[0].title == "T�st"
    assert facts.problems == ["not UTF-8; unreadable bytes are replaced"]
    assert parse_document("README.md", "\ufeff# Té".encode()).sections[0].title == "Té"


def headings_by_docutils(text: str) -> list[tuple[int, str]]:
    """What docutils itself takes for section titles, unknown directives and roles notwithstanding."""
    settings: dict[str, Any] = {
        "report_level": 5, "halt_level": 6, "warning_stream": False, "file_insertion_enabled": False,
        "raw_enabled": False, "doctitle_xform": False, "sectsubtitle_xform": False,
    }  # fmt: skip
    found: list[tuple[int, str]] = []

    def walk(node: docutils.nodes.Node, level: int) -> None:
        for child in node.children:
            if isinstance(child, docutils.nodes.section):
                found.append((level, child[0].astext()))
                walk(child, level + 1)

    walk(publish_doctree(text, settings_overrides=settings), 1)
    return found


def nesting(facts: DocumentFacts) -> list[tuple[int, str]]:
    depth = [0] * len(facts.sections)
    for number, section in enumerate(facts.sections):
        depth[number] = 1 if section.parent < 0 else depth[section.parent] + 1
    return list(zip(depth, (section.title for section in facts.sections), strict=True))


def test_docutils_sees_the_same_headings() -> None:
    expected = headings_by_docutils(RST)
    assert [level for level, _ in nesting(parse_rst(RST))] == [level for level, _ in expected]
    assert [t.replace(":class:`~a.B`", "a.B") for _, t in expected] == [t for _, t in nesting(parse_rst(RST))]


def test_docstrings_tell_their_parts_and_what_they_raise() -> None:
    google = "Do it.\n\nArgs:\n    x: value\n\nReturns:\n    int\n\nRaises:\n    KeyError: never\n    pkg.Own: often\n"
    numpy = "Do it.\n\nParameters\n----------\nx : int\n\nRaises\n------\nOwn\n    When.\n"
    sphinx = "Do it.\n\n:param x: value\n:raises Own: when\n:rtype: pkg.Thing\n"
    parts = {}
    for style, text in {"google": google, "numpy": numpy, "sphinx": sphinx}.items():
        parsed = parse_docstring(text, module="m", owner="")
        assert parsed is not None
        assert parsed.summary == "Do it."
        named = {r.text for r in parsed.facts.references if r.kind == "role"}
        parts[style] = (parsed.parts, named)
    assert parts == {
        "google": (["Parameters", "Returns", "Raises"], {"KeyError", "pkg.Own"}),
        "numpy": (["Parameters", "Raises"], {"Own"}),
        "sphinx": (["Parameters", "Raises", "Returns"], {"Own", "pkg.Thing"}),
    }


def test_a_docstring_of_one_line_without_references_is_none() -> None:
    assert parse_docstring("Just says what it does.", module="m", owner="") is None
    assert parse_docstring("See `other`.", module="m", owner="") is not None


HOSTILE = {
    "quotes": "> " * 20_000 + "x",
    "lists": "".join("  " * n + "- x\n" for n in range(600)),
    "brackets": "[" * 150_000,
    "links": "[a](" * 60_000,
    "images": "![" * 75_000,
    "backticks": "`" * 50_001,
    "open literals": "``a " * 30_000,
    "roles": ":a:`" * 30_000,
    "names of roles": "a:" * 60_000,
    "open html": "<a href=" * 20_000,
    "html": '<img src="' + "x" * 200_000,
    "line": "word " * 200_000,
    "no spaces": "a" * 500_000,
    "dots": "a." * 200_000,
    "dots and spaces": "a.b " * 100_000,
    "underscores": "a_ " * 20_000,
    "colons": "::\n" * 15_000,
    "directives": ".. x::\n" * 8_000,
    "nested directives": "".join("   " * n + ".. note::\n\n" for n in range(400)),
    "classes": "".join("   " * n + ".. class:: A\n\n" for n in range(500)),
    "targets": ".. _a: b_\n.. _b: a_\n" * 5_000 + "\na_ b_ `a`_\n",
    "headings": "T\n=\n\n" * 6_000,
    "heading styles": "".join(f"T\n{c}\n\n" for c in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" * 200),
    "deep markdown": "".join("#" * (1 + n % 6) + f" T{n % 3}\n" for n in range(5_000)),
    "table": "|a" * 5_000 + "\n" + "|-" * 5_000 + "\n" + "|b" * 5_000 + "\n",
    "include": ".. include:: /etc/passwd\n.. include:: ../../../../etc/shadow\n.. literalinclude:: /proc/self/mem\n",
    "raw": ".. raw:: html\n   :file: /etc/passwd\n\n   <script>alert(1)</script>\n",
    "control": "\x00\x01\x1b[31m\x0c\x85\u2028\ud7ff\n=\n",
    "emphasis": "*a **b " * 6_000,
    "footnotes": ".. [" * 6_000,
    "substitutions": "|a|" * 30_000,
    "title of spaces": "---\ntitle: x" + " " * 80_000 + "y\n---\n",
    "id of a heading": "# T {" + "#a" * 50_000,
    "spaces in a heading": "# T" + " " * 100_000 + "x",
    "front matter": "---\n" + "a: b\n" * 20_000,
    "entities": "&" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("path", ["README.md", "README.rst", "README", "docs/x.txt"])
def test_no_document_makes_the_parser_fail_print_or_hang(
    name: str, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    begin = time.process_time()
    facts = parse_document(path, HOSTILE[name].encode())
    seconds = time.process_time() - begin
    assert len({section.anchor for section in facts.sections}) == len(facts.sections)
    assert all(-1 <= reference.section < len(facts.sections) for reference in facts.references)
    assert all(len(reference.text) <= 300 for reference in facts.references)
    assert capfd.readouterr() == ("", "")
    # Half a megabyte in ten seconds of processor time: hundreds of times what is needed, so only a parser whose
    # time grows with the square of the document misses it.
    assert seconds < 10


def test_docstrings_made_to_do_harm_are_read_too() -> None:
    for text in HOSTILE.values():
        parse_docstring(text, module="m", owner="C")
