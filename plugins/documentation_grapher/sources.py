"""What the graph knows about the code that documents refer to: symbols, base classes, re-exports, docstrings.

Other steps own all this, one unit per source file. It is read through the graph, and kept in a blob by file together
with the digest that its owner gave the file's rows, so that the next run reads only the files that changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

import msgspec

from codestory.graph.store import GraphStore
from codestory.graph.sync import GraphSync
from codestory.ingestion_pipeline.step import CancellationToken
from codestory.storage.blobs import BlobStore
from plugins.documentation_grapher.docstrings import Docstring, is_interesting, parse_docstring
from plugins.documentation_grapher.symbols import Symbol, SymbolFacts, SymbolTable

__all__ = ["SourceFile", "Sources", "read_imports", "read_sources", "upstream_digests"]

SYMBOL_LABELS = ("Module", "Class", "Function", "Method")
_NO_SYMBOLS = frozenset({"filesystem", "documentation_grapher", "summarizer"})
_FEW_FILES = 400
"""Up to so many changed files are asked for by path; beyond that reading everything is faster."""


class SourceFile(msgspec.Struct, array_like=True):
    """One file. ``symbols`` are (label, name in the file); ``docstrings`` the parsed ones, by index of the symbol."""

    digest: str
    symbols: list[tuple[str, str]] = []
    bases: list[tuple[str, str]] = []
    exports: list[tuple[str, str, str]] = []
    docstrings: list[tuple[int, Docstring]] = []


class Sources(msgspec.Struct, array_like=True):
    """All files by path."""

    files: dict[str, SourceFile] = {}

    def encode(self) -> bytes:
        """The sources as msgpack."""
        return _encoder.encode(self)

    @classmethod
    def decode(cls, data: bytes) -> Sources:
        """The inverse of ``encode``; raises ``msgspec.MsgspecError``."""
        return _decoder.decode(data)

    def facts(self, repository: str) -> SymbolFacts:
        """Everything that resolution looks names up in."""
        symbols: list[Symbol] = []
        bases: dict[str, list[str]] = defaultdict(list)
        exports: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for path, file in self.files.items():
            prefix = f"{repository}:{path}#"
            symbols.extend(Symbol(label, prefix + name, path, name) for label, name in file.symbols)
            for source, target in file.bases:
                bases[source].append(target)
            for source, name, target in file.exports:
                exports[source].append((name, target))
        return SymbolFacts(symbols, dict(bases), dict(exports))

    def documented(self, repository: str, path: str) -> list[tuple[Symbol, Docstring]]:
        """The symbols of a file that have a docstring worth a node."""
        file = self.files[path]
        return [
            (
                Symbol(file.symbols[n][0], f"{repository}:{path}#{file.symbols[n][1]}", path, file.symbols[n][1]),
                docstring,
            )
            for n, docstring in file.docstrings
        ]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Sources)


def upstream_digests(graph: GraphStore, blobs: BlobStore, repository: str, run: str) -> dict[str, str]:
    """By file, what changes whenever the rows of a step that owns symbols change; empty if there is no such step.

    A file whose owner died while writing gets a digest that is never equal to one seen before.
    """
    rows = graph.read("MATCH (s:StepState {repository: $repository}) RETURN s.step AS step", repository=repository)
    digests: dict[str, list[str]] = defaultdict(list)
    for step in sorted(str(row["step"]) for row in rows):
        if step in _NO_SYMBOLS:
            continue
        applied = GraphSync(graph, blobs, repository=repository, step=step, run=run).applied()
        for unit, record in applied.units.items():
            digests[unit].append(f"{record.rows_digest}?{run}" if applied.is_dirty else record.rows_digest)
    return {unit: "+".join(parts) for unit, parts in digests.items()}


def read_sources(
    graph: GraphStore,
    repository: str,
    previous: Sources | None,
    upstream: Mapping[str, str],
    paths: Set[str],
    token: CancellationToken,
) -> tuple[Sources, set[str]]:
    """The sources as the graph has them now, and the files whose facts are not those of ``previous``.

    Files that are no longer in ``upstream`` are gone; only docstrings of files in ``paths`` are parsed.
    """
    known = previous.files if previous else {}
    changed = {path for path, digest in upstream.items() if path not in known or known[path].digest != digest}
    files = {path: file for path, file in known.items() if path in upstream and path not in changed}
    if changed:
        fresh = _read(graph, repository, None if len(changed) > _FEW_FILES else sorted(changed), upstream, token)
        texts = fresh[1]
        files.update({path: file for path, file in fresh[0].items() if path in changed})
        modules = SymbolTable(SymbolFacts([]), paths)
        for path in sorted(changed & files.keys() & paths):
            token.raise_if_cancelled()
            files[path].docstrings = list(_docstrings(modules.module_of(path), files[path], texts.get(path, {})))
        for path in changed - files.keys():
            files[path] = SourceFile(upstream[path])
    return Sources(dict(sorted(files.items()))), changed | (known.keys() - upstream.keys())


def _read(
    graph: GraphStore,
    repository: str,
    only: Sequence[str] | None,
    upstream: Mapping[str, str],
    token: CancellationToken,
) -> tuple[dict[str, SourceFile], dict[str, dict[str, str]]]:
    """Files as far as the graph has symbols in them, and their docstrings by symbol name."""
    files: dict[str, SourceFile] = {}
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    prefix = len(repository) + 1
    among = "" if only is None else " AND n.path IN $paths"
    params = {"repository": repository} if only is None else {"repository": repository, "paths": only}
    for label in SYMBOL_LABELS:
        token.raise_if_cancelled()
        query = f"MATCH (n:{label}) WHERE n.repository = $repository{among} RETURN n.id AS i, n.docstring AS d"
        for record in graph.stream(query, **params):
            path, _, name = record["i"][prefix:].partition("#")
            file = files.get(path)
            if file is None:
                file = files[path] = SourceFile(upstream.get(path, ""))
            file.symbols.append((label, name))
            docstring = record["d"]
            if docstring and is_interesting(docstring):
                texts[path][name] = docstring
    query = f"MATCH (n:Class)-[:INHERITS_FROM]->(b:Class) WHERE n.repository = $repository{among}"
    query += " RETURN n.id AS i, b.id AS b"
    for record in graph.stream(query, **params):
        if file := files.get(record["i"][prefix:].partition("#")[0]):
            file.bases.append((record["i"], record["b"]))
    condition = f"n.repository = $repository{among} AND n.path ENDS WITH '__init__.py'"
    for module, name, target in _imports(graph, condition, params, prefix):
        if file := files.get(module[prefix:].partition("#")[0]):
            file.exports.append((module, name, target))
    for file in files.values():
        # The order of a database is no order; the same graph must give the same facts.
        file.symbols.sort()
        file.bases.sort()
        file.exports.sort()
    return files, texts


def read_imports(graph: GraphStore, repository: str, modules: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """What these modules import, as (name, symbol id) by module id, in order."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    ids = sorted(modules)
    if ids:
        for module, name, target in _imports(graph, "n.id IN $ids", {"ids": ids}, len(repository) + 1):
            found[module].append((name, target))
    return {module: sorted(pairs) for module, pairs in sorted(found.items())}


def _imports(
    graph: GraphStore, condition: str, params: Mapping[str, Any], prefix: int
) -> Iterator[tuple[str, str, str]]:
    """(module id, name under which it is known there, symbol id) for imports of symbols of the same repository."""
    for label in ("Class", "Function", "Module"):
        query = f"MATCH (n:Module)-[r:IMPORTS]->(t:{label}) WHERE {condition} RETURN n.id AS i, t.id AS t, r.alias AS a"
        for record in graph.stream(query, **params):
            path, _, symbol = record["t"][prefix:].partition("#")
            name = record["a"] or symbol or path.removesuffix("/__init__.py").rpartition("/")[2].partition(".")[0]
            yield record["i"], name, record["t"]


def _docstrings(module: str, file: SourceFile, texts: Mapping[str, str]) -> Iterator[tuple[int, Docstring]]:
    for number, (label, name) in enumerate(file.symbols):
        if text := texts.get(name):
            owner = name if label == "Class" else name.rpartition(".")[0]
            if parsed := parse_docstring(text, module=module, owner=owner):
                yield number, parsed
