"""How names of C# are found: enclosing namespaces, using directives, partial classes, external types."""

# ruff: noqa: ARG002  (methods that languages override share one signature)

from __future__ import annotations

import posixpath
import re

from ..common.facts import Member, Name
from ..common.names import Values
from ..common.resolver import Resolver
from ..common.symbols import External, Group, Instance, SourceFile, Symbol
from .definitions import INDEXER
from .expressions import ARITHMETIC, FUNCTION, NULL, POINTER, TYPE
from .library import NAMESPACE_OF, PREDEFINED, ROOTS

__all__ = ["CSharpNames"]

_INTERFACE_NAME = re.compile(r"^I[A-Z]")


def _short_name(named: Symbol | External) -> str:
    return named.definition.name if isinstance(named, Symbol) else named.name.rpartition(".")[2]


class CSharpNames(Resolver):
    """The types of all namespaces, and which of them a file can name."""

    here: tuple[SourceFile, str] | None = None
    """The file and the namespace that a name is looked up from."""

    def prepare(self) -> None:
        self._types: dict[str, dict[str, list[Symbol]]] = {}
        self._extensions: dict[str, list[Symbol]] = {}
        self._projects = sorted(
            (posixpath.dirname(path) for path in self.project.files if path.endswith(".csproj")), key=lambda p: -len(p)
        )
        self._global: dict[str, list[tuple[str, str, list[str]]]] = {}
        self._scopes: dict[str, tuple[list[str], list[str], list[str], dict[str, str]]] = {}
        self._externally_based: dict[str, bool] = {}
        parts: dict[tuple[str, str, int], list[Symbol]] = {}
        for file in self.files.values():
            for declared in file.facts.imports:
                if "global::" in declared.names:
                    names = [name for name in declared.names if name != "global::"]
                    self._global.setdefault(self._project(file), []).append((declared.kind, declared.target, names))
            for symbol in file.symbols:
                self._index(symbol, parts)
        for same in parts.values():
            for symbol in same:
                symbol.parts = same
        self._namespaces = set(self._types)
        for namespace in self._types:
            while "." in namespace:
                namespace = namespace.rpartition(".")[0]
                self._namespaces.add(namespace)

    def _index(self, symbol: Symbol, parts: dict[tuple[str, str, int], list[Symbol]]) -> None:
        definition = symbol.definition
        if "extension" in definition.flags:
            self._extensions.setdefault(definition.name, []).append(symbol)
        if symbol.label != "Class":
            return
        full_name = self._full_name(symbol)
        if "partial" in definition.flags:
            same = parts.setdefault((definition.namespace, full_name, len(definition.type_parameters)), [])
            same.append(symbol)
            if len(same) > 1:
                return
        if definition.parent < 0:
            self._types.setdefault(definition.namespace, {}).setdefault(definition.name, []).append(symbol)

    @staticmethod
    def _full_name(symbol: Symbol) -> str:
        names = [symbol.definition.name]
        parent = symbol.definition.parent
        while parent >= 0:
            above = symbol.file.facts.definitions[parent]
            names.append(above.name)
            parent = above.parent
        return ".".join(reversed(names))

    def _project(self, file: SourceFile) -> str:
        """The folder of the project file that compiles the source file."""
        for folder in self._projects:
            if not folder or file.path.startswith(f"{folder}/"):
                return folder
        return ""

    def _scope(self, file: SourceFile) -> tuple[list[str], list[str], list[str], dict[str, str]]:
        """Namespaces around the code, imported namespaces, classes imported with ``using static``, and aliases."""
        known = self._scopes.get(file.path) or self._scope_of(file)
        if self.here is None or self.here[0] is not file or not self.here[1]:
            return known
        namespace = self.here[1]
        inner = [around for around in known[0] if not around or f"{namespace}.".startswith(f"{around}.")]
        return inner, *known[1:]

    def _scope_of(self, file: SourceFile) -> tuple[list[str], list[str], list[str], dict[str, str]]:
        around: dict[str, None] = {}
        for namespace in [file.facts.package, *(d.namespace for d in file.facts.definitions)]:
            while namespace:
                around.setdefault(namespace)
                namespace = namespace.rpartition(".")[0]
        around[""] = None
        imported: dict[str, None] = {}
        classes: list[str] = []
        aliases: dict[str, str] = {}
        uses = [(i.kind, i.target, [n for n in i.names if n != "global::"]) for i in file.facts.imports]
        for kind, target, names in [*uses, *self._global.get(self._project(file), [])]:
            if kind == "namespace":
                imported[self._absolute(target, around)] = None
            elif kind == "static":
                classes.append(target)
            else:
                aliases[names[0]] = target
        self._scopes[file.path] = list(around), list(imported), classes, aliases
        return self._scopes[file.path]

    def _absolute(self, namespace: str, around: dict[str, None]) -> str:
        """A namespace may be named relative to those around it."""
        if namespace in self._namespaces:
            return namespace
        return next((full for outer in around if (full := f"{outer}.{namespace}") in self._namespaces), namespace)

    @staticmethod
    def _nearest(candidates: list[Symbol], file: SourceFile) -> list[Symbol]:
        """Types of one name that differ in type parameters, or the one nearest to the file."""
        by_arity: dict[int, list[Symbol]] = {}
        for symbol in candidates:
            by_arity.setdefault(len(symbol.definition.type_parameters), []).append(symbol)
        folder = posixpath.dirname(file.path)

        def distance(symbol: Symbol) -> int:
            return -len(posixpath.commonprefix([f"{folder}/", symbol.file.path]))

        return [min(same, key=distance) for same in by_arity.values()]

    def fitting_types(self, types: Values, arguments: int) -> Values:
        fitting = [v for v in types if not isinstance(v, Symbol) or len(v.definition.type_parameters) == arguments]
        return tuple(fitting[:1]) or types[:1]

    # names

    def namespace_at(self, file: SourceFile, scope: int) -> str:
        """The namespace that a scope stands in."""
        owner = file.scopes[scope].owner
        return file.facts.definitions[owner].namespace if owner >= 0 else ""

    def lookup(self, name: str, file: SourceFile, scope: int, typed: bool = False, arity: int = -1) -> Values:
        before = self.here
        self.here = (file, self.namespace_at(file, scope))
        plain, bracket, count = name.partition("<") if name[:1] != "<" else (name, "", "")
        try:
            found = super().lookup(plain, file, scope, typed, arity)
        finally:
            self.here = before
        if len(found) < 2 or typed:
            return found
        # Of types that differ in type parameters, the one that has as many as are written.
        wanted = int(count[:-1]) if bracket else 0
        fitting = [v for v in found if isinstance(v, Symbol) and v.label == "Class"]
        fitting = [v for v in fitting if len(v.definition.type_parameters) == wanted]
        return tuple(fitting) or found

    def global_name(self, name: str, file: SourceFile, typed: bool, arity: int) -> Values:
        if name in PREDEFINED:
            return (External(f"System.{PREDEFINED[name]}", "System", "symbol"),)
        if name == INDEXER:
            return (External("System.Array", "System", "symbol"),)
        if name == POINTER:
            return (External(POINTER, "", "symbol"),)
        if name == TYPE:
            return (External("System.Type", "System", "symbol"),)
        if name == NULL or name.startswith(FUNCTION):
            return (External(name, "", "builtin"),)
        if name.startswith(ARITHMETIC):
            return ()
        around, imported, classes, aliases = self._scope(file)
        for namespace in around:
            if found := self._types.get(namespace, {}).get(name):
                return tuple(self._nearest(found, file))
        if name in aliases:
            return self._by_name(aliases[name], file)
        places = [found for namespace in imported if (found := self._types.get(namespace, {}).get(name))]
        if len(places) > 1:
            # Only one of them can be meant, and which may depend on what is accessible.
            return ()
        if places:
            return tuple(self._nearest(places[0], file))
        if found := self._static_member(name, classes, file, arity):
            return found
        if arity >= 0:
            return ()
        for namespace in (*around, *imported):
            inner = f"{namespace}.{name}" if namespace else name
            if inner in self._namespaces:
                return (Group(inner),)
        return self._external_type(name, file, typed, imported)

    def _static_member(self, name: str, classes: list[str], file: SourceFile, arity: int) -> Values:
        external: list[External] = []
        for target in classes:
            for owner in self._by_name(target, file):
                if isinstance(owner, Symbol):
                    found = self.instance_member(Instance(owner), name, file, False, arity)
                    if found := tuple(v for v in found if not isinstance(v, External)):
                        return found
                elif isinstance(owner, External):
                    external.append(owner.member(name)._replace(certain=False))
        return tuple(external) if len(external) == 1 and arity >= 0 else ()

    def _external_type(self, name: str, file: SourceFile, typed: bool, imported: list[str]) -> Values:
        if not name[:1].isupper():
            return ()
        if not typed and self._has_external_base(file) and name not in NAMESPACE_OF:
            return ()
        if name in NAMESPACE_OF:
            return (External(f"{NAMESPACE_OF[name]}.{name}", NAMESPACE_OF[name], "symbol"),)
        if not typed and name in ROOTS:
            return ()
        unknown = [n for n in imported if n not in self._namespaces and not n.startswith("System")]
        if len(unknown) == 1:
            return (External(f"{unknown[0]}.{name}", unknown[0], "symbol", False),)
        return (External(name, "", "unknown", False),) if imported else ()

    def _has_external_base(self, file: SourceFile) -> bool:
        """Whether a bare name may be a member that a class of the file inherits from outside."""
        known = self._externally_based.get(file.path)
        if known is None:
            self._externally_based[file.path] = True
            symbols = [symbol for symbol in file.symbols if symbol.definition.bases]
            known = any(self._inherits_external(symbol) for symbol in symbols)
            self._externally_based[file.path] = known
        return known

    def _inherits_external(self, symbol: Symbol) -> bool:
        pending, seen = [symbol], set[Symbol]()
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            for base in self.bases(current):
                if isinstance(base, Instance) and isinstance(base.type, Symbol):
                    pending.append(base.type)
                elif isinstance(base, Instance) and not _INTERFACE_NAME.match(_short_name(base.type)):
                    return True
        return False

    def _by_name(self, full_name: str, file: SourceFile) -> Values:
        """A type or namespace by its qualified name."""
        if full_name in self._namespaces:
            return (Group(full_name),)
        namespace, _, name = full_name.rpartition(".")
        if found := self._types.get(namespace, {}).get(name):
            return tuple(self._nearest(found, file))
        if namespace:
            for owner in self._by_name(namespace, file) if namespace not in ROOTS else ():
                if isinstance(owner, Symbol):
                    return self.instance_member(Instance(owner), name, file, True)
        return () if namespace in self._namespaces else (External(full_name, namespace, "symbol"),)

    def group_member(self, group: Group, name: str, file: SourceFile, typed: bool, arity: int) -> Values:
        inner = f"{group.key}.{name}"
        if found := self._types.get(group.key, {}).get(name):
            return tuple(self._nearest(found, file))
        return (Group(inner),) if inner in self._namespaces else ()

    def dotted(self, expr: Member, file: SourceFile, typed: bool) -> Values:
        parts: list[str] = []
        current: object = expr
        while isinstance(current, Member):
            parts.append(current.name)
            current = current.object
        if not isinstance(current, Name) or current.name not in ROOTS:
            return ()
        parts.append(current.name)
        parts.reverse()
        if typed:
            return (External(".".join(parts), ".".join(parts[:-1]), "symbol"),)
        cut = next(
            (i for i in range(1, len(parts)) if NAMESPACE_OF.get(parts[i]) == ".".join(parts[:i])), len(parts) - 2
        )
        return (External(".".join(parts), ".".join(parts[:cut]) or parts[0], "symbol"),)

    def is_static_import(self, file: SourceFile, name: str, target: Symbol | External) -> bool:
        _, _, classes, _ = self._scope(file)
        owners = [owner for target_class in classes for owner in self._by_name(target_class, file)]
        if isinstance(target, External):
            return any(isinstance(owner, External) and target.name == f"{owner.name}.{name}" for owner in owners)
        holder = self.container(target)
        return holder is not None and any(part in owners for part in holder.parts)

    def is_imported(self, file: SourceFile, name: str) -> bool:
        around, _, _, _ = self._scope(file)
        return not any(name in self._types.get(namespace, {}) for namespace in around)
