"""The names that a repository defines, and how a name written in a document finds the one symbol it means.

A name that could mean two things finds nothing. Symbols of tests, examples and documentation folders are found only
by their full names: prose about ``Author`` does not mean the model of some test.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum

import msgspec

__all__ = ["AMBIGUOUS", "Found", "Lookup", "Symbol", "SymbolFacts", "SymbolTable"]


class Symbol(msgspec.Struct, array_like=True, frozen=True):
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


@dataclass(frozen=True, slots=True)
class Found:
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


class SymbolTable:
    """An index of symbols by absolute dotted name and by last component."""

    def __init__(self, facts: SymbolFacts, files: Set[str]) -> None:
        self._files = files
        self._modules: dict[str, str] = {}
        self._absolute: dict[str, list[Symbol]] = defaultdict(list)
        self._last: dict[str, list[tuple[str, Symbol]]] = defaultdict(list)
        self._dotted: dict[str, str] = {}
        self._by_id = {symbol.id: symbol for symbol in facts.symbols}
        self._secondary: dict[str, bool] = {}
        self._roots: dict[str, str] = {}
        self._bases = facts.bases
        self._exports: dict[str, dict[str, str]] = {module: dict(pairs) for module, pairs in facts.exports.items()}
        self._found: dict[tuple[str, frozenset[str]], Lookup] = {}
        for symbol in facts.symbols:
            self._index(symbol)

    def __len__(self) -> int:
        return len(self._by_id)

    def absolute(self, name: str, kinds: frozenset[str] = _ALL) -> Lookup:
        """The symbol with this full dotted name, directly, re-exported by a package, or inherited by a class."""
        return self._choose(self._absolute.get(name, ()), kinds, "qualified_name", 1.0) or self._through_package(
            name, kinds
        )

    def suffix(self, name: str, kinds: frozenset[str] = _ALL) -> Lookup:
        """The only symbol whose full name ends in ``name``, or whose owner's does and that inherits the rest."""
        key = (name, kinds)
        if key not in self._found:
            self._found[key] = self._by_suffix(name, kinds)
        return self._found[key]

    def top_level(self, name: str, kinds: frozenset[str] = _ALL) -> Lookup:
        """The only symbol outside of tests that is defined under this name directly in a module."""
        candidates = [s for _, s in self._last.get(name, ()) if s.name == name and not self._secondary[s.path]]
        return self._choose(candidates, kinds, "unique_name", 0.7)

    def importing_modules(self, names: Iterable[str]) -> set[str]:
        """Ids of the modules through which these dotted names could only be reached by an import.

        ``pkg.mod.Name`` where ``mod`` is a module that does not define ``Name``: reading the imports of just these
        modules is cheaper than knowing those of all.
        """
        found: set[str] = set()
        for name in names:
            prefix, _, rest = name.rpartition(".")
            while prefix:
                module = next((s for s in self._absolute.get(prefix, ()) if s.label == "Module"), None)
                if module is not None:
                    if f"{prefix}.{rest}" not in self._absolute:
                        found.add(module.id)
                    break
                prefix, _, rest = prefix.rpartition(".")
        return found

    def add_exports(self, exports: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Let names be found through these imports too: module id to (name, symbol id)."""
        for module, pairs in exports.items():
            self._exports.setdefault(module, {}).update(pairs)
        self._found.clear()

    def module_of(self, path: str) -> str:
        """The absolute dotted name of the module that a source file is."""
        return self._modules.get(path) or self._module_name(path)[0]

    def dotted(self, symbol: Symbol) -> str:
        """The absolute dotted name of a symbol."""
        return self._dotted[symbol.id]

    def _index(self, symbol: Symbol) -> None:
        module = self._modules.get(symbol.path)
        if module is None:
            module, root = self._module_name(symbol.path)
            self._modules[symbol.path] = module
            self._secondary[symbol.path] = _is_secondary(symbol.path)
            self._roots[symbol.path] = root
        if symbol.label != "Module" and posixpath.splitext(symbol.path)[1] in _FILE_IS_NO_NAMESPACE:
            module = module.rpartition(".")[0]
        absolute = f"{module}.{symbol.name}" if module and symbol.name else symbol.name or module
        if not absolute:
            return
        self._dotted[symbol.id] = absolute
        self._absolute[absolute].append(symbol)
        root = self._roots[symbol.path]
        full = f".{root}.{absolute}" if root else f".{absolute}"
        self._last[absolute.rpartition(".")[2]].append((full, symbol))

    def _module_name(self, path: str) -> tuple[str, str]:
        """(dotted name from the source root, dotted path of the source root)."""
        stem, suffix = posixpath.splitext(path)
        parts = stem.split("/")
        top = 0
        if suffix in (".py", ".pyi"):
            top = len(parts) - 1
            while top and "/".join([*parts[:top], "__init__.py"]) in self._files:
                top -= 1
            if parts[-1] == "__init__":
                parts.pop()
        elif parts[-1] == "index":
            parts.pop()
        return ".".join(parts[top:]), ".".join(parts[:top])

    def _choose(self, candidates: Sequence[Symbol], kinds: frozenset[str], how: str, confidence: float) -> Lookup:
        if kinds:
            candidates = [s for s in candidates if s.label in kinds]
        if len(candidates) > 1:
            candidates = [s for s in candidates if not self._secondary[s.path]] or candidates
        if len(candidates) > 1:
            return AMBIGUOUS
        return Found(candidates[0], how, confidence) if candidates else None

    def _through_package(self, name: str, kinds: frozenset[str]) -> Lookup:
        """``package.Name`` where the package imports ``Name``, or only one of its modules defines it."""
        prefix, _, last = name.rpartition(".")
        rest: list[str] = [last]
        while prefix:
            for owner in self._absolute.get(prefix, ()):
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
            return self.absolute(".".join([self._dotted[target.id], *rest[1:]]), kinds)
        if rest[0].startswith("_"):
            return None
        inside = prefix + "."
        candidates = [
            symbol
            for _, symbol in self._last.get(rest[0], ())
            if symbol.name == rest[0] and self._dotted[symbol.id].startswith(inside)
        ]
        chosen = self._choose(candidates, kinds if len(rest) == 1 else _ALL, "package_member", 0.8)
        if isinstance(chosen, Found) and len(rest) > 1:
            return self._member(chosen.symbol, rest[1:], kinds) if chosen.symbol.label == "Class" else None
        return chosen

    def _member(self, owner: Symbol, rest: Sequence[str], kinds: frozenset[str]) -> Lookup:
        """``rest`` looked up in a class and, for a single name, in its base classes, nearest first."""
        prefix = self._dotted[owner.id]
        direct = self._choose(self._absolute.get(".".join([prefix, *rest]), ()), kinds, "re_export", 0.95)
        if direct is not None or len(rest) != 1:
            return direct
        seen = {owner.id}
        queue = list(self._bases.get(owner.id, ()))
        while queue:
            base = self._by_id.get(queue.pop(0))
            if base is None or base.id in seen:
                continue
            seen.add(base.id)
            found = self._choose(
                self._absolute.get(f"{self._dotted.get(base.id, '')}.{rest[0]}", ()), kinds, "inherited_member", 0.85
            )
            if found is not None:
                return found
            queue.extend(self._bases.get(base.id, ()))
        return None

    def _by_suffix(self, name: str, kinds: frozenset[str]) -> Lookup:
        ending = "." + name
        matches = [s for full, s in self._last.get(name.rpartition(".")[2], ()) if full.endswith(ending)]
        primary = [s for s in matches if not self._secondary[s.path]]
        chosen = self._choose(primary, kinds, "partial_name" if "." in name else "unique_name", 0.85)
        if chosen is not None or "." not in name:
            return chosen
        owner_name, _, member = name.rpartition(".")
        owner = self.suffix(owner_name, frozenset({"Class"}))
        if isinstance(owner, Found):
            return self._member(owner.symbol, [member], kinds)
        return owner
