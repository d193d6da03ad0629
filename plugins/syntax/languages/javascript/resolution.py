"""Resolution of JavaScript and TypeScript: ES modules, CommonJS, globals, prototypes."""

# ruff: noqa: ARG002  (methods that languages override share one signature)

from __future__ import annotations

from typing import ClassVar

from ..common.facts import Imported
from ..common.names import SELF, Values, distinct, returning
from ..common.resolver import Resolver
from ..common.rows import UnitBuilder
from ..common.symbols import Callable, External, Group, Instance, Opaque, SourceFile, Symbol, Value
from .globals import GLOBALS
from .specifiers import NODE_MODULES, SpecifierResolver, package_name

__all__ = ["EcmaResolver"]

_WHOLE = frozenset({"*", "=", "default"})
_CALLING = frozenset({"call", "apply"})
_FUNCTION = External("Function", "", "builtin")


class EcmaResolver(Resolver):
    """Names leave a file only through imports and globals; exports may pass through any number of files."""

    LEXICAL_MEMBERS = False
    CALLABLE_CLASSES = True
    CONTAINERS: ClassVar = {
        "Array": returning("filter slice concat reverse sort fill splice", SELF)
        | returning("find findLast pop shift at", 0),
        "Map": returning("get", 1) | returning("set", SELF),
        "WeakMap": returning("get", 1),
        "Set": returning("add", SELF),
        "Promise": returning("catch finally", SELF),
    }

    def prepare(self) -> None:
        self._specifiers = SpecifierResolver(self.files.keys(), self.project.manifests)
        self._exporting: set[tuple[str, str]] = set()
        self._exported: dict[tuple[str, str], Values] = {}

    # modules

    def module(self, file: SourceFile, specifier: str) -> tuple[SourceFile | External | None, str]:
        """What a specifier means in a file, and how it was found."""
        found = self._specifiers.resolve(file.path, specifier)
        if found is not None:
            return self.files[found[0]], found[1]
        if specifier.startswith((".", "/", "#")) or not specifier:
            return None, ""
        name = package_name(specifier)
        return External(specifier.removeprefix("node:"), name, "package" if name == specifier else "symbol"), "external"

    def imported(self, file: SourceFile, specifier: str, name: str) -> Values:
        module, _ = self.module(file, specifier)
        if module is None:
            return ()
        if isinstance(module, External):
            return (module if name in _WHOLE else module.member(name),)
        return self.exported(module, name)

    def exported(self, file: SourceFile, name: str) -> Values:
        """What a module exports under the name, through any number of re-exports."""
        key = (file.path, name)
        known = self._exported.get(key)
        if known is not None:
            return known
        if key in self._exporting:
            return ()
        self._exporting.add(key)
        try:
            values = self._export(file, name)
        finally:
            self._exporting.discard(key)
        self._exported[key] = values
        return values

    def _export(self, file: SourceFile, name: str) -> Values:
        exports = file.facts.exports
        if name == "*":
            return (Group(file.path, file),)
        if name == "=":
            return self._evaluate_export(file, "=") if "=" in exports else (Group(file.path, file),)
        if name in exports:
            return self._evaluate_export(file, name)
        if "=" in exports:
            if name == "default":
                return self._evaluate_export(file, "=")
            whole = self._evaluate_export(file, "=")
            return distinct(v for value in whole for v in self.member(value, name, file))
        if name == "default":
            return (Group(file.path, file),) if "default" not in exports and self._is_commonjs(file) else ()
        found: list[Value] = []
        for specifier in file.facts.star_exports:
            found += self.imported(file, specifier, name)
        certain = [value for value in found if not isinstance(value, External)]
        if certain or len(found) < 2:
            return distinct(certain or [self._uncertain(value) for value in found])
        return ()

    @staticmethod
    def _is_commonjs(file: SourceFile) -> bool:
        return bool(file.facts.exports) and not any(i.kind in ("import", "export") for i in file.facts.imports)

    @staticmethod
    def _uncertain(value: Value) -> Value:
        return value._replace(certain=False) if isinstance(value, External) else value

    def _evaluate_export(self, file: SourceFile, name: str) -> Values:
        found: list[Value] = []
        for expr in file.facts.exports[name]:
            found += self.evaluate(expr, file, 0)
            # A name may be that of a type besides.
            types = self.evaluate(expr, file, 0, True)
            found += [value for value in types if not found or isinstance(value, Symbol)]
        return distinct(found)

    def group_member(self, group: Group, name: str, file: SourceFile, typed: bool, arity: int) -> Values:
        if group.file is None:
            return ()
        found = self.exported(group.file, name)
        if len(found) < 2:
            return found
        types = tuple(value for value in found if isinstance(value, Symbol) and value.label == "Class") if typed else ()
        return types or tuple(self._prefer_values(list(found)))

    def is_imported(self, file: SourceFile, name: str) -> bool:
        bound = file.scopes[0].bindings.get(name, ())
        return any(isinstance(expr, Imported) for expr in bound)

    def named(self, target: Value, file: SourceFile, name: str) -> str:
        how = super().named(target, file, name)
        return "import" if how == "package" else how

    def link_imports(self, file: SourceFile, unit: UnitBuilder) -> None:
        for declared in file.facts.imports:
            module, how = self.module(file, declared.target)
            if isinstance(module, External):
                package = self.package_of(module)
                unit.link("IMPORTS", None, package, 1.0, how, declared.line)
                unit.link("DEPENDS_ON", None, package, 1.0, how)
            elif module is not None and module is not file:
                unit.link("IMPORTS", None, module, 1.0, how, declared.line)
                for name in declared.names:
                    if name not in ("*", "="):
                        for value in self.exported(module, name):
                            if isinstance(value, Symbol):
                                unit.link("IMPORTS", None, value, 1.0, how, declared.line)

    def is_standard(self, package: str) -> bool:
        return package in NODE_MODULES

    # names and members

    def global_name(self, name: str, file: SourceFile, typed: bool, arity: int) -> Values:
        if name == "exports" and not typed and file.facts.exports and self._is_commonjs(file):
            return self.exported(file, "=")
        if name in GLOBALS:
            return (External(name, "", "builtin"),)
        if typed and name.startswith(("HTML", "SVG")):
            return (External(name, "", "builtin"),)
        return ()

    def external_results(self, callee: External) -> Values:
        return () if callee.kind == "builtin" else (Opaque(callee),)

    def own_member(self, symbol: Symbol, name: str, arity: int = -1) -> Values:
        found = super().own_member(symbol, name, arity)
        if found and len(found) > 1:
            methods = [v for v in found if not (isinstance(v, Symbol) and "signature" in v.definition.flags)]
            found = tuple(methods) or found[:1]
        if not found:
            definition = symbol.definition
            if "prototype" in definition.flags:
                found = self.lookup_dotted(f"{definition.name}.prototype.{name}", symbol.file, definition.scope)
            found = found or self.lookup_dotted(f"{definition.name}.{name}", symbol.file, definition.scope)
        return found

    def behind(self, value: Instance) -> Values:
        """What an alias stands for, or how the objects of an interface are called."""
        if isinstance(value.type, Symbol) and value.type.definition.kind == "interface":
            signatures = self.instance_member(value, "()", value.type.file)
            return tuple(each for each in signatures if isinstance(each, Callable))
        return super().behind(value)

    def instance_member(
        self, receiver: Instance, name: str, file: SourceFile, typed: bool = False, arity: int = -1
    ) -> Values:
        """A member of an object; where an alias stands for several types, that of each."""
        if not isinstance(receiver.type, Symbol) or receiver.type.definition.kind != "type":
            return super().instance_member(receiver, name, file, typed, arity)
        found = [v for target in self.behind(receiver) for v in self.member(target, name, file, typed, arity)]
        own = [value for value in found if not isinstance(value, External)]
        return tuple(dict.fromkeys(own or found))

    def symbol_member(self, owner: Symbol, name: str, file: SourceFile, typed: bool, arity: int) -> Values:
        if owner.label == "Class":
            if name == "prototype":
                return (Instance(owner),)
            if "prototype" in owner.definition.flags and (found := self._function_member(owner, name)):
                return found
            return super().symbol_member(owner, name, file, typed, arity)
        found = self.lookup_dotted(f"{owner.definition.name}.{name}", owner.file, owner.definition.scope)
        return found or self._function_member(owner, name)

    @staticmethod
    def _function_member(function: Symbol, name: str) -> Values:
        """``call`` and ``apply`` call the function; ``bind`` only makes another one of it."""
        if name in _CALLING:
            return (function,)
        return (_FUNCTION.member(name),) if name == "bind" else ()

    def constructors(self, symbol: Symbol, arity: int, file: SourceFile) -> Values:
        found = self.instance_member(Instance(symbol), "constructor", file)
        return tuple(v for v in found if isinstance(v, Symbol))[:1]
