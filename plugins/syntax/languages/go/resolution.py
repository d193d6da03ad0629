"""Resolution of Go: packages by module path, methods by receiver, embedding."""

# ruff: noqa: ARG002  (methods that languages override share one signature)

from __future__ import annotations

import posixpath
import re
from collections import Counter

from ..common.facts import TypeParameter
from ..common.names import Values, distinct
from ..common.resolver import Resolver
from ..common.rows import UnitBuilder
from ..common.symbols import External, Group, Instance, SourceFile, Symbol, TypeVariable, Value
from ..common.text import words
from .expressions import RANGE_KEY

__all__ = ["GoResolver"]

_MODULE = re.compile(rb"^\s*module\s+\"?([^\s\"]+)", re.MULTILINE)
_VERSION = re.compile(r"^v\d+$")
_STANDARD = "std"
"""The module of the standard library, whose packages are imported without its name."""
_BUILTIN_FUNCTIONS = words(
    "append cap clear close complex copy delete imag len make max min new panic print println real recover"
)
_BUILTIN_TYPES = words(
    "any bool byte comparable complex128 complex64 error float32 float64 int int16 int32 int64 int8 rune string uint"
    " uint16 uint32 uint64 uint8 uintptr"
)
_COMPOSED = {"[]": "slice", "map": "map", "chan": "chan"}


def _possible_names(path: str) -> set[str]:
    """The names that a package with this import path is likely to have."""
    parts = path.split("/")
    last = parts[-2] if len(parts) > 1 and _VERSION.match(parts[-1]) else parts[-1]
    last = re.sub(r"\.v\d+$", "", last)
    return {last, last.removeprefix("go-"), last.removesuffix("-go"), last.removesuffix(".go"), last.replace("-", "_")}


class GoResolver(Resolver):
    """A package is a folder and a package name; its files see each other's declarations."""

    LEXICAL_MEMBERS = False

    def prepare(self) -> None:
        self._declaring: set[tuple[str, int, str]] = set()
        self._modules: list[tuple[str, str]] = []
        for path, content in self.project.manifests.items():
            if posixpath.basename(path) == "go.mod" and (match := _MODULE.search(content)):
                self._modules.append((match.group(1).decode(errors="replace"), posixpath.dirname(path)))
        self._modules.sort(key=lambda module: (-len(module[0]), module[1]))
        self._packages: dict[tuple[str, str], list[SourceFile]] = {}
        self._declared: dict[tuple[str, str], dict[str, list[SourceFile]]] = {}
        folders: dict[str, Counter[str]] = {}
        for file in self.files.values():
            folder = posixpath.dirname(file.path)
            key = (folder, file.facts.package)
            self._packages.setdefault(key, []).append(file)
            names = self._declared.setdefault(key, {})
            for name in file.facts.exports:
                names.setdefault(name, []).append(file)
            if not file.path.endswith("_test.go"):
                folders.setdefault(folder, Counter())[file.facts.package] += 1
        self._folders = {folder: names.most_common(1)[0][0] for folder, names in folders.items()}
        self._aliases: dict[str, dict[str, Group | External]] = {}
        self._holders: dict[Symbol, Symbol] = {}
        for key, files in self._packages.items():
            for file in files:
                for symbol in file.symbols:
                    self._attach(symbol, key)

    def _attach(self, symbol: Symbol, key: tuple[str, str]) -> None:
        """Make a method a member of the type of its receiver, in whatever file of the package that is."""
        definition = symbol.definition
        if definition.kind != "method" or definition.parent >= 0:
            return
        holder = definition.qualified_name.rpartition(".")[0]
        for file in sorted(self._declared[key].get(holder, ()), key=lambda f: f is not symbol.file):
            for candidate in file.symbols:
                if candidate.definition.qualified_name == holder and candidate.label == "Class":
                    self._holders.setdefault(symbol, candidate)
                    candidate.extra.setdefault(definition.name, []).append(symbol)

    def container(self, symbol: Symbol) -> Symbol | None:
        return self._holders.get(symbol) or super().container(symbol)

    def _key(self, file: SourceFile) -> tuple[str, str]:
        return posixpath.dirname(file.path), file.facts.package

    def package(self, path: str) -> Group | External:
        """The package that an import path means."""
        for module, folder in self._modules:
            if path == module or path.startswith(f"{module}/"):
                found = posixpath.normpath(posixpath.join(folder, path[len(module) :].lstrip("/")))
                found = "" if found == "." else found
                if found in self._folders:
                    return Group((found, self._folders[found]))
            elif module == _STANDARD and (found := posixpath.join(folder, path)) in self._folders:
                return Group((found, self._folders[found]))
        vendored = f"vendor/{path}"
        if vendored in self._folders:
            return Group((vendored, self._folders[vendored]))
        return External(path, path, "package")

    def _imported_packages(self, file: SourceFile) -> dict[str, Group | External]:
        known = self._aliases.get(file.path)
        if known is not None:
            return known
        aliases: dict[str, Group | External] = {}
        for declared in file.facts.imports:
            found = self.package(declared.target)
            alias = declared.names[0]
            if alias:
                aliases[alias] = found
            elif isinstance(found, Group):
                aliases[found.key[1]] = found
            else:
                for name in _possible_names(declared.target):
                    aliases.setdefault(name, found)
        self._aliases[file.path] = aliases
        return aliases

    def _declaration(self, key: tuple[str, str], name: str, typed: bool) -> Values:
        found: list[Value] = []
        for file in self._declared.get(key, {}).get(name, ()):
            found += self.lookup(name, file, 0, typed)
        return distinct(found)

    def lookup(self, name: str, file: SourceFile, scope: int, typed: bool = False, arity: int = -1) -> Values:
        """The values of a name; in the value of a variable, its own name is that of an outer scope."""
        scopes = file.scopes
        while scope >= 0:
            current = scopes[scope]
            bound = current.bindings.get(name)
            place = (file.path, scope, name)
            seen = bound is not None and (not current.is_class or isinstance(bound[0], TypeParameter))
            if bound is not None and seen and place not in self._declaring:
                self._declaring.add(place)
                try:
                    found = self._bound(name, bound, file, scope, typed, arity)
                finally:
                    self._declaring.discard(place)
                if found or not typed:
                    return found
            scope = current.parent
        return self.global_name(name, file, typed, arity)

    def global_name(self, name: str, file: SourceFile, typed: bool, arity: int) -> Values:
        aliases = self._imported_packages(file)
        if name in aliases and name not in (".", "_"):
            return (aliases[name],)
        key = self._key(file)
        if file not in self._declared[key].get(name, ()) and (found := self._declaration(key, name, typed)):
            return found
        for declared in file.facts.imports:
            if declared.names[0] == ".":
                package = self.package(declared.target)
                if isinstance(package, Group) and (found := self.group_member(package, name, file, typed, arity)):
                    return found
        if name in _BUILTIN_TYPES or (name in _BUILTIN_FUNCTIONS and not typed):
            return (External(name, "", "builtin"),)
        if name in _COMPOSED:
            return (External(_COMPOSED[name], "", "builtin"),)
        return ()

    def group_member(self, group: Group, name: str, file: SourceFile, typed: bool, arity: int) -> Values:
        return self._declaration(group.key, name, typed)

    def instance_member(
        self, receiver: Instance, name: str, file: SourceFile, typed: bool = False, arity: int = -1
    ) -> Values:
        if name == RANGE_KEY:
            return self._range_key(receiver)
        return super().instance_member(receiver, name, file, typed, arity)

    def _range_key(self, collection: Instance) -> Values:
        kinds = self.behind(collection) if isinstance(collection.type, Symbol) else (collection,)
        return distinct(
            key
            for kind in kinds
            if isinstance(kind, Instance) and isinstance(kind.type, External) and kind.type.name in ("map", "chan")
            for key in (kind.arguments[0] if kind.arguments else ())
        )

    def is_imported(self, file: SourceFile, name: str) -> bool:
        return name not in self._declared[self._key(file)]

    def external_results(self, callee: External) -> Values:
        return () if callee.kind == "builtin" else super().external_results(callee)

    def element(self, value: Value) -> Values:
        if isinstance(value, Symbol) and value.label != "Class":
            return (value,)
        return super().element(value)

    def type_parameter(self, expr: TypeParameter, file: SourceFile, scope: int) -> Values:
        owner = file.scopes[scope].owner
        if owner < 0:
            return ()
        symbol = file.symbols[owner]
        return (TypeVariable(self._holders.get(symbol, symbol), expr.index),)

    def bounds(self, variable: TypeVariable) -> Values:
        return super().bounds(variable) if variable.symbol.definition.type_parameters[variable.position :] else ()

    def is_conversion(self, external: External) -> bool:
        return external.kind == "builtin" and external.name in _BUILTIN_TYPES

    def is_standard(self, package: str) -> bool:
        return "." not in package.partition("/")[0]

    def link_imports(self, file: SourceFile, unit: UnitBuilder) -> None:
        used: dict[str, list[str]] = {}
        for mention in file.facts.mentions:
            alias, _, name = mention.partition(".")
            used.setdefault(alias, []).append(name)
        for declared in file.facts.imports:
            package = self.package(declared.target)
            if isinstance(package, External):
                unit.link("IMPORTS", None, package, 1.0, "external", declared.line)
                unit.link("DEPENDS_ON", None, package, 1.0, "external")
                continue
            alias = declared.names[0] or package.key[1]
            declarations = self._declared[package.key]
            targets = [f for name in used.get(alias, ()) for f in declarations.get(name, ())]
            files = targets or [f for f in self._packages[package.key] if not f.path.endswith("_test.go")]
            for target in files:
                if target is not file:
                    unit.link("IMPORTS", None, target, 1.0, "import", declared.line)
