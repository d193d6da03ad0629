"""Resolution of Java: packages, imports, static imports."""

# ruff: noqa: ARG002  (methods that languages override share one signature)

from __future__ import annotations

from collections.abc import Iterable

from ..common.facts import Member, Name
from ..common.names import Values
from ..common.rows import UnitBuilder
from ..common.symbols import External, Instance, SourceFile, Symbol, Value
from .expressions import ARITHMETIC, FUNCTION, NULL, SUM
from .fitting import builtin
from .library import JAVA_LANG, PRIMITIVES, ROOTS
from .linking import JavaCalls
from .platform import COMPLETE

__all__ = ["JavaResolver"]

_UNNAMED = {"[]": "array", NULL: "null", FUNCTION: "function", SUM: SUM, ARITHMETIC: ARITHMETIC}
"""Names of types that extraction uses, and those that they have in resolution."""


class JavaResolver(JavaCalls):
    """Types are found by package and import, methods by the class of their receiver."""

    def prepare(self) -> None:
        super().prepare()
        self._types: dict[str, dict[str, list[Symbol]]] = {}
        self._imports: dict[str, tuple[dict[str, str], list[str], dict[str, list[str]], list[str]]] = {}
        for file in self.files.values():
            types = self._types.setdefault(file.facts.package, {})
            for symbol in file.symbols:
                if symbol.definition.parent < 0 and symbol.label == "Class":
                    types.setdefault(symbol.definition.name, []).append(symbol)

    def _imports_of(self, file: SourceFile) -> tuple[dict[str, str], list[str], dict[str, list[str]], list[str]]:
        """Imported types by name, packages, static members by name, and classes with all their static members."""
        known = self._imports.get(file.path)
        if known is not None:
            return known
        types: dict[str, str] = {}
        packages: list[str] = []
        members: dict[str, list[str]] = {}
        classes: list[str] = []
        for declared in file.facts.imports:
            name = declared.names[0]
            if declared.kind == "type":
                if name == "*":
                    packages.append(declared.target)
                else:
                    types[name] = f"{declared.target}.{name}"
            elif name == "*":
                classes.append(declared.target)
            else:
                members.setdefault(name, []).append(declared.target)
        self._imports[file.path] = types, packages, members, classes
        return self._imports[file.path]

    @staticmethod
    def _nearest(candidates: list[Symbol], file: SourceFile) -> Symbol:
        """The same class may exist in several source trees: the one that shares the longest path is meant."""
        if len(candidates) == 1:
            return candidates[0]
        parts = file.path.split("/")

        def shared(symbol: Symbol) -> int:
            count = 0
            for mine, other in zip(parts, symbol.file.path.split("/"), strict=False):
                if mine != other:
                    break
                count += 1
            return count

        return max(candidates, key=shared)

    def _in_package(self, package: str, name: str, file: SourceFile) -> Symbol | None:
        found = self._types.get(package, {}).get(name)
        return self._nearest(found, file) if found else None

    def by_full_name(self, full_name: str, file: SourceFile) -> Symbol | External | None:
        """A type by its canonical name: of the repository, or of a package that is not in it."""
        parts = full_name.split(".")
        for cut in range(len(parts) - 1, -1, -1):
            found = self._in_package(".".join(parts[:cut]), parts[cut], file)
            if found is None:
                continue
            for name in parts[cut + 1 :]:
                inner = [v for v in self.instance_member(Instance(found), name, file, True) if isinstance(v, Symbol)]
                if not inner:
                    return None
                found = inner[0]
            return found
        return self._external(full_name)

    def _external(self, full_name: str) -> External | None:
        if full_name.rpartition(".")[0] in self._types:
            return None
        parts = full_name.split(".")
        first = next((i for i, part in enumerate(parts) if part[:1].isupper()), len(parts) - 1)
        return External(full_name, ".".join(parts[:first]) or full_name, "symbol")

    def global_name(self, name: str, file: SourceFile, typed: bool, arity: int) -> Values:
        if name.endswith("()"):
            return self._static_member(name, file, arity)
        if name in PRIMITIVES or name in _UNNAMED:
            return (builtin(_UNNAMED.get(name, name)),)
        types, packages, _, _ = self._imports_of(file)
        if name in types:
            found = self.by_full_name(types[name], file)
            return (found,) if found is not None else ()
        if local := self._in_package(file.facts.package, name, file):
            return (local,)
        for package in packages:
            if symbol := self._in_package(package, name, file):
                return (symbol,)
            owner = self.by_full_name(package, file) if package not in self._types else None
            if isinstance(owner, Symbol) and (found := self.instance_member(Instance(owner), name, file, True)):
                return found
        if name in JAVA_LANG:
            return (External(f"java.lang.{name}", "java.lang", "symbol"),)
        if found := self._static_member(name, file, arity):
            return found
        for package in packages:
            if f"{package}.{name}" in COMPLETE:
                return (External(f"{package}.{name}", package, "symbol"),)
        unknown = [p for p in packages if p not in self._types and isinstance(self.by_full_name(p, file), External)]
        if len(unknown) == 1 and name[:1].isupper():
            return (External(f"{unknown[0]}.{name}", unknown[0], "symbol", False),)
        if unknown and name[:1].isupper():
            return (External(name, "", "unknown", False),)
        return ()

    def _static_member(self, name: str, file: SourceFile, arity: int) -> Values:
        _, _, members, classes = self._imports_of(file)
        targets = members.get(name.removesuffix("()"), [])
        for target in targets:
            owner = self.by_full_name(target, file)
            if owner is not None and (found := self.member(owner, name, file, False, arity)):
                return found
        external: list[External] = []
        for target in classes:
            owner = self.by_full_name(target, file)
            if isinstance(owner, Symbol):
                if found := self.own_or_inherited(owner, name, file, arity):
                    return found
            elif owner is not None:
                external.append(owner.member(name)._replace(certain=False))
        return tuple(external) if len(external) == 1 and name.endswith("()") else ()

    def own_or_inherited(self, owner: Symbol, name: str, file: SourceFile, arity: int) -> Values:
        """A member that the class really has, not one that its external base may have."""
        found = self.instance_member(Instance(owner), name, file, False, arity)
        return tuple(v for v in found if not isinstance(v, External))

    def dotted(self, expr: Member, file: SourceFile, typed: bool) -> Values:
        parts: list[str] = []
        current: object = expr
        while isinstance(current, Member):
            parts.append(current.name)
            current = current.object
        if not isinstance(current, Name):
            return ()
        parts.append(current.name)
        parts.reverse()
        is_package = ".".join(parts[:-1]) in self._types or parts[0] in ROOTS
        first = next((i for i, part in enumerate(parts) if part[:1].isupper()), 0)
        if not first or not (is_package or ".".join(parts[:first]) in self._types):
            return ()
        found: Value | None = self.by_full_name(".".join(parts[: first + 1]), file)
        for name in parts[first + 1 :]:
            members = self.member(found, name, file) if found is not None else ()
            found = members[0] if members else None
        return (found,) if found is not None else ()

    def is_static_import(self, file: SourceFile, name: str, target: Symbol | External) -> bool:
        _, _, members, classes = self._imports_of(file)
        if isinstance(target, External):
            return any(target.name == f"{owner}.{name.removesuffix('()')}" for owner in classes)
        holder = self.container(target)
        imported = (*members.get(name.removesuffix("()"), ()), *classes)
        return any(self.by_full_name(owner, file) is holder for owner in imported)

    def is_imported(self, file: SourceFile, name: str) -> bool:
        types, packages, members, classes = self._imports_of(file)
        if name in types or name in members:
            return True
        if self._in_package(file.facts.package, name, file):
            return False
        return bool(packages or classes)

    def is_standard(self, package: str) -> bool:
        return package.startswith(("java.", "javax."))

    def link_imports(self, file: SourceFile, unit: UnitBuilder) -> None:
        for declared in file.facts.imports:
            name = declared.names[0]
            if declared.kind == "type" and name == "*":
                self._link_package(declared.target, declared.line, file, unit)
                continue
            full_name = f"{declared.target}.{name}" if declared.kind == "type" else declared.target
            found = self.by_full_name(full_name, file)
            self._link_import(found, declared.line, unit)
            if isinstance(found, Symbol) and declared.kind == "static" and name != "*":
                for value in self.own_member(found, f"{name}()") or self.own_member(found, name):
                    if isinstance(value, Symbol):
                        unit.link("IMPORTS", None, value, 1.0, "import", declared.line)

    def _link_import(self, found: Symbol | External | None, line: int, unit: UnitBuilder) -> None:
        if isinstance(found, Symbol):
            unit.link("IMPORTS", None, found.file, 1.0, "import", line)
            unit.link("IMPORTS", None, found, 1.0, "import", line)
        elif found is not None:
            unit.link("IMPORTS", None, found, 1.0, "external", line)
            unit.link("DEPENDS_ON", None, self.package_of(found), 1.0, "external")

    def _link_package(self, target: str, line: int, file: SourceFile, unit: UnitBuilder) -> None:
        """``import a.b.*`` imports what the file mentions of the package."""
        types = self._types.get(target)
        if types is None:
            owner = self.by_full_name(target, file)
            if isinstance(owner, Symbol):
                self._link_import(owner, line, unit)
                return
            package = self.package_of(External(target, target, "package"))
            unit.link("IMPORTS", None, package, 1.0, "external", line)
            unit.link("DEPENDS_ON", None, package, 1.0, "external")
            return
        for name in self._mentioned(types, file):
            self._link_import(self._nearest(types[name], file), line, unit)

    @staticmethod
    def _mentioned(types: Iterable[str], file: SourceFile) -> list[str]:
        known = set(types)
        return [name for name in dict.fromkeys(file.facts.mentions) if name in known]
