"""First sentences, first paragraphs, lists of names."""

from __future__ import annotations

import pytest

from plugins.summarizer.text import clip, count, first_paragraph, first_sentence, listing


@pytest.mark.parametrize(
    ("docstring", "sentence"),
    [
        ("", ""),
        ("Return the user.", "Return the user."),
        ("\n    Return the\n    user with this id\n\n    More.", "Return the user with this id."),
        ("Parse text, e.g. 3.5 or 4. Raises ValueError.", "Parse text, e.g. 3.5 or 4."),
        ("Version 2.0.1 of it! Then more.", "Version 2.0.1 of it!"),
        ("Call :meth:`~a.b.Thing.run` or :func:`a.go <go>` with ``x``", "Call run or a.go with `x`."),
        (":param x: nothing else", ""),
        ("Do it:\n>>> f(1)\n2", "Do it."),
        ("Tagged JSON\n~~~~~~~~~~~\n\nA compact form.\nMore.", "A compact form."),
        ("Tagged JSON\n===========\n", "Tagged JSON."),
    ],
)
def test_the_first_sentence_of_a_docstring(docstring: str, sentence: str) -> None:
    assert first_sentence(docstring) == sentence


@pytest.mark.parametrize(
    ("document", "paragraph"),
    [
        (
            "# Shop\n\n[![ci](a)](b)\n\nSells **things** to [people](x.md).\nEvery day.\n\nMore",
            "Sells things to people. Every day.",
        ),
        ("Shop\n====\n\n.. image:: x.png\n   :alt: y\n\nA `shop`_ for all.\n", "A `shop` for all."),
        ("<div align='center'>\n<h1>Shop</h1>\n</div>\n\n> quote\n\nText.", "Text."),
        ("```\ncode\n```\n", ""),
        ("# Shop\n\nA [WSGI][] shop, see [docs][1].\n\n[WSGI]: https://x\n", "A WSGI shop, see docs."),
        ("", ""),
    ],
)
def test_the_first_paragraph_of_a_readme(document: str, paragraph: str) -> None:
    assert first_paragraph(document) == paragraph


def test_long_text_is_cut_at_a_word() -> None:
    assert clip("alpha beta gamma", 12) == "alpha beta…"
    assert clip("alpha\n  beta", 12) == "alpha beta"
    assert len(first_sentence("word " * 200)) <= 240


def test_names_are_listed_up_to_a_number() -> None:
    assert listing(["a"]) == "`a`"
    assert listing(["a", "b", "c"]) == "`a`, `b` and `c`"
    assert listing(["a", "b", "c", "d", "e"]) == "`a`, `b`, `c` and 2 more"
    assert (count(1, "class", "classes"), count(2, "class", "classes"), count(0, "file")) == (
        "1 class",
        "2 classes",
        "0 files",
    )
