"""Summaries as nodes and relationships, grouped by the unit that owns them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from codestory.graph.packs import UnitRecord
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from codestory.graph.sync import GraphSync
from plugins.summarizer.repository import Item

__all__ = ["Summary", "store", "summary_id", "unit_of"]

_UNITS_PER_PACK = 400


class Summary(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One summary. ``digest`` identifies what was summarised; ``outdated`` texts describe an earlier state of it."""

    target: str
    label: str
    name: str
    path: str
    unit: str
    text: str
    digest: str = ""
    outdated: bool = False


def unit_of(item: Item) -> str:
    """The unit that owns the summary of a node: its file's, or one of its own for folders and the repository."""
    if item.label == "Repository":
        return "@summary"
    return f"@summary/{item.path}" if item.label == "Directory" else item.path


def summary_id(label: str, target: str) -> str:
    """The id of the Summary node of a node. What follows ``<repository>:`` never holds the repository's name."""
    return f"{target}:@summary" if label == "Repository" else f"{target}@summary"


def store(
    sync: GraphSync,
    summaries: Iterable[Summary],
    applied: Mapping[str, UnitRecord],
    keys: Mapping[str, str],
    provider: str,
) -> tuple[dict[str, UnitRecord], int]:
    """Store the rows of the units that changed; return the records of all units, and how many were stored.

    ``keys`` are the staleness keys of the units of other steps. Each of them gets a record, whether it has summaries
    or not; its key is ``<staleness key>|<digest of the texts>``.
    """
    units: dict[str, list[Summary]] = {unit: [] for unit in keys}
    for summary in summaries:
        units.setdefault(summary.unit, []).append(summary)
    records: dict[str, UnitRecord] = {}
    changed: dict[str, UnitRows] = {}
    changed_keys: dict[str, str] = {}
    stored = 0
    for unit, members in sorted(units.items()):
        texts = hashlib.sha256(msgspec.msgpack.encode((provider, members))).hexdigest()[:32]
        key = f"{keys.get(unit, '')}|{texts}"
        before = applied.get(unit)
        if before is not None and before.key.partition("|")[2] == texts:
            records[unit] = UnitRecord(key, before.rows_digest, before.pack)
            continue
        changed_keys[unit] = key
        changed[unit] = _rows(members, provider)
        if len(changed) >= _UNITS_PER_PACK:
            records.update(sync.store_rows(changed, changed_keys))
            stored += len(changed)
            changed, changed_keys = {}, {}
    if changed:
        records.update(sync.store_rows(changed, changed_keys))
        stored += len(changed)
    return records, stored


def _rows(members: Iterable[Summary], provider: str) -> UnitRows:
    nodes: list[NodeRow] = []
    edges: list[EdgeRow] = []
    for summary in members:
        ident = summary_id(summary.label, summary.target)
        properties = {
            "text": summary.text,
            "name": summary.name,
            "path": summary.path,
            "target_type": summary.label,
            "target_name": summary.name,
            "provider": provider,
            "digest": summary.digest or None,
            "outdated": True if summary.outdated else None,
        }
        nodes.append(NodeRow("Summary", ident, properties))
        edges.append(EdgeRow("SUMMARIZED_BY", summary.label, summary.target, "Summary", ident, {}, False))
    return UnitRows(nodes, edges)
