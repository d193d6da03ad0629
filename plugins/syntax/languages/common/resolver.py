"""From the facts of all files of a language to the rows of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...analyzer import Project, Resolution
from .calls import CONFIDENCE, CallLinker, root_name
from .rows import UnitBuilder
from .symbols import (
    Instance,
    Opaque,
    SourceFile,
    Symbol,
)

__all__ = ["Resolver"]

_KEEP_BODIES = 512


class Resolver(CallLinker):
    """One resolution run over all files of a language."""

    def __init__(self, project: Project, facts: Mapping[str, bytes]) -> None:
        super().__init__()
        self.project = project
        self.files = {path: SourceFile(project.repository, facts[path]) for path in sorted(facts)}
        self.prepare()

    # what languages override

    def prepare(self) -> None:
        """Build the indexes of the language."""

    def link_imports(self, file: SourceFile, unit: UnitBuilder) -> None:
        """Add the IMPORTS and DEPENDS_ON relationships of a file."""

    # rows

    def units(self) -> Iterator[Resolution]:
        """The rows of every file."""
        recent: list[SourceFile] = []
        for file in self.files.values():
            unit = UnitBuilder(self.project.repository, file, self.is_standard)
            unit.module()
            for index, symbol in enumerate(file.symbols):
                if symbol.index == index:
                    unit.symbol(symbol, self.container(symbol))
                    if symbol.definition.bases:
                        self._link_bases(symbol, unit)
            self.link_imports(file, unit)
            for call in file.calls:
                self._link_call(call, file, unit)
            yield Resolution(file.path, unit.build(), unit.unresolved, unit.packages)
            recent.append(file)
            if len(recent) > _KEEP_BODIES:
                for old in recent:
                    old.release()
                recent.clear()

    def _link_bases(self, symbol: Symbol, unit: UnitBuilder) -> None:
        file, definition = symbol.file, symbol.definition
        self._resolving.add(symbol)
        try:
            found = [
                (base, value) for base in definition.bases for value in self.evaluate(base.expr, file, definition.body)
            ]
        finally:
            self._resolving.discard(symbol)
        for base, value in found:
            if isinstance(value, Instance) and value.type is not symbol:
                how = self.named(value.type, file, root_name(base.expr))
                relation = self.relation(base.relation, symbol, value.type)
                unit.link("INHERITS_FROM", symbol, value.type, CONFIDENCE[how], how, relation=relation)
            elif isinstance(value, Opaque):
                package = self.package_of(value.source)
                unit.link("INHERITS_FROM", symbol, package, 0.5, "external-result", relation=base.relation)
