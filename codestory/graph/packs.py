"""Row packs: what a batch of units wants in the graph, normalised, as one blob.

A pack is the concatenation of its units' rows, each encoded on its own, so that one unit can be read without the
others. ``UnitRecord.pack`` says where: ``<blob>@<offset>+<length>``, or nothing for a unit without rows.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import msgspec

from codestory.exceptions import StepFailedError
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from codestory.storage.blobs import BlobStore

__all__ = ["PackReader", "UnitRecord", "encode_rows", "normalise", "write_pack"]

_MAX_ROW_BYTES = 4 << 20
_WHOLE_PACK_SHARE = 0.3

_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(UnitRows)


class UnitRecord(msgspec.Struct, frozen=True, array_like=True):
    """What is known about a unit: its staleness ``key``, the digest of its rows, and where the rows are."""

    key: str
    rows_digest: str
    pack: str


def write_pack(
    blobs: BlobStore,
    prefix: str,
    units: Mapping[str, UnitRows],
    keys: Mapping[str, str],
    repository: str,
    step: str,
) -> dict[str, UnitRecord]:
    """Store the rows of ``units`` as one blob below ``prefix`` and return their records.

    The same rows make the same blob, so storing them twice does no harm. Raises ``StepFailedError`` for rows that
    no graph can hold.
    """
    body = bytearray()
    places: dict[str, tuple[str, int, int]] = {}
    for unit in sorted(units):
        rows = normalise(unit, units[unit], repository, step)
        data = encode_rows(rows) if rows.nodes or rows.edges else b""
        places[unit] = (hashlib.sha256(data).hexdigest()[:32], len(body), len(data))
        body += data
    name = f"{prefix}{hashlib.sha256(body).hexdigest()[:32]}"
    if body:
        blobs.put(name, bytes(body))
    return {
        _text(unit): UnitRecord(keys.get(unit, ""), digest, f"{name}@{offset}+{length}" if length else "")
        for unit, (digest, offset, length) in places.items()
    }


def encode_rows(rows: UnitRows) -> bytes:
    """The canonical bytes of normalised rows."""
    return _encoder.encode(rows)


def normalise(unit: str, rows: UnitRows, repository: str, step: str) -> UnitRows:
    """``rows`` sorted, without duplicates, with the properties that every node has.

    A relationship whose source is not a node of the same unit may point from another step's node, so it counts as
    one whose ends need not exist.
    """
    common: dict[str, Any] = {"repository": repository, "step": step}
    if not unit.startswith("@"):
        common["path"] = unit
    nodes: dict[tuple[str, str], NodeRow] = {}
    for node in rows.nodes:
        ident = _text(node.id)
        own = {_text(key): _value(value, node.id) for key, value in node.properties.items() if value is not None}
        properties = {**common, **own, "repository": repository, "step": step, "id": ident}
        nodes[(node.label, ident)] = NodeRow(node.label, ident, dict(sorted(properties.items())))
    edges: dict[tuple[str, ...], EdgeRow] = {}
    for edge in rows.edges:
        source, target = _text(edge.source), _text(edge.target)
        properties = {
            _text(key): _value(value, edge.source) for key, value in edge.properties.items() if value is not None
        }
        edges[(edge.type, edge.source_label, source, edge.target_label, target)] = EdgeRow(
            edge.type,
            edge.source_label,
            source,
            edge.target_label,
            target,
            dict(sorted(properties.items())),
            edge.target_required and (edge.source_label, source) in nodes,
        )
    return UnitRows([nodes[key] for key in sorted(nodes)], [edges[key] for key in sorted(edges)])


def _text(value: str) -> str:
    """``value`` if UTF-8 can carry it, else with its lone surrogates (undecodable file names) spelt out."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def _value(value: Any, where: str) -> Any:
    match value:
        case bool():
            return value
        case str():
            if len(value) > _MAX_ROW_BYTES // 4 and len(value.encode("utf-8", "replace")) > _MAX_ROW_BYTES:
                raise StepFailedError(
                    f"A property of {where!r} has {len(value)} characters; the most that is stored is"
                    f" {_MAX_ROW_BYTES >> 20} MiB. Store the text as a blob and its name as the property."
                )
            return _text(value)
        case int():
            if not -(1 << 63) <= value < 1 << 63:
                raise StepFailedError(f"A property of {where!r} is {value}, which is no 64-bit integer.")
            return value
        case float():
            if not math.isfinite(value):
                raise StepFailedError(f"A property of {where!r} is {value}; graphs store finite numbers only.")
            return value
        case list():
            items = cast("list[Any]", value)
            kinds = set(map(type, items))
            if kinds == {int} and min(items) >= -(1 << 63) and max(items) < 1 << 63:
                return items
            if kinds <= {str} or kinds <= {int} or kinds <= {float} or kinds <= {bool}:
                return [_value(item, where) for item in items]
        case _:
            pass
    raise StepFailedError(
        f"A property of {where!r} is a {type(value).__name__}: {value!r:.80}. A property is a string, an integer, a"
        " float, a boolean, or a list of one of these."
    )


class PackReader:
    """Reads units out of packs: the whole pack where most of it is wanted, else only their ranges."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    def read(self, records: Iterable[tuple[str, UnitRecord]]) -> Iterator[tuple[str, UnitRows]]:
        """The rows of each (tag, record), pack by pack; raises ``NotFoundError`` if a pack is gone."""
        by_pack: dict[str, list[tuple[str, int, int]]] = {}
        for tag, record in records:
            if not record.pack:
                yield tag, UnitRows([], [])
                continue
            name, _, place = record.pack.rpartition("@")
            offset, _, length = place.partition("+")
            by_pack.setdefault(name, []).append((tag, int(offset), int(length)))
        for name in sorted(by_pack):
            yield from self._read_pack(name, by_pack[name])

    def _read_pack(self, name: str, places: list[tuple[str, int, int]]) -> Iterator[tuple[str, UnitRows]]:
        wanted = sum(length for _, _, length in places)
        span = max(offset + length for _, offset, length in places)
        if len(places) > 1 and wanted > span * _WHOLE_PACK_SHARE:
            body = memoryview(self._blobs.get(name))
            for tag, offset, length in places:
                yield tag, _decoder.decode(body[offset : offset + length])
            return
        for tag, offset, length in places:
            yield tag, _decoder.decode(self._blobs.get_range(name, offset, length))


def pack_names(records: Iterable[UnitRecord]) -> set[str]:
    """The blobs that ``records`` refer to."""
    return {record.pack.rpartition("@")[0] for record in records if record.pack}
