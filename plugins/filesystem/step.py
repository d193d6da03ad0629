"""The step that puts the files and directories of a repository into the graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field

from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from codestory.ingestion_pipeline.step import StepContext, StepOptions
from codestory.ingestion_pipeline.unit_step import UnitStep
from codestory.snapshots import FileEntry
from plugins.filesystem.classify import count_lines, is_binary
from plugins.filesystem.languages import content_type, extension, language
from plugins.filesystem.layout import ROOT, Layout, depth, directory_unit

__all__ = ["FilesystemOptions", "FilesystemStep"]

_HEAD_BYTES = 8192


class FilesystemOptions(StepOptions):
    """``ignore_patterns`` (in the syntax of ``.gitignore``) come on top of the built-in ones and of ``.gitignore``;
    what is nested more than ``max_depth`` deep (1: only what is directly in the repository) is left out."""

    ignore_patterns: tuple[str, ...] = ()
    max_depth: int | None = Field(default=None, ge=1)


class FilesystemStep(UnitStep[FilesystemOptions]):
    """Repository, Directory and File nodes, and who CONTAINS whom. Units: paths of files, paths of directories with a
    slash behind, and ``/`` for the repository."""

    name = "filesystem"
    description = "Files and directories: size, content type, language, text or binary"
    version = "1"
    Options = FilesystemOptions
    provides = frozenset({"Repository", "Directory", "File"})
    batch_size: ClassVar[int] = 2_000

    def units(self, context: StepContext[FilesystemOptions]) -> Mapping[str, str]:
        """The repository, its directories, its files."""
        layout = _layout(context)
        units = [ROOT, *map(directory_unit, layout.directories), *layout.files]
        return {unit: layout.input_hash(unit) for unit in units}

    def rows(self, units: Sequence[str], context: StepContext[FilesystemOptions]) -> Iterator[tuple[str, UnitRows]]:
        """One node for each unit, and the relationships to what is directly inside it."""
        layout = _layout(context)
        left = {unit for unit in units if unit in layout.files}
        for unit in units:
            if unit not in left:
                yield unit, _directory_rows(unit, layout, context.repository)
        for path, content in layout.snapshot.read_many(sorted(left)):
            left.discard(path)
            yield path, _file_rows(layout.files[path], content, content, context.repository)
        for path in sorted(left):
            beginning = layout.snapshot.head(path, _HEAD_BYTES)
            yield path, _file_rows(layout.files[path], beginning, None, context.repository)


def _layout(context: StepContext[FilesystemOptions]) -> Layout:
    return Layout.of(context.snapshot, context.options.ignore_patterns, context.options.max_depth)


def _directory_rows(unit: str, layout: Layout, repository: str) -> UnitRows:
    path = "" if unit == ROOT else unit[:-1]
    if path:
        label, ident = "Directory", f"{repository}:{path}"
        properties = {"path": path, "name": path.rpartition("/")[2], "depth": depth(path)}
    else:
        label, ident = "Repository", repository
        properties = {"path": "", "name": repository}
    edges = [EdgeRow("CONTAINS", label, ident, *_target(child, repository)) for child in layout.children[path]]
    return UnitRows([NodeRow(label, ident, properties)], edges)


def _target(unit: str, repository: str) -> tuple[str, str]:
    return ("Directory", f"{repository}:{unit[:-1]}") if unit.endswith("/") else ("File", f"{repository}:{unit}")


def _file_rows(entry: FileEntry, beginning: bytes, content: bytes | None, repository: str) -> UnitRows:
    """``content`` is ``None`` where only the beginning of the file is kept: its lines are not known."""
    name = entry.path.rpartition("/")[2]
    binary = is_binary(beginning)
    found = language(name, beginning)
    properties: dict[str, Any] = {
        "path": entry.path,
        "name": name,
        "extension": extension(name),
        "size": entry.size,
        "content_type": content_type(name, found, binary),
        "language": found,
        "is_binary": binary,
        "lines": None if binary or content is None else count_lines(content),
        "content_hash": entry.sha256,
    }
    return UnitRows([NodeRow("File", f"{repository}:{entry.path}", properties)], [])
