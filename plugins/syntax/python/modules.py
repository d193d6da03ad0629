"""Which file an import means: packages, namespace packages, several source roots, relative imports."""

from __future__ import annotations

import sys
from collections.abc import Collection
from posixpath import dirname

__all__ = ["ImportedModule", "ModuleIndex", "Namespace", "origin"]

_SOURCE_ROOTS = ("src", "lib", "python", "")


class Namespace(str):
    """The path of a directory that can be imported though it has no ``__init__``."""

    __slots__ = ()


type ImportedModule = int | Namespace | str
"""A file of the repository, a directory of it, or the dotted name of something external."""


class ModuleIndex:
    """The modules of a repository by every dotted name that could mean them.

    A file has one *natural* name: dotted from the nearest directory above it that is no package. Other names are
    possible where a directory without ``__init__`` is a namespace package, so a name may belong to several files;
    which one an import means depends on where the import is written.
    """

    def __init__(self, paths: Collection[str]) -> None:
        self.paths = sorted(paths)
        self.by_path: dict[str, int] = {}
        for index, path in enumerate(self.paths):
            stem = path.rpartition(".")[0]
            if stem not in self.by_path or path.endswith(".py"):
                self.by_path[stem] = index
        self._packages = {dirname(path) for path in self.paths if _is_initial(path)}
        self._directories: set[str] = set()
        self._named: dict[str, list[tuple[str, int]]] = {}
        self._namespaces: dict[str, list[tuple[str, str]]] = {}
        self._found: dict[tuple[str, str], int | Namespace | None] = {}
        self.natural_roots: list[str] = []
        self.names: list[str] = []
        for index, path in enumerate(self.paths):
            self._enter(index, path)

    def _enter(self, index: int, path: str) -> None:
        stem = path.rpartition(".")[0]
        if _is_initial(path):
            stem = dirname(stem)
        root = dirname(path)
        while root in self._packages and root:
            root = dirname(root)
        self.natural_roots.append(root)
        parts = stem.split("/") if stem else ["__init__"]
        depth = root.count("/") + 1 if root else 0
        self.names.append(".".join(parts[depth:]) or parts[-1])
        for start in range(len(parts)):
            self._named.setdefault(".".join(parts[start:]), []).append(("/".join(parts[:start]), index))
        directory = dirname(path)
        while directory and directory not in self._directories:
            self._directories.add(directory)
            if directory not in self._packages:
                steps = directory.split("/")
                for start in range(len(steps)):
                    name = ".".join(steps[start:])
                    self._namespaces.setdefault(name, []).append(("/".join(steps[:start]), directory))
            directory = dirname(directory)

    def is_package(self, index: int) -> bool:
        """Whether the file is the ``__init__`` of a package."""
        return _is_initial(self.paths[index])

    def directory(self, index: int) -> str:
        """The directory in which the file's submodules or siblings are."""
        return dirname(self.paths[index])

    def at(self, path: str) -> int | Namespace | None:
        """The module or package at ``path`` (without suffix)."""
        package = self.by_path.get(f"{path}/__init__" if path else "__init__")
        if package is not None:
            return package
        module = self.by_path.get(path)
        if module is not None:
            return module
        return Namespace(path) if path in self._directories else None

    def submodule(self, parent: int | Namespace, name: str) -> int | Namespace | None:
        """The module ``name`` inside a package."""
        if isinstance(parent, Namespace):
            return self.at(f"{parent}/{name}" if parent else name)
        if not self.is_package(parent):
            return None
        directory = self.directory(parent)
        return self.at(f"{directory}/{name}" if directory else name)

    def imported(self, importer: int, level: int, module: str) -> ImportedModule | None:
        """What an import in the file ``importer`` names, with ``level`` dots before ``module``.

        ``None``: it should be in this repository and is not.
        """
        if level:
            return self.relative(importer, level, module)
        found = self.absolute(importer, module)
        return module if found is None else found

    def relative(self, importer: int, level: int, module: str) -> int | Namespace | None:
        """What ``from ..module import`` means in the file ``importer``."""
        directory = self.directory(importer)
        for _ in range(level - 1):
            if not directory:
                return None
            directory = dirname(directory)
        path = module.replace(".", "/")
        if not path:
            found = self.at(directory)
            if found is None and not directory:
                return Namespace("")
            return found
        return self.at(f"{directory}/{path}" if directory else path)

    def absolute(self, importer: int, module: str) -> int | Namespace | None:
        """What ``import module`` means in the file ``importer``; ``None``: nothing in this repository."""
        key = (self.directory(importer), module)
        if key not in self._found:
            self._found[key] = self._absolute(importer, module)
        return self._found[key]

    def _absolute(self, importer: int, module: str) -> int | Namespace | None:
        best: tuple[int, str] | None = None
        choice: int | Namespace | None = None
        ambiguous = False
        candidates: list[tuple[str, int | Namespace]] = list(self._named.get(module, ()))
        if not candidates:
            candidates = [(root, Namespace(path)) for root, path in self._namespaces.get(module, ())]
        standard = module.partition(".")[0] in sys.stdlib_module_names
        for root, found in candidates:
            rank = self._rank(importer, root, found, standard)
            if rank is None:
                continue
            order = (rank, root)
            if best is None or order < best:
                ambiguous = best is not None and best[0] == rank and rank >= 300
                best, choice = order, found
            elif rank == best[0] and found != choice and rank >= 300:
                ambiguous = True
            elif best[1] == root and isinstance(found, int) and self.is_package(found):
                # A package wins over a module of the same name beside it.
                choice = found
        return None if ambiguous else choice

    def _rank(self, importer: int, root: str, found: int | Namespace, standard: bool) -> int | None:
        """How likely ``root`` is on the module search path of ``importer``; ``None``: it is not."""
        own = self.natural_roots[importer]
        if root == own:
            return 0
        here = self.directory(importer)
        if standard:
            # The standard library comes before everything but the directory of a script.
            return None
        if root == here:
            # A script inside a package directory, run by its path.
            return 200
        if root == "" or own.startswith(f"{root}/"):
            return 2 + own.count("/") - (root.count("/") + 1 if root else 0)
        if root in _SOURCE_ROOTS:
            return 100 + _SOURCE_ROOTS.index(root)
        if isinstance(found, Namespace):
            return None
        if self.natural_roots[found] == root:
            return 300
        return None


def _is_initial(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name in ("__init__.py", "__init__.pyi")


def origin(package: str) -> str:
    """``builtin``, ``standard_library`` or ``third_party``."""
    if package == "builtins":
        return "builtin"
    return "standard_library" if package in sys.stdlib_module_names else "third_party"
