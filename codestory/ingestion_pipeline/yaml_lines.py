"""YAML that remembers on which line every key stood, and refuses documents built to exhaust memory."""

from __future__ import annotations

from typing import Any

import yaml

from codestory.exceptions import ConfigurationError

__all__ = ["LineMap", "load_yaml"]

MAX_BYTES = 1_000_000
MAX_NODES = 100_000
MAX_DEPTH = 40

type LineMap = dict[tuple[str | int, ...], int]


def load_yaml(text: str, where: str) -> tuple[Any, LineMap]:
    """The document and the line (from 1) of every key path.

    Raises ``ConfigurationError`` for broken YAML, for more than ``MAX_NODES`` nodes once aliases are followed, for
    deeper nesting than ``MAX_DEPTH`` and for a key that stands twice in one mapping.
    """
    if len(text) > MAX_BYTES:
        raise ConfigurationError(
            f"{where}: {len(text)} characters are too many for a pipeline configuration", file=where
        )
    try:
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None, {}
            lines: LineMap = {}
            _index(node, (), lines, where, [0])
            return loader.construct_document(node), lines
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        place = f"{where}:{line}" if line else where
        raise ConfigurationError(
            f"{place}: not valid YAML: {error.problem or error.context}", file=where, line=line
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{where}: not valid YAML: {error}", file=where) from None


def _index(node: yaml.Node, path: tuple[str | int, ...], lines: LineMap, where: str, seen: list[int]) -> None:
    # Aliases are followed on purpose: what counts is the size of the document after expansion.
    seen[0] += 1
    if seen[0] > MAX_NODES or len(path) > MAX_DEPTH:
        raise ConfigurationError(
            f"{where}: more than {MAX_NODES} values or {MAX_DEPTH} levels once its aliases are followed",
            file=where,
        )
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            line = int(key.start_mark.line) + 1
            if name in keys:
                raise ConfigurationError(
                    f"{where}:{line}: key {name!r} stands twice in one mapping; keep one",
                    file=where, line=line, key=name,
                )  # fmt: skip
            keys.add(name)
            lines[(*path, name)] = line
            _index(value, (*path, name), lines, where, seen)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            lines[(*path, number)] = int(value.start_mark.line) + 1
            _index(value, (*path, number), lines, where, seen)
