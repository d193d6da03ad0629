"""From the calls of a file to its CALLS and INSTANTIATES relationships."""

# ruff: noqa: ARG002  (methods that languages override share one signature)

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from .evaluation import Evaluator, distinct
from .facts import Call, Expr, Member, Name, Type
from .rows import UnitBuilder
from .symbols import (
    Bound,
    Callable,
    External,
    Group,
    Instance,
    KnownCall,
    ObjectValue,
    Opaque,
    SourceFile,
    SuperValue,
    Symbol,
    TypeVariable,
    Value,
)

__all__ = ["CONFIDENCE", "CallLinker", "root_name"]

CONFIDENCE: Mapping[str, float] = {
    "local": 1.0,
    "import": 1.0,
    "package": 1.0,
    "this": 1.0,
    "super": 1.0,
    "inherited": 1.0,
    "qualified": 1.0,
    "constructor": 1.0,
    "external": 1.0,
    "builtin": 1.0,
    "receiver": 0.95,
    "result": 0.9,
    "inherited-external": 0.7,
    "external-inferred": 0.6,
    "external-result": 0.5,
}
"""How a target was found, and how sure that is. Several possible targets share the confidence.

``local`` name of the same file or of a class that has a part in it; ``import`` name bound by an import; ``package``
name visible without an import; ``this``, ``super`` the own or the base class; ``inherited`` bare name of a base
class's method; ``qualified`` member of a class, module or namespace; ``receiver`` member of an object whose class is
known; ``result`` called value of an expression; ``constructor`` of a created object; ``external`` and ``builtin``
outside the repository; ``inherited-external`` member that only an external base class can have;
``external-inferred`` external name whose package was concluded; ``external-result`` member of an object that came
out of an external package.
"""


def root_name(expr: Expr) -> str:
    """The first name of a possibly qualified type."""
    while isinstance(expr, (Type, Member)):
        expr = expr.base if isinstance(expr, Type) else expr.object
    return expr.name if isinstance(expr, Name) else ""


class CallLinker(Evaluator):
    """Decides what a call means, how that was found and how sure it is."""

    CALLABLE_CLASSES: ClassVar[bool] = False
    """Whether calling a class without creating an object is a call of the class (old JavaScript)."""

    IMPLICIT_CALLABLES: ClassVar[bool] = False
    """Whether something callable without a definition is a member that the compiler adds (accessors of records)."""

    # what languages override

    def container(self, symbol: Symbol) -> Symbol | None:
        """What holds a definition, ``None`` for the module."""
        parent = symbol.definition.parent
        return symbol.file.symbols[parent] if parent >= 0 else None

    def is_imported(self, file: SourceFile, name: str) -> bool:
        """Whether an import of the file binds the name."""
        return False

    def package_of(self, external: External) -> External:
        """The package that an external name comes from; the name itself, if its package is not known."""
        if not external.package:
            return external
        return External(external.package, external.package, "package")

    def is_standard(self, package: str) -> bool:
        """Whether the package comes with the language."""
        return False

    def relation(self, declared: str, source: Symbol, target: Symbol | External) -> str:
        """``extends``, ``implements`` or ``embeds``."""
        return declared

    def is_conversion(self, external: External) -> bool:
        """Whether what looks like a call of the name converts a value instead."""
        return False

    def named(self, target: Value, file: SourceFile, name: str) -> str:
        """How a target that stands there by its name was found."""
        if isinstance(target, Bound):
            target = target.symbol
        elif isinstance(target, KnownCall):
            target = target.target
        if isinstance(target, External):
            if not target.certain:
                return "external-inferred"
            return "builtin" if target.kind == "builtin" else "external"
        if isinstance(target, Opaque):
            return "external-result"
        if isinstance(target, Symbol) and target.file is file:
            return "local"
        return "import" if not name or self.is_imported(file, name) else "package"

    # calls

    def _link_call(self, call: Call, file: SourceFile, unit: UnitBuilder) -> None:
        owner = file.scopes[call.scope].owner
        source = file.symbols[owner] if owner >= 0 else None
        if call.kind == "new":
            self._link_creation(call, source, file, unit)
            return
        arity = len(call.arguments) if self.OVERLOADS else -1
        targets = self.callees(call, file, arity)
        if self.OVERLOADS and len(targets) > 1:
            targets = self._select(targets, call, file)
        callable_targets = [(value, how) for value, how in targets if self._can_be_called(value, call)]
        if not callable_targets:
            unit.unresolved += 1
            return
        share = len({self._identity(value) for value, _ in callable_targets})
        resolved = False
        for value, how in callable_targets:
            resolved |= self._link_target(value, how, share, call, source, file, unit)
        if not resolved:
            unit.unresolved += 1

    def _can_be_called(self, value: Value, call: Call) -> bool:
        if isinstance(value, Instance):
            return call.kind == "this"
        if isinstance(value, Callable):
            return self.IMPLICIT_CALLABLES
        return not isinstance(value, (ObjectValue, Group, TypeVariable))

    def _identity(self, value: Value) -> object:
        if isinstance(value, Bound):
            return value.symbol
        return self.package_of(value.source) if isinstance(value, Opaque) else value

    def callees(self, call: Call, file: SourceFile, arity: int) -> list[tuple[Value, str]]:
        """What may be called, and how each was found."""
        callee = call.callee
        if isinstance(callee, Member):
            owners = self.evaluate(callee.object, file, call.scope)
            if not owners:
                return [(v, self.named(v, file, "")) for v in self.dotted(callee, file, False)]
            found: list[tuple[Value, str]] = []
            for owner in owners:
                how = self._receiver(owner, callee)
                for value in self.member(owner, callee.name, file, False, arity):
                    found.append((value, self._refine(value, how, owner)))
            return list(dict.fromkeys(found))
        values = self.evaluate(callee, file, call.scope, False, arity)
        if isinstance(callee, Name):
            return [(v, self._named_callee(v, callee.name, file)) for v in values]
        return [(v, self.named(v, file, "") if isinstance(v, (External, Opaque)) else "result") for v in values]

    def _named_callee(self, value: Value, name: str, file: SourceFile) -> str:
        if isinstance(value, SuperValue):
            return "super"
        if isinstance(value, External) and not value.certain and self.LEXICAL_MEMBERS and value.kind != "unknown":
            return "inherited-external" if not self.is_static_import(file, name, value) else "external-inferred"
        how = self.named(value, file, name.removesuffix("()"))
        symbol = value.symbol if isinstance(value, Bound) else value
        if how not in ("local", "external-result") and isinstance(symbol, Symbol) and symbol.label == "Method":
            holder = self.container(symbol)
            if holder is not None and any(part.file is file for part in holder.parts):
                return "local"
            return "import" if self.is_static_import(file, name, symbol) else "inherited"
        return how

    def is_static_import(self, file: SourceFile, name: str, target: Symbol | External) -> bool:
        """Whether a bare method name was imported rather than inherited."""
        return False

    @staticmethod
    def _receiver(owner: Value, callee: Member) -> str:
        if isinstance(owner, SuperValue):
            return "super"
        if isinstance(callee.object, Name) and callee.object.name == "this":
            return "this"
        return "qualified" if isinstance(owner, (Symbol, Group, ObjectValue)) else "receiver"

    @staticmethod
    def _refine(value: Value, how: str, owner: Value) -> str:
        if isinstance(value, Opaque):
            return "external-result"
        if isinstance(value, KnownCall):
            value = value.target
        if not isinstance(value, External):
            return how
        if value.kind == "builtin":
            return "builtin" if value.certain else "inherited-external"
        if isinstance(owner, External) or (isinstance(owner, Instance) and isinstance(owner.type, External)):
            return "external" if value.certain else "external-inferred"
        if isinstance(owner, Group):
            return "external"
        return "external" if value.certain else "inherited-external"

    def _select(self, targets: list[tuple[Value, str]], call: Call, file: SourceFile) -> list[tuple[Value, str]]:
        """Those among several overloads that the arguments fit; a language with overloads knows the rules."""
        return targets

    def _holder(self, value: Value) -> Symbol | None:
        """The class that a method is declared in, the first part of it if there are several."""
        symbol = value.symbol if isinstance(value, Bound) else value
        holder = self.container(symbol) if isinstance(symbol, Symbol) else None
        return holder.parts[0] if holder is not None else None

    def _link_target(
        self, value: Value, how: str, share: int, call: Call, source: Symbol | None, file: SourceFile, unit: UnitBuilder
    ) -> bool:
        confidence = round(CONFIDENCE[how] / share, 3)
        if isinstance(value, Bound):
            value = value.symbol
        elif isinstance(value, KnownCall):
            value = value.target
        if isinstance(value, Symbol):
            if value.label == "Class":
                if call.kind == "jsx":
                    unit.link("INSTANTIATES", source, value, confidence, how, call.line)
                elif self.CALLABLE_CLASSES:
                    unit.link("CALLS", source, value, confidence, how, call.line)
                return True
            unit.link("CALLS", source, value, confidence, how, call.line)
            return True
        if isinstance(value, External):
            if not self.is_conversion(value):
                unit.link("CALLS", source, value, confidence, how, call.line)
            return True
        if isinstance(value, Opaque):
            package = self.package_of(value.source)
            unit.link("CALLS", source, package, min(confidence, 0.5), "external-result", call.line)
            return True
        if isinstance(value, SuperValue):
            return self._link_super(value, call, source, file, unit)
        if isinstance(value, Instance) and call.kind == "this" and isinstance(value.type, Symbol):
            for constructor in self._fitting_constructors(value.type, call, file):
                unit.link("CALLS", source, constructor, CONFIDENCE["this"], "this", call.line)
            return True
        return isinstance(value, Callable)

    def _link_super(
        self, value: SuperValue, call: Call, source: Symbol | None, file: SourceFile, unit: UnitBuilder
    ) -> bool:
        for base in self.bases(value.symbol):
            if not isinstance(base, Instance):
                continue
            if isinstance(base.type, External):
                if self._extends(value.symbol):
                    unit.link("CALLS", source, base.type, CONFIDENCE["super"], "super", call.line)
            elif base.type.definition.kind != "interface":
                for constructor in self._fitting_constructors(base.type, call, file):
                    unit.link("CALLS", source, constructor, CONFIDENCE["super"], "super", call.line)
        return True

    @staticmethod
    def _extends(symbol: Symbol) -> bool:
        return bool(symbol.definition.bases) and symbol.definition.bases[0].relation == "extends"

    def _fitting_constructors(self, symbol: Symbol, call: Call, file: SourceFile) -> list[Symbol | External]:
        found = self.constructors(symbol, len(call.arguments), file)
        if self.OVERLOADS and len(found) > 1:
            found = tuple(value for value, _ in self._select([(value, "") for value in found], call, file))
        return [value for value in found if isinstance(value, (Symbol, External))]

    def _link_creation(self, call: Call, source: Symbol | None, file: SourceFile, unit: UnitBuilder) -> None:
        values = self.evaluate(call.callee, file, call.scope, True) or self.evaluate(call.callee, file, call.scope)
        created = distinct(v.type if isinstance(v, Instance) else v for v in values)
        name = root_name(call.callee)
        known = [v for v in created if isinstance(v, (External, Opaque, Symbol))]
        if not known:
            unit.unresolved += 1
        for value in known:
            how = self.named(value, file, name)
            confidence = round(CONFIDENCE[how] / len(known), 3)
            if isinstance(value, Opaque):
                unit.link("CALLS", source, self.package_of(value.source), confidence, how, call.line)
                continue
            if isinstance(value, Symbol) and value.label != "Class":
                unit.link("CALLS", source, value, confidence, how, call.line)
                continue
            unit.link("INSTANTIATES", source, value, confidence, how, call.line)
            if isinstance(value, Symbol):
                constructors = self._fitting_constructors(value, call, file)
                for constructor in constructors:
                    if isinstance(constructor, Symbol):
                        sure = round(confidence / len(constructors), 3)
                        unit.link("CALLS", source, constructor, sure, "constructor", call.line)
