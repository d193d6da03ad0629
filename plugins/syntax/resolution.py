"""The resolve batch of the syntax step: facts of all files in, records of all units out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from codestory.graph.rows import NodeRow, UnitRows
from codestory.graph.sync import UnitRecord
from codestory.ingestion_pipeline.step import Batch, StepContext
from plugins.syntax.analyzer import LanguageAnalyzer, Project, Resolution
from plugins.syntax.facts_store import FactsIndex, FactsStore, Place, UnitSummary

if TYPE_CHECKING:
    from plugins.syntax.step import SyntaxOptions

__all__ = ["PACKAGES_UNIT", "Resolver"]

PACKAGES_UNIT = "@packages"
"""External names belong to no file, so they have a unit of their own."""

_UNITS_PER_PACK = 400
_encoder = msgspec.msgpack.Encoder()


class Resolver:
    """Collects the units of all languages, storing only rows that are not stored already."""

    def __init__(
        self,
        context: StepContext[SyntaxOptions],
        store: FactsStore,
        keys: Mapping[str, str],
        places: dict[str, Place],
    ) -> None:
        self._context = context
        self._store = store
        self._keys = keys
        self._places = places
        applied = context.sync.applied()
        self._applied = applied.units
        self._before = store.load_index(applied.metadata.get("index"))
        self._index = FactsIndex(places=places)
        self._target: dict[str, UnitRecord] = {}
        self._waiting: dict[str, UnitRows] = {}
        self._repack: dict[str, tuple[str, bytes]] | None = {} if store.is_scattered(places) else None

    def resolve(self, analyzer: LanguageAnalyzer, project: Project, paths: set[str]) -> None:
        """Add the units of one language."""
        places = {path: place for path, place in self._places.items() if path in paths}
        facts: dict[str, bytes] = {}
        for path, data in self._store.load_facts(places):
            facts[path] = data
            if self._repack is not None:
                self._repack[path] = (places[path].key, data)
        changed = None if self._context.full or not self._before.units else self._changed(analyzer, places)
        seen: set[str] = set()
        for resolution in analyzer.resolve(project, facts, changed):
            self._context.token.raise_if_cancelled()
            seen.add(resolution.unit)
            self._add(resolution)
        for unit in paths - seen:
            self._keep(unit)

    def _changed(self, analyzer: LanguageAnalyzer, places: Mapping[str, Place]) -> set[str] | None:
        """Paths added, edited or removed since the rows of the applied state were made; ``None``: all may differ."""
        before = {path: place for path, place in self._before.places.items() if analyzer.handles(path)}
        if any(self._other_code(path) for path in places):
            return None
        edited = {path for path, place in places.items() if path not in before or before[path].key != place.key}
        return edited | (before.keys() - places.keys())

    def _other_code(self, path: str) -> bool:
        """Whether the unit was made by other code, with other options or other build files."""
        record = self._applied.get(path)
        if record is None:
            return False
        old, new = record.key.split("."), self._keys[path].split(".")
        return old[:2] != new[:2] or old[3:] != new[3:]

    def _add(self, resolution: Resolution) -> None:
        unit, rows = resolution.unit, resolution.rows
        calls = external = 0
        for edge in rows.edges:
            if edge.type in ("CALLS", "INSTANTIATES"):
                count = edge.properties.get("count", 1)
                calls += count
                if edge.target_label == "Package":
                    external += count
        digest = hashlib.sha256(_encoder.encode(rows)).hexdigest()[:32]
        self._index.units[unit] = UnitSummary(
            digest, sorted(resolution.packages), len(rows.nodes), calls, external, resolution.unresolved_calls
        )
        self._index.packages.update({name: dict(properties) for name, properties in resolution.packages.items()})
        known = self._before.units.get(unit)
        record = self._applied.get(unit)
        if known is not None and record is not None and known.digest == digest:
            self._target[unit] = UnitRecord(self._keys[unit], record.rows_digest, record.pack)
            return
        self._waiting[unit] = rows
        if len(self._waiting) >= _UNITS_PER_PACK:
            self._flush()

    def _keep(self, unit: str) -> None:
        """A unit that the analyzer left out because its rows cannot have changed, or because it has none."""
        record, known = self._applied.get(unit), self._before.units.get(unit)
        if record is None or known is None:
            self._waiting[unit] = UnitRows([], [])
            return
        self._index.units[unit] = known
        for name in known.packages:
            self._index.packages.setdefault(name, self._before.packages[name])
        self._target[unit] = UnitRecord(self._keys[unit], record.rows_digest, record.pack)

    def _flush(self) -> None:
        if self._waiting:
            self._target.update(self._context.sync.store_rows(self._waiting, self._keys))
            self._waiting = {}

    def plan_writes(self) -> tuple[list[Batch], dict[str, float]]:
        """The batches that bring the units into the graph, and what there is to count."""
        names = sorted(self._index.packages)
        self._waiting[PACKAGES_UNIT] = UnitRows(
            [NodeRow("Package", name, self._index.packages[name]) for name in names], []
        )
        self._flush()
        if self._repack:
            self._index.places = self._store.save_facts(self._repack)
        index = self._store.save_index(self._index)
        units = self._index.units.values()
        counters: dict[str, float] = {
            "files": len(units),
            "symbols": sum(unit.symbols for unit in units),
            "packages": len(names),
            "calls": sum(unit.calls for unit in units),
            "external_calls": sum(unit.external_calls for unit in units),
            "unresolved_calls": sum(unit.unresolved_calls for unit in units),
        }
        metadata: dict[str, Any] = {"index": index}
        return self._context.sync.plan_writes(self._target, metadata), counters
