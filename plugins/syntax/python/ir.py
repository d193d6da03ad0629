"""The intermediate representation: scopes, variables, and what happens to the values of each variable.

A file has numbered variables; variable 0 holds nothing and is never looked at. All statements about a variable are
kept together, so that the solver looks only at variables that hold something. ``code`` is a sequence of 32-bit
integers; the statements about variable ``v`` begin at ``code[starts[v]]`` (0: there are none), each an operation of
``Op`` followed by its operands, and end with ``Op.END``. Calls have operands of any number and live in ``calls``; a
statement names one by its position there. Names are positions in ``names``, scopes positions in ``scopes``.

A *key* operand is 0 (unknown), positive (constant ``key - 1`` of ``constants``) or negative (variable ``-key``).
An argument operand is 0 (nothing is known), positive (a variable) or negative (constant ``-argument - 1``).
"""

from __future__ import annotations

from array import array

import msgspec

__all__ = [
    "NO_BOUND",
    "WIDTH",
    "CallFlag",
    "FileFacts",
    "ImportKind",
    "Op",
    "ParameterKind",
    "Scope",
    "ScopeFlag",
    "ScopeKind",
    "Seed",
    "decode_facts",
    "decode_problems",
    "encode_facts",
    "integers",
]

NO_BOUND = -(2**31)
"""A slice without this bound."""


class Op:
    """What happens to the values of a variable; operands in brackets. (These are plain integers because the solver
    compares them millions of times, which members of an enumeration make several times slower.)"""

    COUNT = 17

    END = 0
    """[] after the last statement about a variable."""
    COPY = 1
    """[destination] assigned as they are."""
    LOAD = 2
    """[name, destination, scope, line] attribute read."""
    STORE = 3
    """[name, source, scope, line] attribute written."""
    ITEM = 4
    """[key, destination, scope, line] subscript read."""
    SET_ITEM = 5
    """[key, source, scope, line] subscript written."""
    SLICE = 6
    """[container, low, high, destination, scope, line] slice with constant bounds (``NO_BOUND``: none)."""
    ITER = 7
    """[destination, scope, line, asynchronous] element of an iteration."""
    WITH = 8
    """[destination, scope, line, asynchronous] value of a context manager."""
    CALL = 9
    """[call] called."""
    EXCEPT = 10
    """[destination] caught: instances of these classes."""
    SUPER = 11
    """[class scope, destination] receiver of ``super()``; class scope -1: the variable holds the class."""
    OPERATOR = 12
    """[method name, destination, scope, line] operand of an operator. Besides methods: ``join`` (right operand, of
    which a container takes over the elements), ``yield from`` (what the generator returns), ``match 0`` (positional
    pattern of a class)."""
    UNPACK = 13
    """[index, destination, scope, line] element of an unpacking assignment."""
    UNPACK_REST = 14
    """[first, after, container] the starred target: from ``first`` to ``after`` elements before the end."""
    SPREAD = 15
    """[container] all items go into the container (``{**x}``, ``[*x]``)."""
    OPERATE = 16
    """[method name, destination, other, scope, line] operand of an operator that has the variable ``other`` as its
    other operand."""
    NARROW = 17
    """[classes, destination, holds] the values that are instances of the classes; ``holds`` 0: those that are not."""


WIDTH = {
    Op.END: 1,
    Op.COPY: 2,
    Op.LOAD: 5,
    Op.STORE: 5,
    Op.ITEM: 5,
    Op.SET_ITEM: 5,
    Op.SLICE: 7,
    Op.ITER: 5,
    Op.WITH: 5,
    Op.CALL: 2,
    Op.EXCEPT: 2,
    Op.SUPER: 3,
    Op.OPERATOR: 5,
    Op.UNPACK: 5,
    Op.UNPACK_REST: 4,
    Op.SPREAD: 2,
    Op.OPERATE: 6,
    Op.NARROW: 4,
}
"""Integers of a statement, operation included."""


class CallFlag:
    """What kind of call site it is."""

    PLAIN = 0
    DECORATOR = 1
    RAISE = 2
    """``raise X``: an instantiation if X is a class, otherwise nothing."""
    NAME = 4
    """The callee is a plain name."""
    RECEIVER = 8
    """The callee is an attribute of the receiver (``self.x``)."""
    CALLBACK = 32
    """Not in facts: external code makes the call."""
    FORWARD = 16
    """A wrapper hands its own arguments on to the function that it wraps."""


class Seed:
    """Where values come from: ``seeds`` holds (seed, variable, operand)."""

    FUNCTION = 1
    """operand: scope"""
    CLASS = 2
    """operand: scope"""
    CONTAINER = 3
    """operand: container"""
    CONSTANT = 4
    """operand: constant"""
    BUILTIN = 5
    """operand: name of a built-in class, of which this is an instance"""
    ANNOTATION = 6
    """operand: variable of the annotation's class"""
    ANNOTATED_CLASS = 7
    """as ANNOTATION, but the value is the class itself"""
    FALLBACK = 8
    """operand: variable that is copied if nothing else is known (a decorator that says nothing)"""
    ANNOTATED_CONTAINER = 9
    """operand: container"""
    TEXT = 10
    """operand: constant, of which ``*`` may be anything"""


class ImportKind:
    """``imports`` holds [kind, line, scope, level, module, name, variable]."""

    TOP = 0
    """``import a.b``: variable gets ``a``"""
    MODULE = 1
    """``import a.b as c``"""
    NAME = 2
    """``from a import b``"""
    STAR = 3
    """``from a import *``; instead of a variable: 1 if the statement is inside another one, else 0"""


class ScopeKind:
    """What a scope belongs to."""

    MODULE = 0
    CLASS = 1
    FUNCTION = 2
    LAMBDA = 3


class ScopeFlag:
    """Properties of a function or class that resolution or the graph need."""

    NONE = 0
    ASYNC = 1
    GENERATOR = 2
    STATIC = 4
    CLASS_METHOD = 8
    PROPERTY = 16
    ABSTRACT = 32
    METHOD = 64
    """defined directly in a class body"""
    DATA_CLASS = 128
    OVERLOAD = 256
    SETTER = 512
    """setter or deleter of a property"""


class ParameterKind:
    """How an argument reaches a parameter."""

    POSITIONAL = 0
    KEYWORD = 1
    REST = 2
    KEYWORDS = 3
    POSITIONAL_ONLY = 4


class Scope(msgspec.Struct, array_like=True):
    """A module, class, function or lambda."""

    kind: int
    name: str
    qualified: str
    """Dotted path of names inside the file; empty for the module."""
    parent: int
    line: int
    end_line: int
    flags: int = 0
    doc: str = ""
    signature: str = ""
    decorators: list[str] = []
    variables: dict[str, int] = {}
    """Module and class: the variables of the names bound here. Generator: ``yield``, what it is sent."""
    attributes: dict[str, int] = {}
    """Class: the variables of what its methods store on ``self``."""
    parameters: list[tuple[str, int, int, int]] = []
    """Name, variable, ParameterKind, 1 if constants matter to it."""
    returns: int = 0
    yields: int = 0
    container: int = -1
    """Function: container of ``*args``."""
    keywords: int = -1
    """Function: container of ``**kwargs``."""
    bases: list[int] = []
    base_texts: list[str] = []
    metaclass: int = 0
    functions: dict[str, int] = {}
    """Class: names that are bound once, by a definition that no decorator changes, to its scope."""
    setters: dict[str, int] = {}
    """Class: scopes of the setters of its properties."""
    fields: list[str] = []
    """Class: names annotated in its body, in order, or those of ``__match_args__``."""
    variable: int = 0
    """The variable of the enclosing scope that the definition binds."""
    value: int = 0
    """The variable of the definition itself, before decoration."""
    returned: list[int] = []
    """Function: positions of the parameters that it returns as they are."""
    forwards: int = -1
    """Function: position of the parameter of the enclosing function that it calls with its own arguments."""
    wraps: bool = False
    """Function: a function inside it forwards to one of its parameters."""
    defaults: dict[str, int] = {}
    """Function: variables of the default values that are not constants."""


class FileFacts(msgspec.Struct, array_like=True):
    """Everything that resolution needs to know of one file."""

    version: int
    lines: int
    problems: list[str]
    scopes: list[Scope]
    names: list[str]
    constants: list[str]
    """``s`` and text, or ``i`` and a decimal integer."""
    variables: int
    starts: bytes
    code: bytes
    calls: bytes
    """[destination, scope, line, CallFlag, name + 1 of the callee or 0, *args, **kwargs, number of positional
    arguments, positional..., name and argument of each keyword...]"""
    call_starts: bytes
    seeds: bytes
    containers: bytes
    """(any, all, keys) variables of each container: values under unknown keys, all values, keys."""
    container_kinds: list[str]
    container_keys: dict[int, dict[str, int]]
    """Container to constant key to variable."""
    last_keys: dict[int, list[str]]
    """Container to those of its keys that are written after everything that is spread into it (``{**x, "key": y}``)."""
    imports: list[tuple[int, int, int, int, str, str, int]]
    free: dict[str, int]
    """Names that the module reads and never binds."""
    exported: list[str] | None
    """``__all__`` if it can be read."""
    star_exported: list[int]
    """Variables whose modules' ``__all__`` are part of ours."""
    stored: list[str]
    """Names of attributes written other than through the receiver of a method."""
    references: bytes
    """(variable, scope, line) of names read other than as the callee."""
    covered: list[tuple[int, str, int, int]]
    """Position of a ``*`` import, a name that the module bound before it, and the variables of what the name means
    before and after it."""


class _Beginning(msgspec.Struct, array_like=True):
    """The first fields of ``FileFacts``."""

    version: int
    lines: int
    problems: list[str]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(FileFacts)
_beginning_decoder = msgspec.msgpack.Decoder(_Beginning)


def encode_facts(facts: FileFacts) -> bytes:
    """The bytes that the cache keeps."""
    return _encoder.encode(facts)


def decode_facts(data: bytes) -> FileFacts:
    """Facts from the cache; raises ``msgspec.ValidationError`` if they are of another form."""
    return _decoder.decode(data)


def decode_problems(data: bytes) -> list[str]:
    """The problems alone, for which the rest need not be made."""
    return _beginning_decoder.decode(data).problems


def integers(data: bytes) -> array[int]:
    """A packed sequence as integers."""
    values = array("i")
    values.frombytes(data)
    return values
