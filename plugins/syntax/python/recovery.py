"""Reads files that Python's parser refuses: a tree-sitter tree, translated into nodes of Python's syntax tree."""

# ruff: noqa: ARG005  (handlers of one table share a signature)

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from typing import Any

import tree_sitter_python
from tree_sitter import Language, Node

from plugins.syntax.parsing import parse
from plugins.syntax.python.recovery_expressions import arguments, convert, named, place, text
from plugins.syntax.python.recovery_patterns import pattern

__all__ = ["parameters", "recover"]


@cache
def _language() -> Language:
    return Language(tree_sitter_python.language())


def recover(source: str) -> ast.Module:
    """The syntax tree of ``source`` without what cannot be read; raises ``TooSlowError``."""
    tree = parse(_language(), source.encode("utf-8", "replace"))
    return ast.Module(body=_block(tree.root_node), type_ignores=[])


def _block(node: Node | None) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    if node is None:
        return found
    for child in named(node):
        if child.is_missing:
            continue
        converter = _STATEMENTS.get(child.type)
        if converter is not None:
            # The position of a decorated definition is that of its ``def``, as in Python's own tree.
            where = _field(child, "definition") or child
            found += [place(statement, where) for statement in converter(child)]
        elif child.type in ("ERROR", "block"):
            found += _block(child)
        elif child.type not in ("identifier", "dotted_name", "comment"):
            # An expression that an error tore out of its statement.
            value = convert(child)
            if not isinstance(value, ast.Constant):
                found.append(place(ast.Expr(value=value), child))
    return found


def _field(node: Node, name: str) -> Node | None:
    return node.child_by_field_name(name)


def _body(node: Node, name: str = "body") -> list[ast.stmt]:
    """The statements of a compound statement, at least ``pass``."""
    return _block(_field(node, name)) or [place(ast.Pass(), node)]


def parameters(node: Node | None) -> ast.arguments:
    """The parameters of a function or lambda."""
    result = ast.arguments(posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[])
    keyword_only = False
    for child in named(node) if node is not None else []:
        kind = child.type
        if kind == "positional_separator":
            result.posonlyargs, result.args = result.args, []
            continue
        if kind == "keyword_separator":
            keyword_only = True
            continue
        annotation = _field(child, "type")
        value = _field(child, "value")
        inner = named(child)[0] if kind == "typed_parameter" and named(child) else child
        if kind in ("default_parameter", "typed_default_parameter"):
            inner = _field(child, "name") or child
        name = named(inner)[0] if inner.type.endswith("splat_pattern") and named(inner) else inner
        if name.type not in ("identifier", "tuple_pattern"):
            continue
        entry = place(ast.arg(arg=text(name), annotation=convert(annotation) if annotation else None), child)
        if inner.type == "list_splat_pattern":
            result.vararg = entry
            keyword_only = True
        elif inner.type == "dictionary_splat_pattern":
            result.kwarg = entry
        elif keyword_only:
            result.kwonlyargs.append(entry)
            result.kw_defaults.append(convert(value) if value else None)
        else:
            result.args.append(entry)
            if value:
                result.defaults.append(convert(value))
    return result


def _function(node: Node) -> list[ast.stmt]:
    name = text(_field(node, "name"))
    if not name:
        return _block(_field(node, "body"))
    asynchronous = any(child.type == "async" for child in node.children)
    kind: Any = ast.AsyncFunctionDef if asynchronous else ast.FunctionDef
    returns = _field(node, "return_type")
    return [
        kind(
            name=name,
            args=parameters(_field(node, "parameters")),
            body=_body(node),
            decorator_list=[],
            returns=convert(returns) if returns else None,
        )
    ]


def _class(node: Node) -> list[ast.stmt]:
    name = text(_field(node, "name"))
    if not name:
        return _block(_field(node, "body"))
    bases, keywords = arguments(_field(node, "superclasses"))
    return [ast.ClassDef(name=name, bases=bases, keywords=keywords, body=_body(node), decorator_list=[])]


def _decorated(node: Node) -> list[ast.stmt]:
    definition = _field(node, "definition")
    if definition is None:
        return []
    found = _STATEMENTS[definition.type](definition)
    if len(found) == 1 and isinstance(found[0], ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        decorators = [child for child in named(node) if child.type == "decorator"]
        found[0].decorator_list = [convert(named(child)[0]) for child in decorators if named(child)]
    return found


def _expression_statement(node: Node) -> list[ast.stmt]:
    children = named(node)
    if len(children) == 1:
        child = children[0]
        if child.type == "assignment":
            return _assignment(child)
        if child.type == "augmented_assignment":
            return _augmented(child)
        return [ast.Expr(value=convert(child))]
    return [ast.Expr(value=place(ast.Tuple(elts=[convert(child) for child in children]), node))]


def _assignment(node: Node) -> list[ast.stmt]:
    targets = [convert(_field(node, "left"))]
    annotation, right = _field(node, "type"), _field(node, "right")
    if annotation is not None:
        value = convert(right) if right is not None else None
        return [ast.AnnAssign(target=_target(targets[0]), annotation=convert(annotation), value=value, simple=1)]
    while right is not None and right.type == "assignment":
        targets.append(convert(_field(right, "left")))
        right = _field(right, "right")
    return [ast.Assign(targets=targets, value=convert(right))]


def _target(node: ast.expr) -> Any:
    return node


_OPERATORS: dict[str, type[ast.operator]] = {
    "+=": ast.Add, "-=": ast.Sub, "*=": ast.Mult, "@=": ast.MatMult, "/=": ast.Div, "%=": ast.Mod, "**=": ast.Pow,
    "<<=": ast.LShift, ">>=": ast.RShift, "|=": ast.BitOr, "^=": ast.BitXor, "&=": ast.BitAnd, "//=": ast.FloorDiv,
}  # fmt: skip


def _augmented(node: Node) -> list[ast.stmt]:
    operator = _OPERATORS.get(text(_field(node, "operator")), ast.Add)
    target = _target(convert(_field(node, "left")))
    return [ast.AugAssign(target=target, op=operator(), value=convert(_field(node, "right")))]


def _aliases(node: Node) -> list[ast.alias]:
    found: list[ast.alias] = []
    for child in node.children_by_field_name("name"):
        if child.type == "aliased_import":
            alias = ast.alias(name=text(_field(child, "name")), asname=text(_field(child, "alias")) or None)
        else:
            alias = ast.alias(name=text(child), asname=None)
        if alias.name:
            found.append(place(alias, child))
    return found


def _import(node: Node) -> list[ast.stmt]:
    return [ast.Import(names=_aliases(node))]


def _import_from(node: Node) -> list[ast.stmt]:
    module = _field(node, "module_name")
    name = text(module)
    level = len(name) - len(name.lstrip("."))
    names = _aliases(node)
    if any(child.type == "wildcard_import" for child in node.children):
        names = [place(ast.alias(name="*", asname=None), node)]
    return [ast.ImportFrom(module=name[level:].strip() or None, names=names, level=level)]


def _future(node: Node) -> list[ast.stmt]:
    return [ast.ImportFrom(module="__future__", names=_aliases(node), level=0)]


def _if(node: Node) -> list[ast.stmt]:
    result = ast.If(test=convert(_field(node, "condition")), body=_body(node, "consequence"), orelse=[])
    last = result
    for clause in node.children_by_field_name("alternative"):
        if clause.type == "elif_clause":
            following = ast.If(test=convert(_field(clause, "condition")), body=_body(clause, "consequence"), orelse=[])
            last.orelse = [place(following, clause)]
            last = following
        else:
            last.orelse = _body(clause)
    return [result]


def _orelse(node: Node) -> list[ast.stmt]:
    clause = _field(node, "alternative")
    return _body(clause) if clause is not None else []


def _for(node: Node) -> list[ast.stmt]:
    kind: Any = ast.AsyncFor if any(child.type == "async" for child in node.children) else ast.For
    target, source = convert(_field(node, "left")), convert(_field(node, "right"))
    return [kind(target=target, iter=source, body=_body(node), orelse=_orelse(node))]


def _while(node: Node) -> list[ast.stmt]:
    return [ast.While(test=convert(_field(node, "condition")), body=_body(node), orelse=_orelse(node))]


def _with(node: Node) -> list[ast.stmt]:
    items: list[ast.withitem] = []
    for clause in named(node):
        if clause.type != "with_clause":
            continue
        for item in named(clause):
            value = _field(item, "value")
            parts = named(value) if value is not None and value.type == "as_pattern" else []
            if parts:
                alias = convert(parts[1]) if len(parts) > 1 else None
                items.append(ast.withitem(context_expr=convert(parts[0]), optional_vars=alias))
            else:
                items.append(ast.withitem(context_expr=convert(value), optional_vars=None))
    kind: Any = ast.AsyncWith if any(child.type == "async" for child in node.children) else ast.With
    return [kind(items=items, body=_body(node))]


def _try(node: Node) -> list[ast.stmt]:
    handlers: list[ast.ExceptHandler] = []
    orelse: list[ast.stmt] = []
    final: list[ast.stmt] = []
    for child in named(node):
        inner = next((part for part in named(child) if part.type == "block"), None)
        if child.type == "except_clause":
            value = _field(child, "value")
            name = None
            if value is not None and value.type == "as_pattern":
                parts = named(value)
                name = text(parts[-1]) if len(parts) > 1 else None
                value = parts[0]
            caught = convert(value) if value is not None else None
            handlers.append(place(ast.ExceptHandler(type=caught, name=name, body=_block(inner)), child))
        elif child.type == "else_clause":
            orelse = _body(child)
        elif child.type == "finally_clause":
            final = _block(inner)
    return [ast.Try(body=_body(node), handlers=handlers, orelse=orelse, finalbody=final)]


def _return(node: Node) -> list[ast.stmt]:
    children = named(node)
    return [ast.Return(value=convert(children[0]) if children else None)]


def _raise(node: Node) -> list[ast.stmt]:
    cause = _field(node, "cause")
    values = [child for child in named(node) if cause is None or child.id != cause.id]
    return [ast.Raise(exc=convert(values[0]) if values else None, cause=convert(cause) if cause is not None else None)]


def _assert(node: Node) -> list[ast.stmt]:
    parts = [convert(child) for child in named(node)] or [convert(None)]
    return [ast.Assert(test=parts[0], msg=parts[1] if len(parts) > 1 else None)]


def _delete(node: Node) -> list[ast.stmt]:
    targets: list[ast.expr] = []
    for child in named(node):
        target = convert(child)
        targets += target.elts if isinstance(target, ast.Tuple) else [target]
    return [ast.Delete(targets=targets)]


def _names(kind: type[Any]) -> Callable[[Node], list[ast.stmt]]:
    return lambda node: [kind(names=[text(child) for child in named(node) if child.type == "identifier"])]


def _print(node: Node) -> list[ast.stmt]:
    """The statements ``print`` and ``exec`` of Python 2, as the calls that they became."""
    name = "print" if node.type == "print_statement" else "exec"
    callee = place(ast.Name(id=name), node)
    values = [convert(child) for child in named(node) if child.type != "chevron"]
    return [ast.Expr(value=place(ast.Call(func=callee, args=values, keywords=[]), node))]


def _match(node: Node) -> list[ast.stmt]:
    body = _field(node, "body")
    cases: list[ast.match_case] = []
    for clause in named(body) if body is not None else []:
        if clause.type != "case_clause":
            continue
        patterns = [child for child in named(clause) if child.type == "case_pattern"]
        guard = _field(clause, "guard")
        condition = convert(named(guard)[0]) if guard is not None and named(guard) else None
        parts = [pattern(child) for child in patterns]
        whole = parts[0] if len(parts) == 1 else ast.MatchSequence(patterns=parts)
        cases.append(ast.match_case(pattern=place(whole, clause), guard=condition, body=_body(clause, "consequence")))
    return [ast.Match(subject=convert(_field(node, "subject")), cases=cases)]


def _type_alias(node: Node) -> list[ast.stmt]:
    name = convert(_field(node, "left"))
    if not isinstance(name, ast.Name):
        return []
    return [ast.TypeAlias(name=name, type_params=[], value=convert(_field(node, "right")))]


def _simple(kind: type[ast.stmt]) -> Callable[[Node], list[ast.stmt]]:
    return lambda node: [kind()]


_STATEMENTS: dict[str, Callable[[Node], list[ast.stmt]]] = {
    "expression_statement": _expression_statement,
    "assignment": _assignment,
    "augmented_assignment": _augmented,
    "function_definition": _function,
    "class_definition": _class,
    "decorated_definition": _decorated,
    "import_statement": _import,
    "import_from_statement": _import_from,
    "future_import_statement": _future,
    "if_statement": _if,
    "for_statement": _for,
    "while_statement": _while,
    "with_statement": _with,
    "try_statement": _try,
    "return_statement": _return,
    "raise_statement": _raise,
    "assert_statement": _assert,
    "delete_statement": _delete,
    "global_statement": _names(ast.Global),
    "nonlocal_statement": _names(ast.Nonlocal),
    "print_statement": _print,
    "exec_statement": _print,
    "match_statement": _match,
    "type_alias_statement": _type_alias,
    "pass_statement": _simple(ast.Pass),
    "break_statement": _simple(ast.Break),
    "continue_statement": _simple(ast.Continue),
}
