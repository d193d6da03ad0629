"""Expressions of a tree-sitter tree as nodes of Python's own syntax tree."""

# ruff: noqa: ARG005  (handlers of one table share a signature)

from __future__ import annotations

import ast
import contextlib
import warnings
from collections.abc import Callable
from typing import Any

from tree_sitter import Node

__all__ = ["arguments", "convert", "named", "place", "store_target", "text"]

type Converter = Callable[[Node], ast.expr | None]

_TRIVIA = frozenset({"comment", "line_continuation"})
_BINARY: dict[str, type[ast.operator]] = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "@": ast.MatMult, "/": ast.Div, "%": ast.Mod, "**": ast.Pow,
    "<<": ast.LShift, ">>": ast.RShift, "|": ast.BitOr, "^": ast.BitXor, "&": ast.BitAnd, "//": ast.FloorDiv,
}  # fmt: skip
_UNARY: dict[str, type[ast.unaryop]] = {"-": ast.USub, "+": ast.UAdd, "~": ast.Invert}
_COMPARE: dict[str, type[ast.cmpop]] = {
    "==": ast.Eq, "!=": ast.NotEq, "<>": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE,
    "in": ast.In, "not in": ast.NotIn, "is": ast.Is, "is not": ast.IsNot,
}  # fmt: skip


def text(node: Node | None) -> str:
    """The source of a node."""
    return node.text.decode("utf-8", "replace") if node is not None and node.text is not None else ""


def named(node: Node) -> list[Node]:
    """The children that mean something."""
    return [child for child in node.named_children if child.type not in _TRIVIA]


def place[T: ast.AST](result: T, node: Node) -> T:
    """Give a new node the position of the old one."""
    values: Any = result
    values.lineno = node.start_point[0] + 1
    values.col_offset = node.start_point[1]
    values.end_lineno = node.end_point[0] + 1
    values.end_col_offset = node.end_point[1]
    return result


def convert(node: Node | None) -> ast.expr:
    """The expression; ``None`` (the constant) for what cannot be read."""
    if node is not None and not node.is_missing:
        converter = _CONVERTERS.get(node.type)
        if converter is not None:
            found = converter(node)
            if found is not None:
                # Parentheses have no node of their own in Python's tree.
                return found if "lineno" in found.__dict__ else place(found, node)
        elif node.type == "ERROR":
            parts = [convert(child) for child in named(node) if child.type in _CONVERTERS]
            if parts:
                return place(ast.Tuple(elts=parts) if len(parts) > 1 else parts[0], node)
    constant = ast.Constant(value=None)
    return place(constant, node) if node is not None else ast.Constant(value=None, lineno=1, end_lineno=1)


def store_target(node: Node | None) -> ast.expr:
    """The target of an assignment."""
    return convert(node)


def _sequence(kind: type[Any]) -> Converter:
    def converter(node: Node) -> ast.expr:
        return kind(elts=[convert(child) for child in named(node)])

    return converter


def _field(node: Node, name: str) -> Node | None:
    return node.child_by_field_name(name)


def _identifier(node: Node) -> ast.expr | None:
    name = text(node)
    return ast.Name(id=name) if name else None


def _first(node: Node) -> ast.expr | None:
    children = named(node)
    return convert(children[0]) if children else None


def _dotted(node: Node) -> ast.expr | None:
    parts = [text(child) for child in named(node)]
    if not parts:
        return None
    result: ast.expr = place(ast.Name(id=parts[0]), node)
    for part in parts[1:]:
        result = place(ast.Attribute(value=result, attr=part), node)
    return result


def _attribute(node: Node) -> ast.expr:
    return ast.Attribute(value=convert(_field(node, "object")), attr=text(_field(node, "attribute")))


def _subscript(node: Node) -> ast.expr:
    indexes = [convert(child) for child in node.children_by_field_name("subscript")]
    index = indexes[0] if len(indexes) == 1 else place(ast.Tuple(elts=indexes), node)
    return ast.Subscript(value=convert(_field(node, "value")), slice=index)


def _slice(node: Node) -> ast.expr:
    parts: list[ast.expr | None] = [None, None, None]
    position = 0
    for child in node.children:
        if child.type == ":":
            position += 1
        elif child.is_named and child.type not in _TRIVIA and position < 3:
            parts[position] = convert(child)
    return ast.Slice(lower=parts[0], upper=parts[1], step=parts[2])


def arguments(node: Node | None) -> tuple[list[ast.expr], list[ast.keyword]]:
    """Positional and keyword arguments of a call or the bases of a class."""
    positional: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    if node is None:
        return positional, keywords
    if node.type == "generator_expression":
        return [convert(node)], keywords
    for child in named(node):
        if child.type == "keyword_argument":
            keyword = ast.keyword(arg=text(_field(child, "name")), value=convert(_field(child, "value")))
            keywords.append(place(keyword, child))
        elif child.type == "dictionary_splat":
            keywords.append(place(ast.keyword(arg=None, value=_first(child) or convert(None)), child))
        else:
            positional.append(convert(child))
    return positional, keywords


def _call(node: Node) -> ast.expr:
    positional, keywords = arguments(_field(node, "arguments"))
    return ast.Call(func=convert(_field(node, "function")), args=positional, keywords=keywords)


def _splat(node: Node) -> ast.expr | None:
    value = _first(node)
    return ast.Starred(value=value) if value is not None else None


def _dictionary(node: Node) -> ast.expr:
    keys: list[ast.expr | None] = []
    values: list[ast.expr] = []
    for child in named(node):
        if child.type == "pair":
            keys.append(convert(_field(child, "key")))
            values.append(convert(_field(child, "value")))
        elif child.type == "dictionary_splat":
            keys.append(None)
            values.append(_first(child) or convert(None))
    return ast.Dict(keys=keys, values=values)


def _generators(node: Node) -> list[ast.comprehension]:
    found: list[ast.comprehension] = []
    for child in named(node):
        if child.type == "for_in_clause":
            rights = child.children_by_field_name("right")
            source = convert(rights[0]) if rights else convert(None)
            asynchronous = int(any(part.type == "async" for part in child.children))
            found.append(
                ast.comprehension(
                    target=store_target(_field(child, "left")), iter=source, ifs=[], is_async=asynchronous
                )
            )
        elif child.type == "if_clause" and found:
            found[-1].ifs.append(_first(child) or convert(None))
    return found


def _comprehension(kind: type[Any]) -> Converter:
    def converter(node: Node) -> ast.expr:
        return kind(elt=convert(_field(node, "body")), generators=_generators(node))

    return converter


def _dictionary_comprehension(node: Node) -> ast.expr:
    body = _field(node, "body")
    key = convert(_field(body, "key")) if body is not None else convert(None)
    value = convert(_field(body, "value")) if body is not None else convert(None)
    return ast.DictComp(key=key, value=value, generators=_generators(node))


def _binary(node: Node) -> ast.expr:
    operator = _BINARY.get(text(_field(node, "operator")), ast.Add)
    return ast.BinOp(left=convert(_field(node, "left")), op=operator(), right=convert(_field(node, "right")))


def _boolean(node: Node) -> ast.expr:
    name = text(_field(node, "operator"))
    values = [convert(_field(node, "right"))]
    left = _field(node, "left")
    # ``a or b or c`` is one operation of three values.
    while left is not None and left.type == "boolean_operator" and text(_field(left, "operator")) == name:
        values.insert(0, convert(_field(left, "right")))
        left = _field(left, "left")
    return ast.BoolOp(op=ast.And() if name == "and" else ast.Or(), values=[convert(left), *values])


def _unary(node: Node) -> ast.expr:
    operator = _UNARY.get(text(_field(node, "operator")), ast.UAdd)
    return ast.UnaryOp(op=operator(), operand=convert(_field(node, "argument")))


def _not(node: Node) -> ast.expr:
    return ast.UnaryOp(op=ast.Not(), operand=convert(_field(node, "argument")))


def _comparison(node: Node) -> ast.expr | None:
    operands = [convert(child) for child in named(node)]
    operators = [text(child) for child in node.children_by_field_name("operators")]
    names = [" ".join(name.split()) for name in operators]
    if len(operands) < 2 or len(names) != len(operands) - 1:
        return ast.Tuple(elts=operands)
    return ast.Compare(left=operands[0], ops=[_COMPARE.get(name, ast.Eq)() for name in names], comparators=operands[1:])


def _conditional(node: Node) -> ast.expr | None:
    parts = [convert(child) for child in named(node)]
    if len(parts) != 3:
        return ast.Tuple(elts=parts)
    return ast.IfExp(body=parts[0], test=parts[1], orelse=parts[2])


def _walrus(node: Node) -> ast.expr:
    name = ast.Name(id=text(_field(node, "name")))
    return ast.NamedExpr(target=place(name, node), value=convert(_field(node, "value")))


def _yield(node: Node) -> ast.expr:
    children = named(node)
    if any(child.type == "from" for child in node.children):
        return ast.YieldFrom(value=convert(children[0] if children else None))
    return ast.Yield(value=convert(children[0]) if children else None)


def _await(node: Node) -> ast.expr:
    return ast.Await(value=_first(node) or convert(None))


def _lambda(node: Node) -> ast.expr:
    from plugins.syntax.python.recovery import parameters

    return ast.Lambda(args=parameters(_field(node, "parameters")), body=convert(_field(node, "body")))


def _literal(node: Node) -> ast.expr:
    try:
        # Literals of Python 2 (0777, 10L) and broken escapes are no literals now.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            value = ast.literal_eval(text(node))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Constant(value=text(node).strip("\"'rRuUbB") if node.type == "string" else 0)
    return ast.Constant(value=value)


def _string(node: Node) -> ast.expr:
    pieces = named(node)
    prefix = text(node)[:3].lower().partition('"')[0].partition("'")[0]
    if "f" not in prefix and all(piece.type != "interpolation" for piece in pieces):
        return _literal(node)
    values: list[ast.expr] = []
    for piece in pieces:
        if piece.type == "string_content":
            values.append(_content(text(piece), "r" in prefix))
        elif piece.type == "interpolation":
            specification = next((child for child in named(piece) if child.type == "format_specifier"), None)
            nested = _specification(specification)
            inner = convert(_field(piece, "expression"))
            if any(child.type == "=" for child in piece.children):
                values.append(ast.Constant(value=text(piece)[1:].rpartition("=")[0] + "="))
            shown = ast.FormattedValue(value=inner, conversion=_conversion(piece), format_spec=nested)
            values.append(place(shown, piece))
    return ast.JoinedStr(values=_merged(values))


def _content(written: str, raw: bool) -> ast.Constant:
    """What is written between the placeholders of formatted text."""
    written = written.replace("{{", "{").replace("}}", "}")
    if not raw and "\\" in written:
        with contextlib.suppress(SyntaxError, ValueError), warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            written = ast.literal_eval('"""' + written.replace('"', '\\"') + '"""')
    return ast.Constant(value=written)


def _merged(values: list[ast.expr]) -> list[ast.expr]:
    """The parts of formatted text, with constants that follow each other as one."""
    merged: list[ast.expr] = []
    for value in values:
        last = merged[-1] if merged else None
        if isinstance(value, ast.Constant) and isinstance(last, ast.Constant):
            merged[-1] = ast.Constant(value=f"{last.value}{value.value}")
        else:
            merged.append(value)
    return merged


def _conversion(piece: Node) -> int:
    """``!r`` and the like as in ``ast.FormattedValue``."""
    written = next((text(child)[-1] for child in named(piece) if child.type == "type_conversion"), "")
    return ord(written) if written else -1


def _specification(node: Node | None) -> ast.JoinedStr | None:
    if node is None:
        return None
    values: list[ast.expr] = [
        place(
            ast.FormattedValue(
                value=convert(_field(child, "expression")), conversion=_conversion(child), format_spec=None
            ),
            child,
        )
        for child in named(node)
        if child.type in ("format_expression", "interpolation")
    ]
    return place(ast.JoinedStr(values=values), node)


def _concatenated(node: Node) -> ast.expr:
    parts = [convert(child) for child in named(node)]
    values: list[ast.expr] = []
    plain: list[Any] = []
    for part in parts:
        if isinstance(part, ast.JoinedStr):
            values += part.values
        elif isinstance(part, ast.Constant):
            values.append(part)
            plain.append(part.value)
    if any(isinstance(part, ast.JoinedStr) for part in parts):
        return ast.JoinedStr(values=_merged(values))
    if plain and all(isinstance(part, type(plain[0])) for part in plain):
        return ast.Constant(value=type(plain[0])().join(plain))
    return ast.Constant(value="")


def _generic(node: Node) -> ast.expr | None:
    """``list[int]`` as an annotation."""
    children = named(node)
    if len(children) != 2:
        return _first(node)
    indexes = [convert(child) for child in named(children[1])]
    index = indexes[0] if len(indexes) == 1 else place(ast.Tuple(elts=indexes), children[1])
    return ast.Subscript(value=convert(children[0]), slice=index)


def _union(node: Node) -> ast.expr | None:
    parts = [convert(child) for child in named(node)]
    if len(parts) != 2:
        return parts[0] if parts else None
    return ast.BinOp(left=parts[0], op=ast.BitOr(), right=parts[1])


def _constant(value: object) -> Converter:
    return lambda node: ast.Constant(value=value)  # pyright: ignore[reportArgumentType]


_CONVERTERS: dict[str, Converter] = {
    "identifier": _identifier,
    "dotted_name": _dotted,
    "attribute": _attribute,
    "member_type": _dotted,
    "subscript": _subscript,
    "slice": _slice,
    "call": _call,
    "list": _sequence(ast.List),
    "tuple": _sequence(ast.Tuple),
    "set": _sequence(ast.Set),
    "expression_list": _sequence(ast.Tuple),
    "pattern_list": _sequence(ast.Tuple),
    "tuple_pattern": _sequence(ast.Tuple),
    "list_pattern": _sequence(ast.List),
    "list_splat": _splat,
    "list_splat_pattern": _splat,
    "parenthesized_list_splat": _first,
    "dictionary": _dictionary,
    "list_comprehension": _comprehension(ast.ListComp),
    "set_comprehension": _comprehension(ast.SetComp),
    "generator_expression": _comprehension(ast.GeneratorExp),
    "dictionary_comprehension": _dictionary_comprehension,
    "binary_operator": _binary,
    "boolean_operator": _boolean,
    "unary_operator": _unary,
    "not_operator": _not,
    "comparison_operator": _comparison,
    "conditional_expression": _conditional,
    "named_expression": _walrus,
    "parenthesized_expression": _first,
    "yield": _yield,
    "await": _await,
    "lambda": _lambda,
    "integer": _literal,
    "float": _literal,
    "string": _string,
    "concatenated_string": _concatenated,
    "true": _constant(True),
    "false": _constant(False),
    "none": _constant(None),
    "ellipsis": _constant(...),
    "type": _first,
    "generic_type": _generic,
    "union_type": _union,
    "as_pattern_target": _first,
}
