"""The resolve batch of the syntax step: facts of all files in, records of all units out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from codestory.exceptions import NotFoundError
from codestory.graph.first_load import FirstLoad
from codestory.graph.packs import PackReader
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from codestory.graph.sync import UnitRecord
from codestory.ingestion_pipeline.step import Batch, StepContext
from plugins.syntax.analyzer import Certain, LanguageAnalyzer, Project, Resolution
from plugins.syntax.facts_store import FactsIndex, FactsStore, Place, UnitSummary

if TYPE_CHECKING:
    from plugins.syntax.step import SyntaxOptions

__all__ = ["PACKAGES_UNIT", "Resolver", "count"]

PACKAGES_UNIT = "@packages"
"""External names belong to no file, so they have a unit of their own."""

_UNITS_PER_PACK = 400
_MOST_MOVED = 50
"""More edited files than this are resolved anew without looking whether their code changed."""
_encoder = msgspec.msgpack.Encoder()


class Resolver:
    """Collects the units of all languages, storing only rows that are not stored already.

    With ``load``, into which rows go as soon as they are made, nothing is stored before and everything is new.
    Implements ``Ahead``.
    """

    def __init__(
        self,
        context: StepContext[SyntaxOptions],
        store: FactsStore,
        keys: Mapping[str, str],
        places: dict[str, Place],
        load: FirstLoad | None = None,
    ) -> None:
        self._context = context
        self._store = store
        self._keys = keys
        self._places = places
        self._load = load
        applied = context.sync.applied()
        self._applied = applied.units
        self._before = store.load_index(applied.metadata.get("index"))
        self._index = FactsIndex(places=places)
        self._target: dict[str, UnitRecord] = {}
        self._waiting: dict[str, UnitRows] = {}
        self._certain: dict[str, Certain] = {}
        self._nodes_ahead: dict[str, int] = {}
        self._expected_packages: set[str] = set()
        self._repack: dict[str, tuple[str, bytes]] | None = {} if store.is_scattered(places) else None

    def resolve(self, analyzer: LanguageAnalyzer, project: Project, paths: set[str]) -> None:
        """Add the units of one language."""
        places = {path: place for path, place in self._places.items() if path in paths}
        changed = None if self._context.full or not self._before.units else self._changed(analyzer, places)
        if changed is not None and self._repack is None and self._unchanged(analyzer, places, changed):
            for unit in sorted(paths - changed):
                self._keep(unit)
            return
        facts: dict[str, bytes] = {}
        for path, data in self._store.load_facts(places):
            facts[path] = data
            if self._repack is not None:
                self._repack[path] = (places[path].key, data)
        seen: set[str] = set()
        for resolution in analyzer.resolve(project, facts, changed, self):
            self._context.token.raise_if_cancelled()
            seen.add(resolution.unit)
            self._add(resolution)
        for unit in sorted(paths - seen):
            self._keep(unit)

    def certain(self, units: Sequence[Certain]) -> None:
        """Load what is certain while the rest is being resolved; without a load, make it only where it is needed."""
        self._certain.update((certain.unit, certain) for certain in units)
        load = self._load
        if load is None:
            return
        for certain in units:
            self._context.token.raise_if_cancelled()
            nodes = certain.nodes()
            self._nodes_ahead[certain.unit] = len(nodes)
            load.add(certain.unit, UnitRows(nodes, []))
        # Relationships may point to nodes of any unit.
        for certain in units:
            self._context.token.raise_if_cancelled()
            self._load_packages(certain.packages())
            load.add(certain.unit, UnitRows([], certain.edges()))
        load.flush()

    def probable(self, units: Iterable[Resolution]) -> None:
        """Load what is probable while the rest is being resolved; without a load, it is of no use."""
        load = self._load
        if load is None:
            return
        for resolution in units:
            self._context.token.raise_if_cancelled()
            names = resolution.packages.keys() - self._index.packages.keys() - self._expected_packages
            if names:
                self._expected_packages |= names
                packages = {name: resolution.packages[name] for name in names}
                load.expect(PACKAGES_UNIT, UnitRows(_package_nodes(packages), []))
            load.expect(resolution.unit, resolution.rows)
        load.flush()

    def _changed(self, analyzer: LanguageAnalyzer, places: Mapping[str, Place]) -> set[str] | None:
        """Paths added, edited or removed since the rows of the applied state were made; ``None``: all may differ."""
        before = {path: place for path, place in self._before.places.items() if analyzer.handles(path)}
        if any(self._other_code(path) for path in places):
            return None
        edited = {path for path, place in places.items() if path not in before or before[path].key != place.key}
        return edited | (before.keys() - places.keys())

    def _unchanged(self, analyzer: LanguageAnalyzer, places: Mapping[str, Place], changed: set[str]) -> bool:
        """Whether the program is the one that was resolved before; adds the units whose code was moved."""
        if len(changed) > _MOST_MOVED or not all(path in places and path in self._before.places for path in changed):
            return False
        try:
            before = dict(self._store.load_facts({path: self._before.places[path] for path in changed}))
        except NotFoundError:
            return False
        after = dict(self._store.load_facts({path: places[path] for path in changed}))
        records = [(path, self._applied[path]) for path in changed if path in self._applied]
        if len(records) != len(changed) or not changed <= self._before.units.keys():
            return False
        moved: dict[str, UnitRows] = {}
        for path, rows in PackReader(self._context.blobs).read(records):
            found = analyzer.moved(self._context.repository, path, before[path], after[path], rows)
            if found is None:
                return False
            moved[path] = found
        for path, rows in moved.items():
            # Without a digest the next resolution compares the rows themselves.
            known = msgspec.structs.replace(self._before.units[path], digest="")
            self._index.units[path] = known
            self._add_packages({name: self._before.packages[name] for name in known.packages})
            self._waiting[path] = rows
        return True

    def _other_code(self, path: str) -> bool:
        """Whether the unit was made by other code, with other options or other build files."""
        record = self._applied.get(path)
        if record is None:
            return False
        old, new = record.key.split("."), self._keys[path].split(".")
        return old[:2] != new[:2] or old[3:] != new[3:]

    def _add(self, resolution: Resolution) -> None:
        unit = resolution.unit
        certain = self._certain.pop(unit, None)
        digest = self._digest(resolution, certain)
        known, record = self._before.units.get(unit), self._applied.get(unit)
        rows, packages = resolution.rows, resolution.packages
        if certain is not None:
            packages = {**certain.packages(), **packages}
        fresh = self._load is not None or self._context.full
        if not fresh and known is not None and record is not None and known.digest == digest:
            # What is certain is the same, too, though nobody has made rows of it.
            self._add_packages(packages)
            self._index.units[unit] = msgspec.structs.replace(known, unresolved_calls=resolution.unresolved_calls)
            self._target[unit] = UnitRecord(self._keys[unit], record.rows_digest, record.pack)
            return
        if self._load is not None:
            symbols = len(rows.nodes) + self._nodes_ahead.pop(unit, 0)
            self._load_packages(packages)
            self._load.complete(unit, rows, self._keys[unit])
            self._context.progress.advance()
        else:
            if certain is not None:
                rows = UnitRows(certain.nodes() + rows.nodes, certain.edges() + rows.edges)
            symbols = len(rows.nodes)
            self._add_packages(packages)
            self._waiting[unit] = rows
            if len(self._waiting) >= _UNITS_PER_PACK:
                self._flush()
        calls, external = _calls(resolution.rows.edges)
        self._index.units[unit] = UnitSummary(
            digest, sorted(packages), symbols, calls, external, resolution.unresolved_calls
        )

    def _digest(self, resolution: Resolution, certain: Certain | None) -> str:
        """Of all that the rows of a unit are made of, whether or not they have been made."""
        found = hashlib.sha256(_encoder.encode(resolution.rows))
        if certain is not None:
            found.update(_encoder.encode([self._places[resolution.unit].key, certain.key()]))
        return found.hexdigest()[:32]

    def _load_packages(self, packages: Mapping[str, Mapping[str, Any]]) -> None:
        new = self._add_packages(packages)
        if new and self._load is not None:
            self._load.add(PACKAGES_UNIT, UnitRows(_package_nodes(new), []))

    def _add_packages(self, packages: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Those of ``packages`` that no unit before had."""
        new = {name: dict(packages[name]) for name in packages if name not in self._index.packages}
        self._index.packages |= new
        return new

    def _keep(self, unit: str) -> None:
        """A unit that the analyzer left out because its rows cannot have changed, or because it has none."""
        record, known = self._applied.get(unit), self._before.units.get(unit)
        if record is None or known is None:
            if self._load is not None:
                self._load.complete(unit, UnitRows([], []), self._keys[unit])
            else:
                self._waiting[unit] = UnitRows([], [])
            return
        self._index.units[unit] = known
        self._add_packages({name: self._before.packages[name] for name in known.packages})
        self._target[unit] = UnitRecord(self._keys[unit], record.rows_digest, record.pack)

    def _flush(self) -> None:
        if self._waiting:
            self._target.update(self._context.sync.store_rows(self._waiting, self._keys))
            self._waiting = {}

    def finish(self) -> tuple[list[Batch], dict[str, float]]:
        """The batches that bring the units into the graph, none after a load, and what there is to count."""
        if self._repack:
            self._index.places = self._store.save_facts(self._repack)
        metadata: dict[str, Any] = {"index": self._store.save_index(self._index)}
        counters = count(self._index)
        if self._load is not None:
            self._load.complete(PACKAGES_UNIT, UnitRows([], []), "")
            self._load.finish(metadata)
            return [], counters
        self._waiting[PACKAGES_UNIT] = UnitRows(_package_nodes(self._index.packages), [])
        self._flush()
        return self._context.sync.plan_writes(self._target, metadata), counters


def count(index: FactsIndex) -> dict[str, float]:
    """What there is in the graph, by name."""
    units = index.units.values()
    return {
        "files": len(units),
        "symbols": sum(unit.symbols for unit in units),
        "packages": len(index.packages),
        "calls": sum(unit.calls for unit in units),
        "external_calls": sum(unit.external_calls for unit in units),
        "unresolved_calls": sum(unit.unresolved_calls for unit in units),
    }


def _package_nodes(packages: Mapping[str, Mapping[str, Any]]) -> list[NodeRow]:
    return [NodeRow("Package", name, dict(packages[name])) for name in sorted(packages)]


def _calls(edges: Sequence[EdgeRow]) -> tuple[int, int]:
    """How many calls the relationships stand for, and how many of them are of external names."""
    calls = external = 0
    for edge in edges:
        if edge.type in ("CALLS", "INSTANTIATES"):
            count = edge.properties.get("count", 1)
            calls += count
            if edge.target_label == "Package":
                external += count
    return calls, external
