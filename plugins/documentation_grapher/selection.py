"""Which files the step looks at, and the keys that tell whether it has to look again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pydantic import Field

from codestory.ingestion_pipeline.staleness import options_hash, unit_key
from codestory.ingestion_pipeline.step import StepOptions
from codestory.snapshots import Snapshot
from plugins.documentation_grapher.finder import DocumentKind, document_kind

__all__ = ["DocumentationOptions", "Selection", "digest", "select"]


class DocumentationOptions(StepOptions):
    """Options of the ``documentation_grapher`` step."""

    ignore_patterns: tuple[str, ...] = ()
    """Files that are no documents whatever they are called, in the syntax of ``.gitignore``."""

    include_patterns: tuple[str, ...] = ()
    """Further files that are documents, in the syntax of ``.gitignore``; their suffix decides how they are read."""

    docstrings: bool = True
    """Whether docstrings become Documentation nodes."""

    max_file_bytes: int = Field(default=2_000_000, gt=0)
    """Larger documents are left out with a warning."""


@dataclass(frozen=True)
class Selection:
    """The documents of a snapshot.

    ``documents`` maps paths to kinds, ``keys`` to staleness keys; ``code`` and ``options`` are the hashes that every
    key starts with, ``files`` that of all paths a document may refer to.
    """

    documents: Mapping[str, DocumentKind]
    keys: Mapping[str, str]
    sources: frozenset[str]
    code: str
    options: str
    files: str
    warnings: tuple[str, ...] = ()

    def source_key(self, upstream: str) -> str:
        """The staleness key of a source file whose rows have this digest."""
        # What comes from one step alone is a hash already.
        return unit_key(self.code, self.options, f"docstrings.{upstream if upstream.isalnum() else digest([upstream])}")


def digest(parts: Iterable[str]) -> str:
    """One hash over many texts; where one ends and the next begins matters."""
    state = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        state.update(b"%d:" % len(encoded))
        state.update(encoded)
    return state.hexdigest()[:32]


def select(snapshot: Snapshot, options: DocumentationOptions, code: str) -> Selection:
    """The documents of ``snapshot`` under ``options``; ``code`` is the hash of the step's code. The last few are
    remembered, since every batch asks for the same."""
    return _select(snapshot, _Hashed(options, options_hash(options)), code)


@dataclass(frozen=True)
class _Hashed:
    options: DocumentationOptions = field(compare=False)
    hash: str


@lru_cache(maxsize=4)
def _select(snapshot: Snapshot, hashed: _Hashed, code: str) -> Selection:
    options, own_options = hashed.options, hashed.hash
    included = (
        snapshot.files.keys() - snapshot.without(options.include_patterns).files.keys()
        if options.include_patterns
        else frozenset[str]()
    )
    visible = snapshot.without(options.ignore_patterns).files
    documents: dict[str, DocumentKind] = {}
    keys: dict[str, str] = {}
    warnings: list[str] = []
    for path, entry in visible.items():
        kind = document_kind(path)
        if kind is None and path in included:
            kind = "document"
        if kind is None:
            continue
        if entry.size > options.max_file_bytes or not snapshot.has_content(path):
            warnings.append(
                f"{path}: {entry.size} bytes are too many for a document; raise max_file_bytes"
                f" ({options.max_file_bytes}) to read it"
            )
            continue
        documents[path] = kind
        keys[path] = unit_key(code, own_options, digest([kind, entry.sha256]))
    sources = frozenset(visible.keys() - documents.keys()) if options.docstrings else frozenset[str]()
    return Selection(
        documents,
        keys,
        sources,
        code,
        own_options,
        digest(["\0".join(snapshot.files), "\0".join(snapshot.directories)]),
        tuple(warnings),
    )
