"""What is known of the code that documents refer to: symbols, base classes, imports, docstrings.

Other steps own all this, one unit per source file. It is read from the rows that they keep, and kept in a blob by file
together with the digest that its owner gave the file's rows, so that the next run reads only the files that changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from plugins.documentation_grapher.docstrings import Docstring
from plugins.documentation_grapher.symbols import Symbol, SymbolFacts

__all__ = ["SourceFile", "Sources", "is_package"]

_docstrings_encoder = msgspec.msgpack.Encoder()
_docstrings_decoder = msgspec.msgpack.Decoder(list[tuple[str, str, Docstring]])
_NONE = msgspec.Raw(_docstrings_encoder.encode([]))


class SourceFile(msgspec.Struct, array_like=True):
    """One file.

    ``symbols`` are (label, name in the file), ``bases`` (name of a class, id of its base), ``imports`` (name under
    which the module knows it, id) of what is defined in the same repository. ``module`` is the dotted name under
    which the docstrings were read, ``None`` if they were not, and ``texts`` a hash of what they were read from;
    ``words`` are those of their references; ``docstrings`` are encoded, each with label and name of its symbol.
    """

    digest: str
    symbols: list[tuple[str, str]] = []
    bases: list[tuple[str, str]] = []
    imports: list[tuple[str, str]] = []
    module: str | None = None
    texts: str = ""
    words: list[str] = []
    docstrings: msgspec.Raw = _NONE

    @property
    def has_docstrings(self) -> bool:
        """Whether any docstring is worth a node."""
        return self.docstrings != _NONE

    def set_docstrings(self, found: list[tuple[str, str, Docstring]]) -> None:
        """Keep these docstrings, each with label and name of its symbol."""
        self.docstrings = msgspec.Raw(_docstrings_encoder.encode(found))

    def documented(self, repository: str, path: str) -> list[tuple[Symbol, Docstring]]:
        """The symbols of the file, which is at ``path``, that have a docstring worth a node."""
        return [
            (Symbol(label, f"{repository}:{path}#{name}", path, name), docstring)
            for label, name, docstring in _docstrings_decoder.decode(self.docstrings)
        ]


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
        """Everything that resolution looks names up in, but the imports of modules that are no packages."""
        symbols: list[Symbol] = []
        bases: dict[str, list[str]] = defaultdict(list)
        packages: list[str] = []
        for path, file in self.files.items():
            prefix = f"{repository}:{path}#"
            symbols += [Symbol(label, prefix + name, path, name) for label, name in file.symbols]
            for name, target in file.bases:
                bases[prefix + name].append(target)
            if file.imports and is_package(path):
                packages.append(path)
        return SymbolFacts(symbols, dict(bases), self.imports(repository, packages))

    def imports(self, repository: str, paths: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
        """What the modules at these paths import, as (name, symbol id) by module id, in order."""
        found = {path: self.files[path].imports for path in sorted(paths) if path in self.files}
        return {f"{repository}:{path}#": imports for path, imports in found.items() if imports}


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Sources)


def is_package(path: str) -> bool:
    """Whether the module at ``path`` is one that names are imported into to be found there."""
    return path.endswith("__init__.py")
