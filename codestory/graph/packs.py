"""Row packs: what a batch of units wants in the graph, normalised, as one blob.

A pack is the concatenation of its units' rows, each encoded on its own, so that one unit can be read without the
others. ``UnitRecord.pack`` says where: ``<blob>@<offset>+<length>``, or nothing for a unit without rows.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec

from codestory.exceptions import StepFailedError
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows, edge_key
from codestory.storage.blobs import BlobStore

__all__ = [
    "PackReader",
    "UnitRecord",
    "decode_nodes",
    "decode_rows",
    "encode_nodes",
    "encode_rows",
    "join_rows",
    "merge_edges",
    "normalise",
    "normalise_edges",
    "normalise_nodes",
    "pack_names",
    "store_pack",
    "write_pack",
]

_MAX_ROW_BYTES = 4 << 20
_WHOLE_PACK_SHARE = 0.3

_SHORT = 10_000
_SMALL = 1 << 32
_LARGE = 1e300
_MOST_ORDERS = 1_000
_PAIR = b"\x92"
"""How msgpack begins an array of two, which is what ``UnitRows`` is."""

# Properties are in order already once rows are normalised, so that the encoder need not order them again.
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(UnitRows)
_nodes_decoder = msgspec.msgpack.Decoder(list[NodeRow])
_orders: dict[tuple[str, ...], tuple[tuple[tuple[str, str], ...], bool]] = {}
"""Names of properties as they come, to the same in order with their sound spellings, and whether that is what they
were already."""


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
    encoded: dict[str, bytes] = {}
    for unit in sorted(units):
        rows = normalise(unit, units[unit], repository, step)
        encoded[unit] = encode_rows(rows) if rows.nodes or rows.edges else b""
    return store_pack(blobs, prefix, encoded, keys)


def store_pack(
    blobs: BlobStore, prefix: str, encoded: Mapping[str, bytes], keys: Mapping[str, str]
) -> dict[str, UnitRecord]:
    """Store encoded rows as one blob below ``prefix``; empty bytes are a unit without rows."""
    body = b"".join(encoded.values())
    name = f"{prefix}{hashlib.sha256(body).hexdigest()[:32]}"
    if body:
        blobs.put(name, body)
    records: dict[str, UnitRecord] = {}
    offset = 0
    for unit, data in encoded.items():
        digest = hashlib.sha256(data).hexdigest()[:32]
        records[_text(unit)] = UnitRecord(keys.get(unit, ""), digest, f"{name}@{offset}+{len(data)}" if data else "")
        offset += len(data)
    return records


def encode_rows(rows: UnitRows) -> bytes:
    """The canonical bytes of normalised rows."""
    return _encoder.encode(rows)


def decode_rows(data: bytes) -> UnitRows:
    """The rows that ``encode_rows`` encoded."""
    return _decoder.decode(data)


def encode_nodes(nodes: Sequence[NodeRow]) -> bytes:
    """The part of ``encode_rows`` that the nodes make."""
    return _encoder.encode(nodes)


def decode_nodes(data: bytes) -> list[NodeRow]:
    """The nodes that ``encode_nodes`` encoded."""
    return _nodes_decoder.decode(data)


def join_rows(nodes: bytes, edges: Sequence[EdgeRow]) -> bytes:
    """What ``encode_rows`` makes of nodes that are encoded already and of normalised ``edges``."""
    return _PAIR + nodes + _encoder.encode(edges)


def normalise(unit: str, rows: UnitRows, repository: str, step: str) -> UnitRows:
    """``rows`` sorted, without duplicates, with the properties that every node has.

    A relationship whose source is not a node of the same unit may point from another step's node, so it counts as
    one whose ends need not exist.
    """
    nodes = normalise_nodes(unit, rows.nodes, repository, step)
    own = {(node.label, node.id) for node in nodes}
    return UnitRows(nodes, normalise_edges(rows.edges, own))


def normalise_nodes(unit: str, nodes: Iterable[NodeRow], repository: str, step: str) -> list[NodeRow]:
    """``nodes`` sorted, without duplicates, with the properties that every node has."""
    common: dict[str, Any] = {"repository": repository, "step": step}
    if not unit.startswith("@"):
        common["path"] = unit
    found: dict[tuple[str, str], NodeRow] = {}
    for node in nodes:
        ident = _text(node.id)
        properties = {**common, **node.properties, "repository": repository, "step": step, "id": ident}
        found[(node.label, ident)] = NodeRow(node.label, ident, _properties(properties, ident))
    return [found[key] for key in sorted(found)]


def normalise_edges(edges: Iterable[EdgeRow], own: Container[tuple[str, str]]) -> list[EdgeRow]:
    """``edges`` sorted and without duplicates; ``own`` are the (label, id) of the nodes of the same unit."""
    found: dict[tuple[str, ...], EdgeRow] = {}
    last, owned = ("", ""), False
    for edge in edges:
        kind, given = edge.type, edge.properties
        source_label, source, target_label, target = edge.source_label, edge.source, edge.target_label, edge.target
        properties = _properties(given, source) if given else given
        sound = properties is given
        if not (source.isascii() and target.isascii()):
            source, target = _text(source), _text(target)
            sound = False
        required = edge.target_required
        if required:
            # Many relationships in a row come from the same node.
            if last[1] is not source or last[0] != source_label:
                last = (source_label, source)
                owned = last in own
            required = owned
        if not sound or required is not edge.target_required:
            edge = EdgeRow(kind, source_label, source, target_label, target, properties, required)
        found[(kind, source_label, source, target_label, target)] = edge
    return [found[key] for key in sorted(found)]


def merge_edges(first: list[EdgeRow], second: list[EdgeRow]) -> list[EdgeRow]:
    """What ``normalise_edges`` makes of two parts that it was given one by one, of which none has a relationship of
    the other."""
    if not first or not second:
        return first or second
    return sorted((*first, *second), key=edge_key)


def _properties(properties: dict[str, Any], where: str) -> dict[str, Any]:
    """Properties in the order of their names, without those that are ``None``; the same object if they are so."""
    names = tuple(properties)
    known = _orders.get(names)
    if known is None:
        order = tuple((name, _text(name)) for name in sorted(names))
        known = (order, order == tuple((name, name) for name in names))
        # Rows have few forms; a step that invents names without end must not fill the memory.
        if len(_orders) < _MOST_ORDERS:
            _orders[names] = known
    order, in_order = known
    if _are_sound(properties.values()):
        return properties if in_order else {text: properties[name] for name, text in order}
    sound: dict[str, Any] = {}
    for name, text in order:
        value = properties[name]
        if value is not None:
            sound[text] = _value(value, where)
    return sound


def _are_sound(values: Iterable[Any]) -> bool:
    """Whether ``values`` can be stored as they are; almost all can, and there are millions."""
    for value in values:
        kind = type(value)
        if kind is str:
            if not value.isascii() or len(value) >= _SHORT:
                return False
        elif kind is int:
            if not -_SMALL < value < _SMALL:
                return False
        elif kind is list:
            same = type(value[0]) if value else int
            if same is int:
                for item in value:
                    if type(item) is not int or not -_SMALL < item < _SMALL:
                        return False
            elif same is not str or not all(
                type(item) is str and item.isascii() and len(item) < _SHORT for item in value
            ):
                return False
        elif kind is float:
            if not -_LARGE < value < _LARGE:
                return False
        elif kind is not bool:
            return False
    return True


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
            if len(value) < _SHORT and value.isascii():
                return value
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
