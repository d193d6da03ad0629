"""What is known of one file on its own: definitions, scopes with their bindings, imports and calls.

Expressions keep only what decides who is called: names, member access, calls, declared types. They are evaluated
later, over the symbols of the whole repository.
"""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = [
    "UNKNOWN",
    "Argument",
    "Awaited",
    "Base",
    "Body",
    "Call",
    "CallOf",
    "Def",
    "Definition",
    "Element",
    "Expr",
    "FileFacts",
    "FirstOf",
    "Import",
    "Imported",
    "Member",
    "Name",
    "New",
    "OneOf",
    "ParameterOf",
    "Record",
    "Returning",
    "Scope",
    "Scoped",
    "Super",
    "Type",
    "TypeParameter",
    "Unknown",
    "decode_body",
    "decode_facts",
    "encode",
]


class Name(msgspec.Struct, array_like=True, tag="n", frozen=True):
    """A bare name, looked up from the scope it stands in."""

    name: str


class Member(msgspec.Struct, array_like=True, tag="m", frozen=True):
    """``object.name``."""

    object: Expr
    name: str


class CallOf(msgspec.Struct, array_like=True, tag="c", frozen=True):
    """The value of a call; ``index`` picks one of several results (Go), ``arguments`` is their number."""

    callee: Expr
    index: int = 0
    arguments: int = -1


class New(msgspec.Struct, array_like=True, tag="w", frozen=True):
    """A new object of the class that ``created`` evaluates to."""

    created: Expr
    arguments: list[Expr] = []


class Type(msgspec.Struct, array_like=True, tag="t", frozen=True):
    """A value of the declared type ``base<arguments>``."""

    base: Expr
    arguments: list[Expr] = []


class Element(msgspec.Struct, array_like=True, tag="e", frozen=True):
    """What iteration over, or indexing into, a collection yields."""

    collection: Expr


class Awaited(msgspec.Struct, array_like=True, tag="a", frozen=True):
    """What awaiting the value yields."""

    value: Expr


class Imported(msgspec.Struct, array_like=True, tag="i", frozen=True):
    """``name`` exported by the module ``specifier``; ``*`` stands for the module itself, ``=`` for what
    ``require`` returns."""

    specifier: str
    name: str


class Def(msgspec.Struct, array_like=True, tag="d", frozen=True):
    """The definition with this index in the same file."""

    index: int


class Super(msgspec.Struct, array_like=True, tag="s", frozen=True):
    """The base classes of the class definition with this index."""

    index: int


class Record(msgspec.Struct, array_like=True, tag="r", frozen=True):
    """An object literal."""

    fields: dict[str, Expr]


class OneOf(msgspec.Struct, array_like=True, tag="o", frozen=True):
    """Any of several values: branches of a condition, members of a union type."""

    choices: list[Expr]


class FirstOf(msgspec.Struct, array_like=True, tag="y", frozen=True):
    """The first of several values that anything is known of."""

    choices: list[Expr]


class Returning(msgspec.Struct, array_like=True, tag="f", frozen=True):
    """Something callable that no definition stands for, whose result is known (accessor of a record, delegate), and
    perhaps the types of its parameters."""

    result: Expr
    parameters: list[Expr] = []


class TypeParameter(msgspec.Struct, array_like=True, tag="p", frozen=True):
    """A type parameter of the enclosing definition; ``bound`` is what is known of every argument."""

    index: int
    bound: Expr


class Scoped(msgspec.Struct, array_like=True, tag="x", frozen=True):
    """A value written in another scope of the file than the name it is bound to."""

    scope: int
    value: Expr


class Argument(msgspec.Struct, array_like=True, tag="g", frozen=True):
    """What ``callee`` declares of its parameter at ``position``; ``created`` if it is a class that is created.

    ``types`` are the type arguments that are written at the call, ``result`` is what the call shall yield.
    """

    callee: Expr
    position: int
    created: bool = False
    types: list[Expr] = []
    result: Expr | None = None


class ParameterOf(msgspec.Struct, array_like=True, tag="q", frozen=True):
    """What functions of the type ``function`` get as their parameter at ``position``."""

    function: Expr
    position: int


class Unknown(msgspec.Struct, array_like=True, tag="u", frozen=True):
    """A value that nothing is known of; it still hides outer names."""


UNKNOWN = Unknown()

type Expr = (
    Name
    | Member
    | CallOf
    | New
    | Type
    | Element
    | Awaited
    | Imported
    | Def
    | Super
    | Record
    | OneOf
    | FirstOf
    | Returning
    | TypeParameter
    | Scoped
    | Argument
    | ParameterOf
    | Unknown
)


class Base(msgspec.Struct, array_like=True):
    """A class named in an ``extends``, ``implements`` or embedding clause; ``expr`` is the type."""

    relation: str
    expr: Expr


class Definition(msgspec.Struct, array_like=True):
    """A symbol of the file. ``parent`` is the index of the enclosing definition, -1 for the module.

    ``scope`` is the scope that the definition stands in, ``body`` the one it opens. ``results`` are declared result
    types (for a type alias: what it stands for), ``returns`` pairs of scope and returned expression where none is
    declared. ``arity`` is the least and greatest number of arguments, -1 for no limit. ``forms`` says, for languages
    where it matters, how each parameter is declared: modifier, name, and ``=`` if a call may leave it out.
    """

    kind: str
    name: str
    qualified_name: str
    parent: int
    scope: int
    body: int
    start: int
    end: int
    signature: str = ""
    doc: str = ""
    visibility: str = ""
    flags: list[str] = []
    bases: list[Base] = []
    results: list[Expr] = []
    returns: list[tuple[int, Expr]] = []
    arity: tuple[int, int] = (0, -1)
    parameters: list[Expr] = []
    type_parameters: list[str] = []
    namespace: str = ""
    forms: list[str] = []


class Import(msgspec.Struct, array_like=True):
    """One import; the meaning of ``kind`` is the language's own. ``names`` are imported names, if listed."""

    kind: str
    target: str
    names: list[str]
    line: int
    scope: int = 0


class Scope(msgspec.Struct, array_like=True):
    """Names visible in a block; ``owner`` is the definition that the block belongs to, ``is_class`` whether its
    names are members."""

    parent: int
    owner: int
    is_class: bool
    bindings: dict[str, list[Expr]]


class Call(msgspec.Struct, array_like=True):
    """A call (``kind`` ``call``), object creation (``new``), or a use that amounts to a call. ``forms`` says, for
    languages where it matters, how each argument is given (modifier and name), and how many types there are; ``types``
    are those that are written there."""

    kind: str
    callee: Expr
    scope: int
    line: int
    arguments: list[Expr]
    forms: list[str] = []
    types: list[Expr] = []


class Body(msgspec.Struct, array_like=True):
    """The part of the facts that only resolution of calls needs, decoded on demand."""

    scopes: list[Scope]
    calls: list[Call]


class FileFacts(msgspec.Struct, array_like=True):
    """Everything known of one file; ``body`` is an encoded `Body`."""

    path: str
    language: str
    package: str
    doc: str
    lines: int
    definitions: list[Definition]
    imports: list[Import]
    exports: dict[str, list[Expr]]
    star_exports: list[str]
    mentions: list[str]
    problems: list[str]
    flags: list[str]
    body: msgspec.Raw


_encoder = msgspec.msgpack.Encoder()
_facts_decoder = msgspec.msgpack.Decoder(FileFacts)
_body_decoder = msgspec.msgpack.Decoder(Body)


def encode(value: Any) -> bytes:
    """The msgpack form of facts."""
    return _encoder.encode(value)


def decode_facts(data: bytes) -> FileFacts:
    """Facts without their body.

    Raises:
        msgspec.ValidationError: the bytes are facts of another version.
    """
    return _facts_decoder.decode(data)


def decode_body(data: msgspec.Raw) -> Body:
    """The body of facts."""
    return _body_decoder.decode(data)
