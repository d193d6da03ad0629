"""Reads expressions: every handler returns the variable that holds the value, 0 if nothing is known of it."""

# ruff: noqa: ARG001, ARG005  (handlers of one table share a signature)

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from plugins.syntax.python.builder import FILENAME, Builder, constant_text
from plugins.syntax.python.ir import NO_BOUND, CallFlag, Op, ParameterKind, ScopeFlag, ScopeKind, Seed

__all__ = [
    "LAMBDA_BODIES",
    "assign",
    "attribute_receiver",
    "expression",
    "iterated_constants",
    "key_of",
    "read_mention",
]

type Handler = Callable[[Builder, Any], int]

_DISPLAY_LIMIT = 64
"""Longer displays are tables: which element is where is not followed."""

_CONSTANTS_LIMIT = 12
"""A variable that may hold more constants than this is not worth following."""

_NAMED_BY_VALUE = {"getattr": 1, "import_module": 0, "__import__": 0}
"""Functions for which it matters what text they are given, and as which argument."""

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "__add__",
    ast.Sub: "__sub__",
    ast.Mult: "__mul__",
    ast.MatMult: "__matmul__",
    ast.Div: "__truediv__",
    ast.Mod: "__mod__",
    ast.Pow: "__pow__",
    ast.LShift: "__lshift__",
    ast.RShift: "__rshift__",
    ast.BitOr: "__or__",
    ast.BitXor: "__xor__",
    ast.BitAnd: "__and__",
    ast.FloorDiv: "__floordiv__",
}
_UNARY: dict[type[ast.unaryop], str] = {ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "__eq__",
    ast.NotEq: "__ne__",
    ast.Lt: "__lt__",
    ast.LtE: "__le__",
    ast.Gt: "__gt__",
    ast.GtE: "__ge__",
}


def expression(b: Builder, node: Any) -> int:
    """The variable of the value of ``node``."""
    return EXPRESSIONS[node.__class__](b, node)


def read_mention(b: Builder, name: str, line: int) -> int:
    """Read a name that is not being called."""
    frame = b.frame
    if frame.overlays:
        for overlay in reversed(frame.overlays):
            if name in overlay:
                return overlay[name]
    if name not in frame.mentions:
        frame.mentions[name] = line
    return b.read(name)


def _name(b: Builder, node: ast.Name) -> int:
    return read_mention(b, node.id, node.lineno)


def _nothing(b: Builder, node: ast.expr) -> int:
    return 0


def _load(b: Builder, base: int, node: ast.Attribute) -> int:
    if base <= 0:
        return 0
    uses = b.uses
    result = len(uses)
    uses.append(None)
    statements = uses[base]
    if statements is None:
        uses[base] = [2, b.names[node.attr], result, b.frame.source, node.lineno]
    else:
        statements += (2, b.names[node.attr], result, b.frame.source, node.lineno)
    return result


def _attribute(b: Builder, node: ast.Attribute) -> int:
    value = node.value
    if value.__class__ is ast.Name:
        name: str = value.id  # pyright: ignore[reportAttributeAccessIssue]
        if name == b.frame.receiver:
            return _load(b, b.read(name), node)
        result = _load(b, read_mention(b, name, node.lineno), node)
        b.refer(result, node.lineno)
        return result
    return _load(b, expression(b, value), node)


def _callee(b: Builder, node: Any) -> int:
    kind = node.__class__
    if kind is ast.Name:
        return b.read(node.id)
    if kind is ast.Attribute:
        value = node.value
        if value.__class__ is ast.Name:
            return _load(b, b.read(value.id), node)
        if value.__class__ is ast.Constant:
            return _load(b, _builtin_value(b, value.value), node)
        if value.__class__ is ast.JoinedStr:
            expression(b, value)
            return _load(b, _builtin_value(b, ""), node)
        return _load(b, expression(b, value), node)
    return expression(b, node)


def _builtin_value(b: Builder, value: object) -> int:
    result = b.new()
    b.seeds += (Seed.BUILTIN, result, b.name(type(value).__name__))
    return result


def argument(b: Builder, node: Any) -> int:
    """An argument operand."""
    if node.__class__ is ast.Constant:
        constant = b.constant(node.value)
        return 0 if constant is None else -constant - 1
    return expression(b, node)


def _computed_name(b: Builder, node: ast.Call, name: str, positional: list[int]) -> None:
    """What is computed where an attribute or a module is named."""
    position = _NAMED_BY_VALUE.get(name, len(positional))
    if position < len(positional) and positional[position] >= 0:
        positional[position] = positional[position] or b.new()
        b.assign_text(positional[position], node.args[position])


def _call(b: Builder, node: ast.Call) -> int:
    func = node.func
    callee = _callee(b, func)
    positional: list[int] = []
    rest = 0
    for value in node.args:
        kind = value.__class__
        if kind is ast.Constant:
            positional.append(argument(b, value))
        elif kind is ast.Starred:
            variable = expression(b, value.value)  # pyright: ignore[reportAttributeAccessIssue]
            rest = rest or variable
        else:
            positional.append(EXPRESSIONS[kind](b, value))
    keywords: list[tuple[str, int]] = []
    mapping = 0
    for keyword in node.keywords:
        if keyword.arg is None:
            mapping = expression(b, keyword.value) or mapping
        else:
            keywords.append((keyword.arg, argument(b, keyword.value)))
    name, flag = "", 0
    if func.__class__ is ast.Name:
        name, flag = func.id, CallFlag.NAME  # pyright: ignore[reportAttributeAccessIssue]
        outer = b.frame.outer
        if outer is not None and outer.scope.parameters and name in outer.bound and _forwards(b, node, name):
            flag |= CallFlag.FORWARD
    elif func.__class__ is ast.Attribute:
        name = func.attr  # pyright: ignore[reportAttributeAccessIssue]
        if func.value.__class__ is ast.Name and func.value.id == b.frame.receiver:  # pyright: ignore[reportAttributeAccessIssue]
            flag = CallFlag.RECEIVER
    _computed_name(b, node, name, positional)
    result = b.call(callee, node.lineno, positional, keywords, rest, mapping, flag, name)
    if func.__class__ is ast.Name and func.id == "super":  # pyright: ignore[reportAttributeAccessIssue]
        _super(b, positional, result)
    elif name in ("eval", "exec") and node.args and node.args[0].__class__ is ast.Constant:
        _code(b, node)
    elif name in _NAMED_BY_VALUE:
        b.key_names.update(argument for argument in positional if argument > 0)
    elif name == "setattr" and len(node.args) == 3 and node.args[1].__class__ is ast.Constant:
        b.stored.add(str(node.args[1].value))  # pyright: ignore[reportAttributeAccessIssue]
    elif func.__class__ is ast.Attribute and positional and positional[0] > 0:
        # d.get(k), d.pop(k), d.setdefault(k, v): the first argument is a key.
        b.key_names.add(positional[0])
    return result


def _code(b: Builder, node: ast.Call) -> None:
    """``eval("...")`` and ``exec("...")``: the code runs in this scope."""
    source = node.args[0].value  # pyright: ignore[reportAttributeAccessIssue]
    if not isinstance(source, str) or len(source) > 2000:
        return
    try:
        tree = ast.parse(source.strip(), FILENAME)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for part in ast.walk(tree):
        if isinstance(part, ast.stmt | ast.expr):
            part.lineno = part.end_lineno = node.lineno
    for statement in tree.body:
        if isinstance(statement, ast.Expr):
            expression(b, statement.value)


def _forwards(b: Builder, node: ast.Call, name: str) -> bool:
    """Whether a wrapper calls the wrapped function, a parameter of the function around it, with its own arguments."""
    frame = b.frame
    outer = frame.outer
    if outer is None or name in frame.bound or name in outer.rebound:
        return False
    positional = (ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY)
    places = [
        place for place, entry in enumerate(outer.scope.parameters) if entry[0] == name and entry[2] in positional
    ]
    if not places:
        return False
    given: list[tuple[str, int]] = []
    for value in node.args:
        kind = ParameterKind.POSITIONAL
        if value.__class__ is ast.Starred:
            kind, value = ParameterKind.REST, value.value  # pyright: ignore[reportAttributeAccessIssue]
        if value.__class__ is not ast.Name:
            return False
        given.append((value.id, kind))  # pyright: ignore[reportAttributeAccessIssue]
    for keyword in node.keywords:
        if keyword.arg is not None or keyword.value.__class__ is not ast.Name:
            return False
        given.append((keyword.value.id, ParameterKind.KEYWORDS))  # pyright: ignore[reportAttributeAccessIssue]
    if given != [(entry[0], entry[2]) for entry in frame.scope.parameters]:
        return False
    frame.scope.forwards = places[0]
    outer.scope.wraps = True
    return True


def _super(b: Builder, positional: list[int], result: int) -> None:
    if positional:
        if len(positional) > 1:
            b.operands.add(positional[0])
            b.use(positional[1], Op.SUPER, -1 - positional[0], result)
        return
    frame = b.frame
    while frame.outer is not None:
        outer = frame.outer
        if outer.scope.kind == ScopeKind.CLASS and frame.scope.parameters:
            receiver = frame.scope.parameters[0][1]
            b.use(receiver, Op.SUPER, outer.index, result)
            return
        frame = outer


def _display(b: Builder, kind: str, elements: list[ast.expr]) -> int:
    container, unknown, _ = b.container(kind)
    result = b.new()
    b.seeds += (Seed.CONTAINER, result, container)
    ordered = kind != "set" and len(elements) <= _DISPLAY_LIMIT
    for position, element in enumerate(elements):
        if element.__class__ is ast.Constant:
            continue
        if element.__class__ is ast.Starred:
            b.use(expression(b, element.value), Op.SPREAD, container)  # pyright: ignore[reportAttributeAccessIssue]
            ordered = False
            continue
        value = expression(b, element)
        if value:
            if ordered:
                b.put(container, f"i{position}", value)
            else:
                b.copy(value, unknown)
    if ordered and elements:
        b.container_keys.setdefault(container, {})["length"] = len(elements)
    return result


def _list(b: Builder, node: ast.List) -> int:
    return _display(b, "list", node.elts)


def _tuple(b: Builder, node: ast.Tuple) -> int:
    return _display(b, "tuple", node.elts)


def _set(b: Builder, node: ast.Set) -> int:
    return _display(b, "set", node.elts)


def _dict(b: Builder, node: ast.Dict) -> int:
    container, unknown, _ = b.container("dict")
    result = b.new()
    b.seeds += (Seed.CONTAINER, result, container)
    keys = b.containers[3 * container + 2]
    for key, item in zip(node.keys, node.values, strict=True):
        value = 0 if item.__class__ is ast.Constant else expression(b, item)
        if key is None:
            b.use(value, Op.SPREAD, container)
            continue
        if key.__class__ is ast.Constant:
            text = _key_text(key.value)  # pyright: ignore[reportAttributeAccessIssue]
            if text is not None and value:
                b.put(container, text, value)
                continue
        elif (constant := _constant_tuple(key)) is not None:
            if value:
                b.put(container, constant, value)
            continue
        else:
            variable = expression(b, key)
            b.copy(variable, keys)
            if variable and value:
                b.key_names.add(variable)
                b.operands.add(variable)
                b.use(result, Op.SET_ITEM, -variable, value, b.frame.source, key.lineno)
                b.operands.add(value)
                continue
        b.copy(value, unknown)
    return result


def _comprehension(b: Builder, node: Any) -> int:
    kind = node.__class__
    overlay: dict[str, int] = {}
    first = True
    frame = b.frame
    for generator in node.generators:
        source = expression(b, generator.iter)
        if first:
            frame.overlays.append(overlay)
            first = False
        _comprehension_targets(b, generator.target, overlay)
        if generator.target.__class__ is ast.Name:
            iterated_constants(b, overlay[generator.target.id], generator.iter)
        element = b.new()
        b.use(source, Op.ITER, element, frame.source, generator.iter.lineno, generator.is_async)
        assign(b, generator.target, element)
        for condition in generator.ifs:
            expression(b, condition)
    if kind is ast.DictComp:
        key = expression(b, node.key)
        value = expression(b, node.value)
        container, unknown, _ = b.container("dict")
        b.copy(key, b.containers[3 * container + 2])
    else:
        value = expression(b, node.elt)
        name = "set" if kind is ast.SetComp else "list"
        container, unknown, _ = b.container(name)
    b.copy(value, unknown)
    frame.overlays.pop()
    result = b.new()
    b.seeds += (Seed.CONTAINER, result, container)
    return result


def iterated_constants(b: Builder, target: int, source: Any) -> None:
    """``for name in ("one", "two")``: the constants that the target stands for, should it matter."""
    if source.__class__ in (ast.Tuple, ast.List, ast.Set) and len(source.elts) <= _CONSTANTS_LIMIT:
        for element in source.elts:
            if element.__class__ is ast.Constant:
                b.assign_constant(target, element.value)


def _comprehension_targets(b: Builder, target: Any, overlay: dict[str, int]) -> None:
    kind = target.__class__
    if kind is ast.Name:
        overlay[target.id] = b.new()
    elif kind is ast.Tuple or kind is ast.List:
        for element in target.elts:
            _comprehension_targets(b, element, overlay)
    elif kind is ast.Starred:
        _comprehension_targets(b, target.value, overlay)


def key_of(b: Builder, node: Any) -> int:
    """A key operand."""
    if node.__class__ is ast.Constant:
        text = _key_text(node.value)
        return 0 if text is None else b.constants.setdefault(text, len(b.constants)) + 1
    if node.__class__ is ast.UnaryOp:
        number = _number(node)
        return 0 if number is None else b.constant(number) + 1  # pyright: ignore[reportOptionalOperand]
    text = _constant_tuple(node)
    if text is not None:
        return b.constants.setdefault(text, len(b.constants)) + 1
    variable = expression(b, node)
    if variable:
        b.key_names.add(variable)
        b.operands.add(variable)
    return -variable


def _key_text(value: object) -> str | None:
    """A constant key as the table of constants writes it; floating-point keys equal integers and are not followed."""
    if value is None or value.__class__ is bytes:
        text = repr(value)
        return f"o{text}" if len(text) <= 80 else None
    return constant_text(value)


def _constant_tuple(node: Any) -> str | None:
    """A tuple of constants as the table of constants writes it."""
    if node.__class__ is not ast.Tuple or not node.elts:
        return None
    values: list[Any] = []
    for element in node.elts:
        if element.__class__ is not ast.Constant:
            return None
        values.append(element.value)
    text = repr(tuple(values))
    return f"t{text}" if len(text) <= 80 else None


def _number(node: Any) -> int | None:
    if node is None:
        return NO_BOUND
    if node.__class__ is ast.UnaryOp and node.op.__class__ is ast.USub:
        value = _number(node.operand)
        return None if value is None or value == NO_BOUND else -value
    if node.__class__ is ast.Constant and node.value.__class__ is int and abs(node.value) < 10**6:
        return node.value
    return None


def _subscript(b: Builder, node: ast.Subscript) -> int:
    base = expression(b, node.value)
    index = node.slice
    if index.__class__ is ast.Slice:
        return _slice(b, base, index)
    key = key_of(b, index)
    if not base:
        return 0
    result = b.new()
    b.use(base, Op.ITEM, key, result, b.frame.source, node.lineno)
    return result


def _slice(b: Builder, base: int, index: Any) -> int:
    low, high = _number(index.lower), _number(index.upper)
    for bound in (index.lower, index.upper, index.step):
        if bound is not None:
            expression(b, bound)
    if not base:
        return 0
    container, _, _ = b.container("list")
    result = b.new()
    if low is None or high is None or index.step is not None:
        # Bounds that are not constants: any element may be anywhere.
        low, high = NO_BOUND + 1, NO_BOUND + 1
    b.use(base, Op.SLICE, container, low, high, result)
    return result


def _operator(b: Builder, variable: int, method: str | None, node: Any) -> int:
    if not variable or method is None:
        return 0
    result = b.new()
    b.use(variable, Op.OPERATOR, b.name(method), result, b.frame.source, node.lineno)
    return result


def _binary(b: Builder, node: ast.BinOp) -> int:
    left = 0 if node.left.__class__ is ast.Constant else expression(b, node.left)
    right = 0 if node.right.__class__ is ast.Constant else expression(b, node.right)
    operator = _BINARY[node.op.__class__]
    result = _operator(b, left, operator, node)
    if right and node.left.__class__ is ast.Constant:
        return _operator(b, right, f"__r{operator[2:]}", node)
    if right and operator in ("__add__", "__or__"):
        # [f] + [g], {"a": f} | {"b": g}: the elements of both.
        result = result or b.new()
        b.use(right, Op.OPERATOR, b.name("join"), result, b.frame.source, node.lineno)
    return result


def _unary(b: Builder, node: ast.UnaryOp) -> int:
    return _operator(b, expression(b, node.operand), _UNARY.get(node.op.__class__), node)


def _compare(b: Builder, node: ast.Compare) -> int:
    left = expression(b, node.left)
    result = 0
    for operator, comparator in zip(node.ops, node.comparators, strict=True):
        right = expression(b, comparator)
        kind = operator.__class__
        if kind is ast.In or kind is ast.NotIn:
            _operator(b, right, "__contains__", node)
        elif kind in _COMPARE:
            result = _operator(b, left, _COMPARE[kind], node)
        left = right
    # Comparisons of query languages return conditions; those of a chain are only asked whether they are true.
    return result if len(node.ops) == 1 else 0


def _join(b: Builder, variables: list[int]) -> int:
    known = [variable for variable in variables if variable]
    if len(known) < 2:
        return known[0] if known else 0
    result = b.new()
    for variable in known:
        b.copy(variable, result)
    return result


def _boolean(b: Builder, node: ast.BoolOp) -> int:
    return _join(b, [expression(b, value) for value in node.values])


def _conditional(b: Builder, node: ast.IfExp) -> int:
    expression(b, node.test)
    return _join(b, [expression(b, node.body), expression(b, node.orelse)])


def _walrus(b: Builder, node: ast.NamedExpr) -> int:
    value = expression(b, node.value)
    b.copy(value, b.bind(node.target.id))
    return value


def _formatted(b: Builder, node: ast.JoinedStr) -> int:
    for value in node.values:
        if value.__class__ is ast.FormattedValue:
            shown = expression(b, value.value)  # pyright: ignore[reportAttributeAccessIssue]
            _operator(b, shown, _CONVERSIONS.get(value.conversion, "__format__"), value.value)  # pyright: ignore[reportAttributeAccessIssue]
            spec = value.format_spec  # pyright: ignore[reportAttributeAccessIssue]
            if spec is not None:
                _formatted(b, spec)
    return 0


_CONVERSIONS = {ord("s"): "__str__", ord("r"): "__repr__", ord("a"): "__repr__"}


def _inner(b: Builder, node: Any) -> int:
    return expression(b, node.value)


def _yield(b: Builder, node: ast.Yield) -> int:
    b.frame.scope.flags |= ScopeFlag.GENERATOR
    if node.value is not None:
        value = expression(b, node.value)
        b.copy(value, b.frame.scope.yields)
    # What the generator is sent.
    return b.frame.scope.variables.setdefault("yield", b.new())


def _yield_from(b: Builder, node: ast.YieldFrom) -> int:
    b.frame.scope.flags |= ScopeFlag.GENERATOR
    source = expression(b, node.value)
    b.use(source, Op.ITER, b.frame.scope.yields, b.frame.source, node.lineno, 0)
    return _operator(b, source, "yield from", node)


def _lambda(b: Builder, node: ast.Lambda) -> int:
    return LAMBDA_BODIES[0](b, node)


LAMBDA_BODIES: list[Handler] = []
"""Set by ``definitions``: a lambda is a definition inside an expression."""


def attribute_receiver(b: Builder, node: ast.Attribute) -> int:
    """The variable of ``self.x`` where it is statically known: an attribute of the class being defined."""
    frame = b.frame
    if not frame.receiver or node.value.__class__ is not ast.Name:
        return 0
    if node.value.id != frame.receiver or frame.outer is None:  # pyright: ignore[reportAttributeAccessIssue]
        return 0
    attributes = frame.outer.scope.attributes
    if node.attr not in attributes:
        attributes[node.attr] = b.new()
    return attributes[node.attr]


def assign(b: Builder, target: Any, value: int) -> None:
    """``target = value`` for any target."""
    kind = target.__class__
    if kind is ast.Name:
        name = target.id
        for overlay in reversed(b.frame.overlays):
            if name in overlay:
                b.copy(value, overlay[name])
                return
        b.copy(value, b.bind(name))
    elif kind is ast.Attribute:
        known = attribute_receiver(b, target)
        if known:
            b.copy(value, known)
            outer = b.frame.outer
            if outer is None or target.attr not in outer.scope.setters:
                return
        else:
            b.stored.add(target.attr)
        base = expression(b, target.value)
        if value:
            b.operands.add(value)
        b.use(base, Op.STORE, b.name(target.attr), value, b.frame.source, target.lineno)
    elif kind is ast.Subscript:
        base = expression(b, target.value)
        if target.slice.__class__ is ast.Slice:
            element = b.new()
            b.use(value, Op.ITER, element, b.frame.source, target.lineno, 0)
            b.operands.add(element)
            b.use(base, Op.SET_ITEM, 0, element, b.frame.source, target.lineno)
            return
        key = key_of(b, target.slice)
        if value:
            b.operands.add(value)
        b.use(base, Op.SET_ITEM, key, value, b.frame.source, target.lineno)
    elif kind is ast.Starred:
        assign(b, target.value, value)
    elif kind is ast.Tuple or kind is ast.List:
        _unpack(b, target.elts, value)
    else:
        expression(b, target)


def _unpack(b: Builder, targets: list[Any], value: int) -> None:
    starred = False
    for position, target in enumerate(targets):
        if target.__class__ is ast.Starred:
            starred = True
            container, _, _ = b.container("list")
            rest = b.new()
            b.seeds += (Seed.CONTAINER, rest, container)
            b.use(value, Op.UNPACK_REST, position, len(targets) - position - 1, container)
            assign(b, target.value, rest)
            continue
        element = 0
        if value:
            element = b.new()
            index = position - len(targets) if starred else position
            b.use(value, Op.UNPACK, index, element, b.frame.source, target.lineno)
        assign(b, target, element)


EXPRESSIONS: dict[type, Handler] = {
    ast.Name: _name,
    ast.Constant: _nothing,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.Subscript: _subscript,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.IfExp: _conditional,
    ast.NamedExpr: _walrus,
    ast.JoinedStr: _formatted,
    ast.Await: _inner,
    ast.Starred: _inner,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.Lambda: _lambda,
    ast.Slice: lambda b, node: 0,
}
