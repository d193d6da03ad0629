"""Reads what other steps know of the code, from the rows that they have in the graph."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from codestory.exceptions import NotFoundError, StepFailedError
from codestory.graph.packs import PackReader, UnitRecord
from codestory.graph.queries import steps_of
from codestory.graph.rows import UnitRows
from codestory.graph.store import GraphStore
from codestory.graph.sync import GraphSync
from codestory.ingestion_pipeline.step import CancellationToken
from codestory.storage.blobs import BlobStore
from plugins.documentation_grapher.docstrings import Docstring, is_interesting, parse_docstring
from plugins.documentation_grapher.facts import Reference
from plugins.documentation_grapher.module_names import ModuleNames
from plugins.documentation_grapher.selection import digest
from plugins.documentation_grapher.sources import SourceFile, Sources

__all__ = ["CodeUnit", "code_units", "read_sources", "words_of"]

_SYMBOLS = frozenset({"Module", "Class", "Function", "Method"})
_IMPORTED = frozenset({"Module", "Class", "Function"})
_NO_SYMBOLS = frozenset({"filesystem", "documentation_grapher", "summarizer"})
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class CodeUnit:
    """What the steps that own symbols have in the graph for one file. ``digest`` changes whenever that does."""

    digest: str
    records: tuple[UnitRecord, ...]


def code_units(graph: GraphStore, blobs: BlobStore, repository: str, run: str) -> dict[str, CodeUnit]:
    """The units of all steps that may own symbols, by file; empty if there is no such step.

    A file whose owner died while writing gets a digest that is never equal to one seen before.
    """
    units: dict[str, CodeUnit] = {}
    for step in steps_of(graph, repository):
        if step in _NO_SYMBOLS:
            continue
        applied = GraphSync(graph, blobs, repository=repository, step=step, run=run).applied()
        suffix = f"?{run}" if applied.is_dirty else ""
        for path, record in applied.units.items():
            unit = CodeUnit(record.rows_digest + suffix, (record,))
            other = units.get(path)
            if other is not None:
                unit = CodeUnit(f"{other.digest}+{unit.digest}", (*other.records, record))
            units[path] = unit
    return units


def read_sources(
    blobs: BlobStore,
    repository: str,
    previous: Sources | None,
    units: Mapping[str, CodeUnit],
    paths: Set[str],
    token: CancellationToken,
) -> tuple[Sources, set[str]]:
    """The sources as they are now, and the files whose facts may differ from those of ``previous``.

    Files that are no longer in ``units`` are gone; only docstrings of files in ``paths`` are read. Raises
    ``StepFailedError`` if the rows of a file are lost.
    """
    known = previous.files if previous else {}
    names = ModuleNames(paths)
    changed = {path for path, unit in units.items() if path not in known or known[path].digest != unit.digest}
    # A package that came or went changes the names under which docstrings look for what they mention.
    changed |= {
        path
        for path, file in known.items()
        if path in units and file.module != (names.module(path) if path in paths else None)
    }
    files = {path: file for path, file in known.items() if path in units and path not in changed}
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for path, rows in _rows(blobs, {path: units[path] for path in changed}):
        token.raise_if_cancelled()
        file = files.setdefault(path, SourceFile(units[path].digest))
        _add(file, texts[path], rows, repository, path)
    for path in sorted(changed):
        file = files[path]
        # A symbol that two steps know is one symbol.
        file.symbols = sorted(set(file.symbols))
        file.bases = sorted(set(file.bases))
        file.imports = sorted(set(file.imports))
        if path in paths:
            token.raise_if_cancelled()
            file.module = names.module(path)
            _read_docstrings(file, file.module, texts[path], known.get(path))
    return Sources(dict(sorted(files.items()))), changed | (known.keys() - units.keys())


def words_of(references: Iterable[Reference]) -> list[str]:
    """All words of these references: if none of them is part of a symbol's name, none of them means the symbol."""
    texts = {(one.text, one.module, one.owner) for one in references}
    return sorted({word for parts in texts for text in parts for word in _WORD.findall(text)})


def _rows(blobs: BlobStore, units: Mapping[str, CodeUnit]) -> Iterator[tuple[str, UnitRows]]:
    """The rows of these files in any order, those of one file in the order of their steps."""
    tags = {f"{number}:{path}": record for path, unit in units.items() for number, record in enumerate(unit.records)}
    waiting: dict[str, dict[int, UnitRows]] = defaultdict(dict)
    try:
        for tag, rows in PackReader(blobs).read(tags.items()):
            number, _, path = tag.partition(":")
            count = len(units[path].records)
            if count == 1:
                yield path, rows
                continue
            waiting[path][int(number)] = rows
            if len(waiting[path]) == count:
                for _, found in sorted(waiting.pop(path).items()):
                    yield path, found
    except NotFoundError as error:
        raise StepFailedError(
            f"The rows of the code are lost ({error.message}). Run the step that owns them again with full=true."
        ) from error


def _add(file: SourceFile, texts: dict[str, str], rows: UnitRows, repository: str, path: str) -> None:
    """Take over the symbols of the file at ``path``, and collect those docstrings that may deserve a node."""
    prefix = f"{repository}:{path}#"
    start, outside = len(prefix), len(repository) + 1
    for node in rows.nodes:
        if node.label not in _SYMBOLS or not node.id.startswith(prefix):
            continue
        name = node.id[start:]
        file.symbols.append((node.label, name))
        docstring = node.properties.get("docstring")
        if docstring and is_interesting(docstring):
            texts[name] = docstring
    for edge in rows.edges:
        if edge.type == "INHERITS_FROM":
            if edge.source_label == edge.target_label == "Class" and edge.source.startswith(prefix):
                file.bases.append((edge.source[start:], edge.target))
        elif (
            edge.type == "IMPORTS"
            and edge.source == prefix
            and edge.source_label == "Module"
            and edge.target_label in _IMPORTED
        ):
            file.imports.append((edge.properties.get("alias") or _own_name(edge.target[outside:]), edge.target))


def _own_name(place: str) -> str:
    """The name under which ``<path>#<symbol>`` is imported unless it gets another; a module's is that of its file."""
    path, _, symbol = place.rpartition("#")
    return symbol or path.removesuffix("/__init__.py").rpartition("/")[2].partition(".")[0]


def _read_docstrings(file: SourceFile, module: str, texts: Mapping[str, str], before: SourceFile | None) -> None:
    """Put the docstrings of ``texts`` (name to text) into ``file``, from ``before`` if they are still the same."""
    documented = [(label, name, texts[name]) for label, name in file.symbols if name in texts]
    if not documented:
        return
    file.texts = digest([module, *(part for one in documented for part in one)])
    if before is not None and before.texts == file.texts:
        file.words, file.docstrings = before.words, before.docstrings
        return
    found: list[tuple[str, str, Docstring]] = []
    for label, name, text in documented:
        owner = name if label == "Class" else name.rpartition(".")[0]
        if parsed := parse_docstring(text, module=module, owner=owner):
            found.append((label, name, parsed))
    if found:
        file.words = words_of(reference for _, _, one in found for reference in one.facts.references)
        file.set_docstrings(found)
