"""Where the definitions of C# sources stand, under the names that compiled code has for them.

Compiled code knows the lines of statements only, not those of classes, interfaces or abstract methods.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tree_sitter import Language, Node
from tree_sitter_c_sharp import language

from benchmarks.compilers.comparison import Place
from plugins.syntax.languages.csharp.directives import conditional_tree

__all__ = ["Declaration", "Declarations", "active_lines", "bare"]

_TYPES = frozenset(f"{kind}_declaration" for kind in ("class", "struct", "interface", "enum", "record", "delegate"))
_NAMES = {
    "constructor_declaration": ".ctor",
    "destructor_declaration": "Finalize",
    "indexer_declaration": "Item",
    "operator_declaration": "op",
    "conversion_operator_declaration": "op",
}
_MEMBERS = frozenset({*_NAMES, "method_declaration", "property_declaration", "event_declaration"})
_KEYWORDS = {
    "bool": "Boolean", "byte": "Byte", "sbyte": "SByte", "char": "Char", "decimal": "Decimal", "double": "Double",
    "float": "Single", "int": "Int32", "uint": "UInt32", "long": "Int64", "ulong": "UInt64", "short": "Int16",
    "ushort": "UInt16", "object": "Object", "string": "String", "void": "Void", "dynamic": "Object",
}  # fmt: skip
_DIRECTIVE = re.compile(rb"\s*#\s*(if|elif|else|endif|define|undef)\b(.*)")
_ALIAS = re.compile(rb"^\s*using\s+(\w+)\s*=\s*(?:[\w.]+\.)?(\w+)\s*;", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*|&&|\|\||==|!=|!|\(|\)")
_PYTHON = {"&&": "and", "||": "or", "!": "not", "true": "True", "false": "False", "==": "==", "!=": "!=", "(": "(",
           ")": ")"}  # fmt: skip
_ACCESSORS = ("get_", "set_", "add_", "remove_")


@dataclass(frozen=True, eq=False)
class Declaration:
    """A type or a member of one. ``type`` is the full name as compiled: of the type itself or of the one around the
    member, whose own name is ``name``. ``parameters`` are all simple names of their types."""

    path: str
    line: int
    end: int
    type: str
    name: str
    generics: int
    parameters: tuple[str, ...]
    is_chained: bool
    """Whether a constructor says which one it calls."""
    text: str
    around: Declaration | None

    @property
    def place(self) -> Place:
        """Path and line."""
        return self.path, self.line


def active_lines(source: bytes, symbols: Iterable[str]) -> tuple[bytes, set[int]]:
    """The source with what these symbols leave out emptied, and the numbers of those lines."""
    known = set(symbols)
    lines = source.split(b"\n")
    inactive: set[int] = set()
    # For every open condition: whether it holds here, whether a branch of it was taken, whether what is around it does.
    open_: list[tuple[bool, bool, bool]] = []
    for number, line in enumerate(lines, 1):
        found = _DIRECTIVE.match(line)
        here = all(holds for holds, _, _ in open_)
        if found is None:
            if not here:
                inactive.add(number)
                lines[number - 1] = b""
            continue
        word, rest = found[1].decode(), found[2].split(b"//")[0].decode(errors="replace")
        if word == "if":
            holds = here and _holds(rest, known)
            open_.append((holds, holds, here))
        elif word in ("elif", "else") and open_:
            _, taken, around = open_.pop()
            holds = around and not taken and (word == "else" or _holds(rest, known))
            open_.append((holds, taken or holds, around))
        elif word == "endif" and open_:
            open_.pop()
        elif here and word in ("define", "undef"):
            (known.add if word == "define" else known.discard)(rest.strip())
        lines[number - 1] = b""
    return b"\n".join(lines), inactive


def _holds(condition: str, symbols: set[str]) -> bool:
    # Nothing but these words gets there.
    words = [_PYTHON.get(word) or str(word in symbols) for word in _WORD.findall(condition)]
    try:
        return bool(eval(" ".join(words), {"__builtins__": {}}))
    except SyntaxError:
        # It stands in a comment, and is none of C#.
        return False


def bare(name: str) -> str:
    """The name of a member without the interface that it implements explicitly and without the accessor's prefix."""
    if name in (".ctor", ".cctor"):
        return name
    # The type arguments of the interface have dots of their own.
    name = re.sub(r"<.*>", "", name).rpartition(".")[2]
    if name.startswith("op_"):
        return "op"
    prefix = next((prefix for prefix in _ACCESSORS if name.startswith(prefix)), "")
    return name.removeprefix(prefix)


@dataclass
class Declarations:
    """All declarations below a folder, with the symbols that it is compiled with."""

    root: Path
    symbols: Iterable[str]
    types: dict[str, list[Declaration]] = field(default_factory=dict[str, list[Declaration]])
    members: dict[tuple[str, str], list[Declaration]] = field(default_factory=dict[tuple[str, str], list[Declaration]])
    files: dict[str, list[Declaration]] = field(default_factory=dict[str, list[Declaration]])
    inactive: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])

    def __post_init__(self) -> None:
        grammar = Language(language())
        for path in sorted(self.root.rglob("*.cs")):
            name = path.relative_to(self.root).as_posix()
            source = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
            active, inactive = active_lines(source, self.symbols)
            # A directive may be what a definition begins with, before its attributes.
            starts = dict(_starts(conditional_tree(grammar, source).root_node)) if active != source else {}
            aliases = {found[1].decode(): found[2].decode() for found in _ALIAS.finditer(active)}
            found = self.files[name] = list(
                _declared(conditional_tree(grammar, active).root_node, name, starts, aliases)
            )
            self.inactive |= {(name, line) for line in inactive} - {each.place for each in found}
            for each in found:
                if each.name:
                    self.members.setdefault((each.type, each.name), []).append(each)
                else:
                    self.types.setdefault(each.type, []).append(each)

    def around(self, path: str, line: int) -> Declaration | None:
        """The innermost declaration that a line belongs to."""
        found = [each for each in self.files.get(path, ()) if each.line <= line <= each.end]
        return min(found, key=lambda each: (each.end - each.line, -len(each.type), not each.name), default=None)


def _starts(root: Node) -> Iterator[tuple[tuple[int, int], int]]:
    """The lines on which definitions begin, by the places of their names."""
    pending = [root]
    while pending:
        node = pending.pop()
        pending += node.named_children
        if node.type in _TYPES or node.type in _MEMBERS:
            yield _name_point(node), node.start_point.row + 1


def _name_point(node: Node) -> tuple[int, int]:
    name = node.child_by_field_name("name") or node.child_by_field_name("parameters") or node
    return name.start_point.row, name.start_point.column


def _declared(
    root: Node, path: str, starts: Mapping[tuple[int, int], int], aliases: Mapping[str, str]
) -> Iterator[Declaration]:
    pending: list[tuple[Node, str, Declaration | None]] = [(root, "", None)]
    while pending:
        node, namespace, around = pending.pop()
        for child in node.named_children:
            if child.type in ("namespace_declaration", "file_scoped_namespace_declaration"):
                name = re.sub(r"\s", "", _text(child.child_by_field_name("name")))
                inner = f"{namespace}.{name}" if namespace else name
                if child.type.startswith("file"):
                    namespace = inner
                pending.append((child, inner, around))
            elif child.type in _TYPES:
                found = _type(child, path, namespace, around, starts)
                yield found
                pending.append((child, namespace, found))
            elif child.type in _MEMBERS and around is not None:
                yield _member(child, path, around, starts, aliases)
            elif child.type.endswith(("_list", "ERROR")) or child.type.startswith("preproc"):
                pending.append((child, namespace, around))


def _type(
    node: Node, path: str, namespace: str, around: Declaration | None, starts: Mapping[tuple[int, int], int]
) -> Declaration:
    generics = _count(node)
    name = _text(node.child_by_field_name("name")) + (f"`{generics}" if generics else "")
    full = f"{around.type}/{name}" if around is not None else f"{namespace}.{name}" if namespace else name
    line = starts.get(_name_point(node), node.start_point.row + 1)
    return _declaration(node, line, path, around, full, "", generics, ())


def _member(
    node: Node,
    path: str,
    around: Declaration,
    starts: Mapping[tuple[int, int], int],
    aliases: Mapping[str, str],
) -> Declaration:
    name = _NAMES.get(node.type) or _text(node.child_by_field_name("name"))
    if name == ".ctor" and any(c.type == "modifier" and c.text == b"static" for c in node.children):
        name = ".cctor"
    line = starts.get(_name_point(node), node.start_point.row + 1)
    parameters = (re.sub(r"\w+", lambda word: aliases.get(word[0], word[0]), each) for each in _parameters(node))
    return _declaration(node, line, path, around, around.type, name, _count(node), tuple(parameters))


def _declaration(
    node: Node,
    line: int,
    path: str,
    around: Declaration | None,
    full: str,
    name: str,
    generics: int,
    parameters: tuple[str, ...],
) -> Declaration:
    return Declaration(
        path=path,
        line=line,
        end=node.end_point.row + 1,
        type=full,
        name=name,
        generics=generics,
        parameters=parameters,
        is_chained=any(child.type == "constructor_initializer" for child in node.named_children),
        text=_text(node),
        around=around,
    )


def _count(node: Node) -> int:
    parameters = next((child for child in node.named_children if child.type == "type_parameter_list"), None)
    return sum(child.type == "type_parameter" for child in parameters.named_children) if parameters is not None else 0


def _parameters(node: Node) -> Iterator[str]:
    listed = next((child for child in node.named_children if child.type.endswith("parameter_list")
                   and not child.type.startswith("type")), None)  # fmt: skip
    if listed is None:
        return
    for child in listed.named_children:
        if child.type == "parameter":
            yield _simple(child.child_by_field_name("type"))
    variadic = listed.child_by_field_name("type")
    if variadic is not None:
        yield _simple(variadic)


def _simple(node: Node | None) -> str:
    """All simple names in a type; see the program that reads what is compiled."""
    if node is None:
        return ""
    children = node.named_children
    if node.type == "nullable_type":
        return f"Nullable {_simple(children[0])}"
    if node.type == "array_type":
        return _simple(node.child_by_field_name("type")) + "[]" * _text(children[-1]).count("[")
    if node.type == "pointer_type":
        return f"{_simple(children[0])}*"
    if node.type == "generic_name":
        arguments = next((child for child in children if child.type == "type_argument_list"), None)
        inner = arguments.named_children if arguments is not None else []
        return " ".join([_text(children[0]), *(_simple(child) for child in inner)])
    if node.type in ("qualified_name", "alias_qualified_name"):
        return _simple(node.child_by_field_name("name"))
    if node.type == "tuple_type":
        return " ".join(["ValueTuple", *(_simple(child.child_by_field_name("type")) for child in children)])
    if node.type in ("ref_type", "scoped_type"):
        return _simple(node.child_by_field_name("type"))
    text = _text(node)
    return _KEYWORDS.get(text, text)


def _text(node: Node | None) -> str:
    return node.text.decode(errors="replace") if node is not None and node.text is not None else ""
