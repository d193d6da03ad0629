"""The names that a repository defines, and how a name written in a document finds the one symbol it means.

A name that could mean two things finds nothing. Symbols of tests, examples and documentation folders are found only
by their full names: prose about ``Author`` does not mean the model of some test.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import msgspec

from plugins.documentation_grapher.module_names import ModuleNames

__all__ = ["AMBIGUOUS", "Found", "Lookup", "Symbol", "SymbolFacts", "SymbolTable"]


class Symbol(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A node that the code steps own. ``name`` is the qualified name inside its file, empty for a module."""

    label: str
    id: str
    path: str
    name: str


class SymbolFacts(msgspec.Struct, array_like=True):
    """What the graph holds about symbols: themselves, base classes by class id, and what packages re-export.

    ``exports`` maps the id of a package's module to (name, symbol id) pairs, from its imports.
    """

    symbols: list[Symbol]
    bases: dict[str, list[str]] = {}
    exports: dict[str, list[tuple[str, str]]] = {}

    def digest(self) -> str:
        """Changes whenever base classes or re-exports do, which lead from one name to another."""
        data = msgspec.msgpack.encode((sorted(self.bases.items()), sorted(self.exports.items())))
        return hashlib.sha256(data).hexdigest()


class Found(msgspec.Struct, frozen=True, gc=False):
    """The symbol that a name means, how that was found out, and how sure it is (0 to 1)."""

    symbol: Symbol
    how: str
    confidence: float


class _Ambiguous(Enum):
    AMBIGUOUS = "ambiguous"


AMBIGUOUS = _Ambiguous.AMBIGUOUS
type Lookup = Found | _Ambiguous | None

_SECONDARY = frozenset(
    {
        "tests", "test", "testing", "__tests__", "spec", "specs", "example", "examples", "sample", "samples", "demo",
        "docs", "doc", "documentation", "benchmark", "benchmarks", "vendor", "third_party", "node_modules",
    }
)  # fmt: skip
_TEST_FILE = re.compile(r"(?:test_.*|.*_test|conftest|.*\.(?:test|spec))\.\w+$")
_FILE_IS_NO_NAMESPACE = frozenset({".java", ".go", ".cs", ".kt", ".scala"})
_ALL: frozenset[str] = frozenset()


def _is_secondary(path: str) -> bool:
    folder, name = posixpath.split(path)
    return not _SECONDARY.isdisjoint(folder.lower().split("/")) or _TEST_FILE.match(name) is not None


@dataclass(slots=True)
class _Homonyms:
    """All symbols with one last component: by absolute name, and with the names that suffixes are compared with."""

    absolute: dict[str, list[Symbol]]
    full: list[tuple[str, Symbol]]


_NO_HOMONYMS = _Homonyms({}, [])


class SymbolTable:
    """An index of symbols by absolute dotted name and by last component. Most names are never asked for, so what is
    known of a name is worked out when it is."""

    def __init__(self, facts: SymbolFacts, files: Container[str]) -> None:
        self._names = ModuleNames(files)
        self._by_last: dict[str, list[Symbol]] = {}
        self._homonyms: dict[str, _Homonyms] = {}
        self._places: dict[str, tuple[str, str]] = {}
        self._secondary: dict[str, bool] = {}
        self._by_id = {symbol.id: symbol for symbol in facts.symbols}
        self._bases = facts.bases
        self._exports: dict[str, dict[str, str]] = {module: dict(pairs) for module, pairs in facts.exports.items()}
        self._suffixes: dict[tuple[str, frozenset[str]], Lookup] = {}
        self._absolutes: dict[tuple[str, frozenset[str]], Lookup] = {}
        by_last = self._by_last
        for symbol in facts.symbols:
            last = symbol.name.rpartition(".")[2] or self.dotted(symbol).rpartition(".")[2]
            symbols = by_last.get(last)
            if symbols is None:
                by_last[last] = [symbol]
            else:
                symbols.append(symbol)

    def __len__(self) -> int:
        return len(self._by_id)

    def absolute(self, name: str, kinds: frozenset[str] = _ALL) -> Lookup:
        """The symbol with this full dotted name, directly, re-exported by a package, or inherited by a class."""
        key = (name, kinds)
        if key not in self._absolutes:
            self._absolutes[key] = self._choose(
                self._called(name), kinds, "qualified_name", 1.0
            ) or self._through_package(name, kinds)
        return self._absolutes[key]

    def suffix(self, name: str, kinds: frozenset[str] = _ALL) -> Lookup:
        """The only symbol whose full name ends in ``name``, or whose owner's does and that inherits the rest."""
        key = (name, kinds)
        if key not in self._suffixes:
            self._suffixes[key] = self._by_suffix(name, kinds)
        return self._suffixes[key]

    def top_level(self, name: str, kinds: frozenset[str] = _ALL) -> Lookup:
        """The only symbol outside of tests that is defined under this name directly in a module."""
        candidates = [s for _, s in self._like(name).full if s.name == name and not self._is_secondary(s)]
        return self._choose(candidates, kinds, "unique_name", 0.7)

    def importing_modules(self, names: Iterable[str]) -> set[str]:
        """Paths of the modules through which these dotted names could only be reached by an import.

        ``pkg.mod.Name`` where ``mod`` is a module that does not define ``Name``: heeding the imports of just these
        modules keeps results from depending on all others.
        """
        found: set[str] = set()
        for name in names:
            prefix, _, rest = name.rpartition(".")
            while prefix:
                module = next((s for s in self._called(prefix) if s.label == "Module"), None)
                if module is not None:
                    if not self._called(f"{prefix}.{rest}"):
                        found.add(module.path)
                    break
                prefix, _, rest = prefix.rpartition(".")
        return found

    def add_exports(self, exports: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Let names be found through these imports too: module id to (name, symbol id)."""
        for module, pairs in exports.items():
            self._exports.setdefault(module, {}).update(pairs)
        self._suffixes.clear()
        self._absolutes.clear()

    def dotted(self, symbol: Symbol) -> str:
        """The absolute dotted name of a symbol; empty for a module that has none."""
        module = self._place(symbol.path)[0]
        if not symbol.name:
            return module
        if posixpath.splitext(symbol.path)[1] in _FILE_IS_NO_NAMESPACE:
            module = module.rpartition(".")[0]
        return f"{module}.{symbol.name}" if module else symbol.name

    def _place(self, path: str) -> tuple[str, str]:
        place = self._places.get(path)
        if place is None:
            place = self._places[path] = self._names.module_and_root(path)
        return place

    def _is_secondary(self, symbol: Symbol) -> bool:
        path = symbol.path
        secondary = self._secondary.get(path)
        if secondary is None:
            secondary = self._secondary[path] = _is_secondary(path)
        return secondary

    def _like(self, last: str) -> _Homonyms:
        """All symbols whose names end in the component ``last``."""
        homonyms = self._homonyms.get(last)
        if homonyms is None:
            symbols = self._by_last.get(last)
            if not symbols:
                return _NO_HOMONYMS
            homonyms = self._homonyms[last] = _Homonyms({}, [])
            for symbol in symbols:
                absolute = self.dotted(symbol)
                if not absolute:
                    continue
                root = self._place(symbol.path)[1]
                homonyms.absolute.setdefault(absolute, []).append(symbol)
                homonyms.full.append((f".{root}.{absolute}" if root else f".{absolute}", symbol))
        return homonyms

    def _called(self, name: str) -> Sequence[Symbol]:
        """The symbols with this absolute name."""
        return self._like(name.rpartition(".")[2]).absolute.get(name, ())

    def _choose(self, candidates: Sequence[Symbol], kinds: frozenset[str], how: str, confidence: float) -> Lookup:
        if kinds:
            candidates = [s for s in candidates if s.label in kinds]
        if len(candidates) > 1:
            candidates = [s for s in candidates if not self._is_secondary(s)] or candidates
        if len(candidates) > 1:
            return AMBIGUOUS
        return Found(candidates[0], how, confidence) if candidates else None

    def _through_package(self, name: str, kinds: frozenset[str]) -> Lookup:
        """``package.Name`` where the package imports ``Name``, or only one of its modules defines it."""
        prefix, _, last = name.rpartition(".")
        rest: list[str] = [last]
        while prefix:
            for owner in self._called(prefix):
                if owner.label == "Class":
                    return self._member(owner, rest, kinds)
                if owner.label == "Module":
                    return self._exported(owner, prefix, rest, kinds)
            prefix, _, last = prefix.rpartition(".")
            rest.insert(0, last)
        return None

    def _exported(self, module: Symbol, prefix: str, rest: list[str], kinds: frozenset[str]) -> Lookup:
        target = self._by_id.get(self._exports.get(module.id, {}).get(rest[0], ""))
        if target is not None:
            if len(rest) == 1:
                return self._choose([target], kinds, "re_export", 0.95)
            if target.label == "Class":
                return self._member(target, rest[1:], kinds)
            return self.absolute(".".join([self.dotted(target), *rest[1:]]), kinds)
        if rest[0].startswith("_"):
            return None
        inside = prefix + "."
        candidates = [
            symbol
            for _, symbol in self._like(rest[0]).full
            if symbol.name == rest[0] and self.dotted(symbol).startswith(inside)
        ]
        chosen = self._choose(candidates, kinds if len(rest) == 1 else _ALL, "package_member", 0.8)
        if isinstance(chosen, Found) and len(rest) > 1:
            return self._member(chosen.symbol, rest[1:], kinds) if chosen.symbol.label == "Class" else None
        return chosen

    def _member(self, owner: Symbol, rest: Sequence[str], kinds: frozenset[str]) -> Lookup:
        """``rest`` looked up in a class and, for a single name, in its base classes, nearest first."""
        prefix = self.dotted(owner)
        direct = self._choose(self._called(".".join([prefix, *rest])), kinds, "re_export", 0.95)
        if direct is not None or len(rest) != 1:
            return direct
        seen = {owner.id}
        queue = list(self._bases.get(owner.id, ()))
        while queue:
            base = self._by_id.get(queue.pop(0))
            if base is None or base.id in seen:
                continue
            seen.add(base.id)
            found = self._choose(self._called(f"{self.dotted(base)}.{rest[0]}"), kinds, "inherited_member", 0.85)
            if found is not None:
                return found
            queue.extend(self._bases.get(base.id, ()))
        return None

    def _by_suffix(self, name: str, kinds: frozenset[str]) -> Lookup:
        ending = "." + name
        primary = [
            s
            for full, s in self._like(name.rpartition(".")[2]).full
            if full.endswith(ending) and not self._is_secondary(s)
        ]
        chosen = self._choose(primary, kinds, "partial_name" if "." in name else "unique_name", 0.85)
        if chosen is not None or "." not in name:
            return chosen
        owner_name, _, member = name.rpartition(".")
        owner = self.suffix(owner_name, frozenset({"Class"}))
        if isinstance(owner, Found):
            return self._member(owner.symbol, [member], kinds)
        return owner
