"""Which file an import specifier means: relative paths, tsconfig paths, workspaces and package imports.

The rules are those of Node (https://nodejs.org/api/modules.html, https://nodejs.org/api/packages.html) and of
TypeScript's module resolution (https://www.typescriptlang.org/docs/handbook/modules/reference.html).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Set
from typing import Any, cast

import msgspec

from ..common.text import words

__all__ = ["NODE_MODULES", "SpecifierResolver", "package_name", "read_json"]

_EXTENSIONS = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
_WRITTEN = {".js": (".ts", ".tsx", ".d.ts"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
_ENTRY_FIELDS = ("source", "types", "typings", "module", "main")
_BUILT_FOLDERS = re.compile(r"^(?:\./)?(?:dist|lib|build|out|es|esm|cjs)(?:/(?:esm|cjs|es|types))?/")
_comment = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_trailing_comma = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])')

NODE_MODULES = words(
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain"
    " events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl"
    " stream string_decoder sys test timers tls trace_events tty url util v8 vm wasi worker_threads zlib"
)
"""Modules that come with Node."""


def read_json(data: bytes | None) -> dict[str, Any]:
    """A JSON object that may have comments and trailing commas; empty if it cannot be read."""
    if data is None:
        return {}
    text = data.decode("utf-8-sig", errors="replace")
    for pattern in (_comment, _trailing_comma):
        text = pattern.sub(lambda match: match.group(1) or "", text)
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def package_name(specifier: str) -> str:
    """The package part of a bare specifier: ``@scope/name/sub`` belongs to ``@scope/name``."""
    parts = specifier.removeprefix("node:").split("/")
    return "/".join(parts[:2]) if specifier.startswith("@") and len(parts) > 1 else parts[0]


def _strings(value: object) -> Iterator[str]:
    """Every string in a conditional exports value, in order."""
    pending = [value]
    while pending:
        current = pending.pop(0)
        if isinstance(current, str):
            yield current
        elif isinstance(current, dict):
            pending[:0] = list(cast("dict[str, object]", current).values())
        elif isinstance(current, list):
            pending[:0] = cast("list[object]", current)


def _match(pattern: str, specifier: str) -> str | None:
    """What ``*`` stands for in a pattern, the empty string for an exact match, ``None`` for no match."""
    before, star, after = pattern.partition("*")
    if not star:
        return "" if pattern == specifier else None
    if specifier.startswith(before) and specifier.endswith(after) and len(specifier) >= len(before) + len(after):
        return specifier[len(before) : len(specifier) - len(after)]
    return None


class SpecifierResolver:
    """Finds source files by specifier; ``sources`` are the paths that have facts."""

    def __init__(self, sources: Set[str], manifests: Mapping[str, bytes]) -> None:
        self._sources = sources
        self._packages: dict[str, tuple[str, dict[str, Any]]] = {}
        self._folders: dict[str, dict[str, Any]] = {}
        self._aliases: dict[str, tuple[str, list[tuple[str, list[str]]], bool]] = {}
        self._known: dict[tuple[str, str], tuple[str, str] | None] = {}
        for path in sorted(manifests):
            folder, _, name = path.rpartition("/")
            if name == "package.json":
                content = read_json(manifests[path])
                self._folders[folder] = content
                if isinstance(content.get("name"), str):
                    self._packages.setdefault(content["name"], (folder, content))
        for path in sorted(manifests):
            folder, _, name = path.rpartition("/")
            if name in ("tsconfig.json", "jsconfig.json"):
                self._aliases[folder] = self._read_tsconfig(path, manifests)

    def _read_tsconfig(
        self, path: str, manifests: Mapping[str, bytes]
    ) -> tuple[str, list[tuple[str, list[str]]], bool]:
        base: str | None = None
        paths: list[tuple[str, list[str]]] = []
        paths_base = posixpath.dirname(path)
        pending, seen = [path], set[str]()
        while pending:
            current = pending.pop(0)
            if current in seen:
                continue
            seen.add(current)
            content = read_json(manifests.get(current) or manifests.get(f"{current}.json"))
            folder = posixpath.dirname(current)
            options: dict[str, Any] = content.get("compilerOptions") or {}
            if base is None and isinstance(options.get("baseUrl"), str):
                base = posixpath.normpath(posixpath.join(folder, options["baseUrl"]))
            if not paths and isinstance(options.get("paths"), dict):
                paths_base = folder
                paths = [
                    (pattern, list(_strings(targets)))
                    for pattern, targets in cast("dict[str, object]", options["paths"]).items()
                ]
            pending += [
                posixpath.normpath(posixpath.join(folder, extended))
                for extended in _strings(content.get("extends"))
                if extended.startswith(".")
            ]
        root = base if base is not None else paths_base
        return ("" if root == "." else root), paths, base is not None

    def resolve(self, importer: str, specifier: str) -> tuple[str, str] | None:
        """The path of the file, and how it was found; ``None`` for what is not a source of the repository."""
        folder = posixpath.dirname(importer)
        key = (folder, specifier)
        if key not in self._known:
            self._known[key] = self._resolve(folder, specifier)
        return self._known[key]

    def _resolve(self, folder: str, specifier: str) -> tuple[str, str] | None:
        if specifier.startswith((".", "/")):
            found = self._file(posixpath.normpath(posixpath.join(folder, specifier.lstrip("/"))))
            return (found, "relative") if found else None
        if found := self._aliased(folder, specifier):
            return found, "tsconfig-paths"
        if specifier.startswith("#"):
            found = self._package_import(folder, specifier)
            return (found, "package-imports") if found else None
        found = self._workspace(specifier)
        return (found, "workspace") if found else None

    def _file(self, path: str) -> str | None:
        path = "" if path == "." else path
        if path in self._sources:
            return path
        stem, suffix = posixpath.splitext(path)
        candidates = [stem + extension for extension in _WRITTEN.get(suffix, ())]
        candidates += [path + extension for extension in _EXTENSIONS]
        for candidate in candidates:
            if candidate in self._sources:
                return candidate
        if path in self._folders and (entry := self._entry(path, self._folders[path])):
            return entry
        prefix = f"{path}/" if path else ""
        return next((c for e in _EXTENSIONS if (c := f"{prefix}index{e}") in self._sources), None)

    def _ancestors(self, folder: str) -> Iterator[str]:
        while True:
            yield folder
            if not folder:
                return
            folder = posixpath.dirname(folder)

    def _aliased(self, folder: str, specifier: str) -> str | None:
        for ancestor in self._ancestors(folder):
            config = self._aliases.get(ancestor)
            if config is None:
                continue
            root, paths, has_base = config
            for pattern, targets in sorted(paths, key=lambda item: -len(item[0].partition("*")[0])):
                matched = _match(pattern, specifier)
                if matched is None:
                    continue
                for target in targets:
                    joined = posixpath.normpath(posixpath.join(root, target.replace("*", matched)))
                    if found := self._file(joined):
                        return found
            return self._file(posixpath.normpath(posixpath.join(root, specifier))) if has_base else None
        return None

    def _package_import(self, folder: str, specifier: str) -> str | None:
        for ancestor in self._ancestors(folder):
            content = self._folders.get(ancestor)
            if content is None or not isinstance(content.get("imports"), dict):
                continue
            for pattern, target in cast("dict[str, object]", content["imports"]).items():
                matched = _match(pattern, specifier)
                if matched is not None:
                    return self._first(ancestor, (t.replace("*", matched) for t in _strings(target)))
        return None

    def _workspace(self, specifier: str) -> str | None:
        name = package_name(specifier)
        known = self._packages.get(name)
        if known is None:
            return None
        folder, content = known
        rest = specifier[len(name) :].lstrip("/")
        if not rest:
            return self._entry(folder, content)
        exports = content.get("exports")
        if isinstance(exports, dict):
            for pattern, target in cast("dict[str, object]", exports).items():
                matched = _match(pattern, f"./{rest}")
                if matched is not None and (
                    found := self._first(folder, (t.replace("*", matched) for t in _strings(target)))
                ):
                    return found
        return self._first(folder, (rest, f"src/{rest}"))

    def _entry(self, folder: str, content: dict[str, Any]) -> str | None:
        fields: list[str] = []
        for field in _ENTRY_FIELDS:
            if isinstance(content.get(field), str):
                fields.append(content[field])
        exports = content.get("exports")
        if isinstance(exports, dict):
            conditions = cast("dict[str, object]", exports)
            exports = conditions.get(".", None if any(key.startswith(".") for key in conditions) else conditions)
        fields += list(_strings(exports))
        return self._first(folder, (*fields, "src/index", "index", "lib/index", "src/main"))

    def _first(self, folder: str, targets: Iterator[str] | tuple[str, ...]) -> str | None:
        """The first target that is a source, or whose source lies under ``src`` instead of a build folder."""
        for target in targets:
            for candidate in (target, _BUILT_FOLDERS.sub("src/", target)):
                path = posixpath.normpath(posixpath.join(folder, candidate))
                if path in self._sources or path != folder:
                    stem = path.removesuffix(".d.ts") if path not in self._sources else path
                    if found := self._plain_file(stem):
                        return found
        return None

    def _plain_file(self, path: str) -> str | None:
        if path in self._sources:
            return path
        stem, suffix = posixpath.splitext(path)
        candidates = [stem + extension for extension in _WRITTEN.get(suffix, ())]
        candidates += [path + extension for extension in _EXTENSIONS]
        candidates += [f"{path}/index{extension}" for extension in _EXTENSIONS]
        return next((candidate for candidate in candidates if candidate in self._sources), None)
