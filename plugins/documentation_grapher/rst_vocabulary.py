"""Which directives and roles of docutils and Sphinx mean what to the reader of a document."""

from __future__ import annotations

__all__ = [
    "AUTODOC",
    "BODY",
    "CLASS_LIKE",
    "INERT_ROLES",
    "INTERRUPTS",
    "LITERAL",
    "OBJECTS",
    "SYMBOL_ROLES",
]

LITERAL = frozenset(
    {
        "code", "code-block", "sourcecode", "parsed-literal", "literalinclude", "console", "highlight", "raw",
        "math", "productionlist", "graphviz", "digraph", "graph", "doctest", "testcode", "testsetup",
        "testoutput", "testcleanup", "ipython", "plantuml", "mermaid", "uml", "jinja", "prompt",
        "csv-table", "meta", "index", "contents", "toctree", "autosummary", "include", "image", "sectionauthor",
        "codeauthor", "tabularcolumns", "default-role", "role", "highlightlang", "bibliography", "run", "invoke",
        "module", "currentmodule", "program", "title", "date", "unicode", "sectnum", "target-notes",
    }
)  # fmt: skip
"""Directives whose content is no prose: code, data, or nothing at all."""

BODY = frozenset(
    {
        "attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning", "admonition",
        "seealso", "topic", "sidebar", "epigraph", "highlights", "pull-quote", "compound", "container", "rubric",
        "table", "list-table", "class", "replace", "figure", "only", "ifconfig", "versionadded", "versionchanged",
        "versionremoved", "deprecated", "hlist", "centered", "glossary", "todo", "header", "footer", "tabs",
        "tab", "tab-set", "tab-item", "dropdown", "grid", "grid-item", "grid-item-card", "card", "line-block",
        "acks", "object", "describe", "details", "collapse", "plugin", "plot", "nextversion",
    }
)  # fmt: skip
"""Directives that hold prose and define nothing that could be referred to."""

OBJECTS = frozenset(
    {
        "class", "exception", "function", "method", "classmethod", "staticmethod", "coroutinefunction",
        "coroutinemethod", "decorator", "decoratormethod", "attribute", "property", "data", "type",
    }
)  # fmt: skip
"""Directives of Sphinx's Python domain that document one symbol."""

CLASS_LIKE = frozenset({"class", "exception", "autoclass", "autoexception"})

AUTODOC = frozenset(
    {
        "automodule", "autoclass", "autoexception", "autofunction", "automethod", "autoattribute", "autodata",
        "autoproperty", "autodecorator", "autopydantic_model", "autopydantic_settings",
    }
)  # fmt: skip

INTERRUPTS = (BODY | LITERAL | OBJECTS | AUTODOC) - {
    "index",
    "module",
    "currentmodule",
    "class",
    "default-role",
    "role",
}
"""Directives that put something on the page, so that a target before them does not mean the next heading."""

SYMBOL_ROLES = frozenset({"class", "func", "meth", "mod", "attr", "data", "exc", "obj", "const", "any", "deco", "type"})
"""Roles of Sphinx's Python domain."""

INERT_ROLES = frozenset(
    {
        "abbr", "abbreviation", "command", "dfn", "kbd", "key", "mailheader", "makevar", "manpage", "menuselection",
        "mimetype", "newsgroup", "program", "regexp", "samp", "guilabel", "sub", "subscript", "sup", "superscript",
        "math", "emphasis", "strong", "title", "title-reference", "code", "literal", "raw", "html", "index", "rfc",
        "rfc-reference", "pep", "pep-reference", "pypi", "cve", "cwe", "bpo", "eq", "token", "keyword", "download_url",
        "issue", "issues", "pr", "pull", "user", "ghuser", "commit", "ticket", "gh", "bdg", "octicon", "fa",
    }
)  # fmt: skip
"""Roles that only dress text or lead outside the repository."""
