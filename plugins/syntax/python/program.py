"""A whole repository as one program: imports linked, values propagated, calls found."""

from __future__ import annotations

import builtins
from collections.abc import Mapping

from plugins.syntax.python.calls import CallLinker
from plugins.syntax.python.class_creation import create_classes
from plugins.syntax.python.dynamic_attributes import DynamicAttributes
from plugins.syntax.python.hierarchy import Hierarchy
from plugins.syntax.python.hints import fill_gaps
from plugins.syntax.python.ir import FileFacts, ImportKind
from plugins.syntax.python.modules import ImportedModule, ModuleIndex, Namespace
from plugins.syntax.python.objects import Value
from plugins.syntax.python.operations import OPERATIONS
from plugins.syntax.python.pytest_fixtures import link_fixtures
from plugins.syntax.python.solver import Solver

__all__ = ["Program"]

_BUILTINS = frozenset(dir(builtins))


class Program(CallLinker):
    """The solved program; ``solver.sites`` and ``solver.implicit`` say what is called where."""

    def __init__(self, facts: Mapping[str, FileFacts]) -> None:
        self.index = ModuleIndex(list(facts))
        self.solver = Solver(self.index, facts)
        self.objects = self.solver.objects
        self.hierarchy = Hierarchy(self.solver)
        self.imported: list[list[ImportedModule | None]] = []
        """Per file and import: the module that it names; ``None``: it should be in this repository and is not."""
        self._stars: list[list[tuple[int, bool]]] = [[] for _ in self.solver.files]
        """Per file: the modules of which it imports everything, and whether it does so in any case."""
        self._own_submodules: dict[int, set[str]] = {}
        self._written: dict[tuple[int, str], int] = {}
        self.dynamic = DynamicAttributes(self)
        self.setup_calls()
        self.solver.operations = OPERATIONS(self)

    def solve(self) -> None:
        """Find out what all variables hold and what is called where."""
        self.find_calls()
        self.complete()

    def find_calls(self) -> None:
        """Link and propagate. Two thirds of the calls are known then; to few of them are others added by the rest,
        which takes as long again."""
        solver = self.solver
        self._link_imports()
        self.hierarchy.watch_bases()
        solver.seed()
        solver.run()
        self.hierarchy.refresh()
        solver.calls_enabled = True
        postponed, solver.postponed = solver.postponed, []
        for action in postponed:
            action()
        self.settle()

    def complete(self) -> None:
        """Follow what needs to know the calls, and fill what is left open with hints."""
        link_fixtures(self)
        self.settle()
        create_classes(self)
        self.settle()
        fill_gaps(self)
        self._release()

    def _release(self) -> None:
        """Let go of what only solving needs, and of all references from inside back to the program: rows need memory
        too, and whoever solves programs with the garbage collector off gets it back by dropping the program."""
        self.solver.release()
        self.handlers = []
        self.hierarchy.release()
        del self.dynamic

    def settle(self) -> None:
        """Propagate, and again wherever base classes were found late."""
        solver = self.solver
        for _ in range(4):
            self._propagate()
            affected = self.hierarchy.refresh()
            if not affected:
                return
            solver.apply_again(affected | solver.instances_of(affected))
        self._propagate()

    def _propagate(self) -> None:
        self.solver.run()
        while self.release():
            self.solver.run()

    # Imports -----------------------------------------------------------------------------------------------------

    def _link_imports(self) -> None:
        for number, file in enumerate(self.solver.files):
            found: list[ImportedModule | None] = []
            for entry in file.imports:
                module = self.index.imported(number, entry[3], entry[4])
                found.append(module)
                if entry[0] == ImportKind.STAR and isinstance(module, int):
                    self._stars[number].append((module, not entry[6]))
            self.imported.append(found)
        for number, file in enumerate(self.solver.files):
            base = self.solver.bases[number]
            for entry, module in zip(file.imports, self.imported[number], strict=True):
                self._link_import(number, entry, module, base + entry[6])
            for name, variable in file.free.items():
                self._link_free(number, name, base + variable)
            for position, name, before, after in file.covered:
                covering = self._covering(number, self.imported[number][position], name)
                self.solver.edge(covering or base + before, base + after)

    def _covering(self, number: int, module: ImportedModule | None, name: str) -> int:
        """The variable that ``from module import *`` gives a name that is bound already; 0: it gives none."""
        if not isinstance(module, int) or not self._exports(module, name, set()):
            return 0
        return self._exported_variable(module, name, {number})

    def _link_import(
        self,
        number: int,
        entry: tuple[int, int, int, int, str, str, int],
        module: ImportedModule | None,
        variable: int,
    ) -> None:
        kind, _, _, _, dotted, name, _ = entry
        solver = self.solver
        if kind == ImportKind.TOP:
            top = dotted.partition(".")[0]
            found = self.index.absolute(number, top)
            solver.put(variable, solver.external(top) if found is None else solver.module(found))
        elif kind == ImportKind.MODULE:
            if isinstance(module, str) and not isinstance(module, Namespace):
                solver.put(variable, solver.external(module))
            elif module is not None:
                solver.put(variable, solver.module(module))
        elif kind == ImportKind.NAME and module is not None:
            if isinstance(module, Namespace):
                found = self.index.submodule(module, name)
                if found is not None:
                    solver.put(variable, solver.module(found))
            elif isinstance(module, str):
                solver.put(variable, solver.external(f"{module}.{name}"))
            elif module == number:
                # ``from . import name`` inside the package itself: the submodule, or a name that another
                # statement binds.
                found = self.index.submodule(module, name)
                if found is not None:
                    solver.put(variable, solver.module(found))
            else:
                self._link_name(number, module, name, variable, entry)

    def _link_name(
        self, number: int, module: int, name: str, variable: int, entry: tuple[int, int, int, int, str, str, int]
    ) -> None:
        if not self.link_module_name(module, name, variable):
            # The call of the module's function waits, as all calls do, until bases are known.
            place = (number, entry[2], entry[1])
            self.solver.postponed.append(lambda: self.ask_module(module, name, variable, place))

    def _link_free(self, number: int, name: str, variable: int) -> None:
        known = False
        for source, certain in reversed(self._stars[number]):
            if self._exports(source, name, set()):
                found = self._exported_variable(source, name, {number})
                submodule = self.index.submodule(source, name)
                if found:
                    self.solver.edge(found, variable)
                elif submodule is not None and name in (self.solver.files[source].exported or ()):
                    self.solver.put(variable, self.solver.module(submodule))
                else:
                    continue
                if certain:
                    return
                known = True
        if name in _BUILTINS and not known:
            self.solver.put(variable, self.solver.external(f"builtins.{name}"))

    def module_variable(self, number: int, name: str) -> int:
        """The variable of a name of a module, also if it comes from another one by ``import *``; 0: there is none."""
        return self._exported_variable(number, name, set())

    def _exported_variable(self, number: int, name: str, seen: set[int]) -> int:
        own = self.solver.files[number].scopes[0].variables.get(name)
        if own is not None:
            return self.solver.bases[number] + own
        seen.add(number)
        for source, _ in reversed(self._stars[number]):
            if source not in seen and self._exports(source, name, set()):
                found = self._exported_variable(source, name, seen)
                if found:
                    return found
        return 0

    def _exports(self, number: int, name: str, seen: set[int]) -> bool:
        """Whether ``from module import *`` takes ``name`` along."""
        facts = self.solver.files[number]
        if facts.exported is None:
            return not name.startswith("_")
        if name in facts.exported:
            return True
        if not facts.star_exported:
            return False
        seen.add(number)
        return any(source not in seen and self._exports(source, name, seen) for source, _ in self._stars[number])

    def link_module_name(self, number: int, name: str, destination: int) -> bool:
        """``destination = module.name``; returns whether the module has something of that name."""
        found = self.module_variable(number, name)
        if found:
            self.solver.edge(found, destination)
            if self.solver.file_of(found) != number or not self._binds_itself(number, name):
                return True
        submodule = self.index.submodule(number, name)
        if submodule is not None:
            self.solver.put(destination, self.solver.module(submodule))
        return bool(found) or submodule is not None

    def ask_module(self, number: int, name: str, destination: int, site: tuple[int, int, int]) -> None:
        """``__getattr__`` of a module is asked for a name that it does not have."""
        function = self.module_variable(number, "__getattr__")
        if function and not name.startswith("__"):
            text = self.single(self.solver.constant(f"s{name}"))
            implicit = self.solver.implicit_site(*site, f"__getattr__ {name}")
            call = self.caller(implicit, 0, [text], destination, "special_method")
            self.solver.watch(function, call)

    def _binds_itself(self, number: int, name: str) -> bool:
        """Whether a package binds ``name`` to its own submodule."""
        names = self._own_submodules.get(number)
        if names is None:
            entries = zip(self.solver.files[number].imports, self.imported[number], strict=True)
            names = {entry[5] for entry, module in entries if entry[0] == ImportKind.NAME and module == number}
            self._own_submodules[number] = names
        return name in names

    # Variables on demand -----------------------------------------------------------------------------------------

    def written(self, value: Value, name: str) -> int:
        """The variable of an attribute that is written on a module or function from outside."""
        key = (value.number, name)
        variable = self._written.get(key)
        if variable is None:
            variable = self._written[key] = self.solver.new()
        return variable
