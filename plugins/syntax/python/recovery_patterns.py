"""Patterns of ``match`` statements of a tree-sitter tree as nodes of Python's own syntax tree."""

from __future__ import annotations

import ast

from tree_sitter import Node

from plugins.syntax.python.recovery_expressions import convert, named, place, text

__all__ = ["pattern"]


def pattern(node: Node) -> ast.pattern:
    """The pattern; a wildcard for what cannot be read."""
    return place(_pattern(node), node)


def _pattern(node: Node) -> ast.pattern:
    children = named(node)
    kind = node.type
    if kind == "case_pattern":
        return pattern(children[0]) if children else ast.MatchAs(pattern=None, name=None)
    if kind in ("dotted_name", "identifier"):
        name = text(node)
        if "." in name:
            return ast.MatchValue(value=convert(node))
        return ast.MatchAs(pattern=None, name=None if name == "_" else name)
    if kind in ("list_pattern", "tuple_pattern"):
        return ast.MatchSequence(patterns=[pattern(child) for child in children])
    if kind == "splat_pattern":
        name = text(children[0]) if children else "_"
        return ast.MatchStar(name=None if name == "_" else name)
    if kind == "union_pattern":
        return ast.MatchOr(patterns=[pattern(child) for child in children])
    if kind == "as_pattern" and children:
        name = text(children[-1]) if len(children) > 1 else None
        return ast.MatchAs(pattern=pattern(children[0]), name=name)
    if kind == "dict_pattern":
        return _mapping(node)
    if kind == "class_pattern" and children:
        return _class(children)
    if kind in ("string", "integer", "float", "concatenated_string", "attribute"):
        return ast.MatchValue(value=convert(node))
    if kind in ("none", "true", "false"):
        return ast.MatchSingleton(value={"none": None, "true": True, "false": False}[kind])
    return ast.MatchAs(pattern=None, name=None)


def _mapping(node: Node) -> ast.pattern:
    keys = [convert(child) for child in node.children_by_field_name("key")]
    values = [pattern(child) for child in node.children_by_field_name("value")]
    rest = None
    for child in named(node):
        if child.type == "splat_pattern" and named(child):
            rest = text(named(child)[0])
    count = min(len(keys), len(values))
    return ast.MatchMapping(keys=keys[:count], patterns=values[:count], rest=rest)


def _class(children: list[Node]) -> ast.pattern:
    positional: list[ast.pattern] = []
    names: list[str] = []
    values: list[ast.pattern] = []
    for child in children[1:]:
        inner = named(child)[0] if child.type == "case_pattern" and named(child) else child
        parts = named(inner)
        if inner.type == "keyword_pattern" and len(parts) == 2:
            names.append(text(parts[0]))
            values.append(pattern(parts[1]))
        else:
            positional.append(pattern(child))
    return ast.MatchClass(cls=convert(children[0]), patterns=positional, kwd_attrs=names, kwd_patterns=values)
