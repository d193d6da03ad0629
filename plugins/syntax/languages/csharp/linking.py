"""From the calls of a C# file to relationships: methods before extension methods, constructors, what is accessible."""

from __future__ import annotations

from ..common.facts import Call, Expr, Member
from ..common.members import LONGEST_SEARCH
from ..common.names import Found, Values
from ..common.rows import UnitBuilder
from ..common.symbols import Bound, External, Instance, Opaque, SourceFile, Symbol, TypeVariable, Value
from .definitions import CONSTRUCTOR
from .library import NAMESPACE_OF
from .values import CSharpValues, is_extension

__all__ = ["CSharpCalls"]


class CSharpCalls(CSharpValues):
    """Calls as C# means them."""

    # members

    def own_member(self, symbol: Symbol, name: str, arity: int = -1) -> Values:
        found: dict[Value, None] = {}
        for part in symbol.parts:
            body = part.definition.body
            bound = part.file.scopes[body].bindings.get(name)
            if bound is not None:
                for value in self._bound(name, bound, part.file, body, False, arity):
                    found[value.parts[0] if isinstance(value, Symbol) and value.label == "Class" else value] = None
        return tuple(found)

    def fitting(self, values: Values, arity: int) -> Values:
        return values if arity < 0 else tuple(value for value in values if self.takes(value, arity))

    def _search(self, symbol: Symbol, name: str, arity: int) -> Found | External | None:
        """The member in the nearest class that has it; of methods all, from the class to its bases.

        Methods of interfaces are no members of the classes that implement them (C# specification, 12.5).
        """
        pending: list[tuple[Symbol, tuple[Values, ...]]] = [(symbol, ())]
        seen: dict[Symbol, None] = {}
        overloads: list[Value] = []
        is_interface = symbol.definition.kind == "interface"
        while pending and len(seen) < LONGEST_SEARCH:
            current, arguments = pending.pop(0)
            if current in seen:
                continue
            seen[current] = None
            if values := self.own_member(current, name, arity):
                methods = tuple(v for v in values if isinstance(v, Symbol) and v.label == "Method")
                if arity < 0 or len(methods) < len(values):
                    return (symbol, tuple(overloads), ()) if overloads else (current, values, arguments)
                if current is not symbol and arguments and current.definition.type_parameters:
                    methods = self._bind_arguments(methods, current, arguments)
                overloads += methods
            for base in self.bases(current):
                if not isinstance(base, Instance):
                    continue
                above = base.type
                if isinstance(above, Symbol) and (is_interface or above.definition.kind != "interface"):
                    inner = tuple(self.substitute(a, current, arguments) for a in base.arguments)
                    pending.append((above, inner))
        return (symbol, tuple(overloads), ()) if overloads else self._external_base(seen)

    def member(self, owner: Value, name: str, file: SourceFile, typed: bool = False, arity: int = -1) -> Values:
        if isinstance(owner, External) and typed and NAMESPACE_OF.get(name) == owner.name:
            return (External(f"{owner.name}.{name}", owner.name, "symbol"),)
        if isinstance(owner, External) and not typed and (found := self.platform_member(owner, name, arity)):
            return found
        if isinstance(owner, Instance) and isinstance(owner.type, External) and owner.type.kind == "builtin":
            return ()
        if isinstance(owner, Opaque) and any(self.takes(v, arity + 1) for v in self._extensions.get(name, ())):
            # Of a value that is not known, the method may be the extension or its own.
            return ()
        return super().member(owner, name, file, typed, arity)

    def platform_member(self, owner: External, name: str, arity: int) -> Values:
        """What is known of a member of a class of the platform."""
        raise NotImplementedError

    # calls

    def _link_call(self, call: Call, file: SourceFile, unit: UnitBuilder) -> None:
        self.here = (file, self.namespace_at(file, call.scope))
        super()._link_call(call, file, unit)

    def callees(self, call: Call, file: SourceFile, arity: int) -> list[tuple[Value, str]]:
        if isinstance(call.callee, Member) and self._is_unclear(call.callee.object, file, call.scope):
            return []
        found = super().callees(call, file, arity)
        methods: dict[Value, str] = {}
        others: list[tuple[Value, str]] = []
        for value, how in found:
            if not isinstance(value, (Bound, Symbol)):
                others.append((value, how))
            elif self._is_callable(value, file, call):
                methods[value] = how
        if not methods or others:
            return others if len(others) == 1 and not methods else []
        own = [value for value in methods if not is_extension(value)]
        if not isinstance(call.callee, Member) or not self._receivers(call, file):
            chosen = self.choose(list(methods), call, file).value
            return self._named_twins(chosen, methods[chosen]) if chosen is not None else []
        choice = self.choose(own, call, file)
        groups = [] if choice.certain else self._extensions_of(call, file, arity)
        if choice.possible and any(self.choose(group, call, file, extension=True).possible for group in groups):
            return []
        if choice.value is not None:
            return self._named_twins(choice.value, methods[choice.value])
        for position, group in enumerate(groups):
            choice = self.choose(group, call, file, extension=True)
            if choice.possible:
                is_sure = choice.certain or position == len(groups) - 1
                return [(choice.value, "receiver")] if choice.value is not None and is_sure else []
        return []

    def _named_twins(self, value: Value, how: str) -> list[tuple[Value, str]]:
        return [(twin, how) for twin in self.twins(value)]

    def _is_unclear(self, receiver: Expr, file: SourceFile, scope: int) -> bool:
        """Whether what stands before the dot is of a type that a generic method concludes from its arguments."""
        owners = self.evaluate(receiver, file, scope)
        return any(isinstance(v, TypeVariable) and v.symbol not in self.around(file, scope) for v in owners)

    def _receivers(self, call: Call, file: SourceFile) -> list[Instance]:
        """The values before the dot, nothing if a type stands there."""
        if not isinstance(call.callee, Member):
            return []
        owners = self.evaluate(call.callee.object, file, call.scope)
        return [owner for owner in owners if isinstance(owner, Instance)]

    def _extensions_of(self, call: Call, file: SourceFile, arity: int) -> list[list[Value]]:
        if not isinstance(call.callee, Member):
            return []
        receivers = self._receivers(call, file)
        return self.extensions(receivers[0], call.callee.name, file, arity) if len(receivers) == 1 else []

    def extensions(self, receiver: Instance, name: str, file: SourceFile, arity: int) -> list[list[Value]]:
        """Extension methods of which the first parameter accepts the receiver: those of the nearest namespace, of the
        next one, and so on."""
        raise NotImplementedError

    def _is_callable(self, value: Value, file: SourceFile, call: Call) -> bool:
        """Whether code may name a method: private ones only inside the class that declares them."""
        symbol = value.symbol if isinstance(value, Bound) else value
        if not isinstance(symbol, Symbol) or symbol.label == "Class":
            return not isinstance(symbol, Symbol)
        if symbol.definition.visibility != "private" or symbol.label != "Method":
            return True
        holder = self._holder(symbol)
        index = file.scopes[call.scope].owner
        while index >= 0:
            if holder is not None and file.symbols[index].parts[0] is holder:
                return True
            index = file.facts.definitions[index].parent
        return False

    def _fitting_constructors(self, symbol: Symbol, call: Call, file: SourceFile) -> list[Symbol | External]:
        """The constructor that is meant. That of parameters beside the name of a type is no definition of its own."""
        arity = len(call.arguments)
        members = self.own_member(symbol, CONSTRUCTOR, arity)
        found: list[Value] = [value for value in members if self._is_callable(value, file, call)]
        if symbol.definition.kind == "struct" and not arity:
            found = [v for v in found if isinstance(v, Symbol) and not v.definition.parameters]
        found += [part for part in symbol.parts if part.definition.forms and part.definition.kind != "delegate"]
        chosen = self.choose(found, call, file).value if found else None
        return [chosen] if isinstance(chosen, Symbol) and chosen.label != "Class" else []
