"""Random edits to a folder of source code and documents, repeatable by their seed."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.incremental.snippets import BROKEN, DOCUMENTS, FAMILIES, FUNCTIONS, IMPORTS, STATEMENTS, SUFFIXES

__all__ = ["Editor"]


class Editor:
    """Edits ``root``; the same seed on the same folder makes the same edits. Nothing outside ``root`` is touched."""

    def __init__(self, root: Path, seed: int) -> None:
        self._root = root
        self._random = random.Random(seed)
        self._trash: dict[str, bytes] = {}
        self._count = 0
        self._edits: dict[Callable[[], str], int] = {
            self._change_body: 5,
            self._rename_function: 4,
            self._add_file: 3,
            self._copy_file: 2,
            self._delete_file: 3,
            self._restore_file: 3,
            self._rename_file: 3,
            self._change_suffix: 2,
            self._move_directory: 2,
            self._delete_directory: 1,
            self._drop_import: 3,
            self._add_import: 3,
            self._edit_document: 4,
            self._drop_line: 3,
            self._break_syntax: 2,
            self._delete_init: 2,
            self._empty_file: 1,
            self._write_garbage: 1,
            self._swap_contents: 2,
            self._ignore_something: 1,
            self._edit_manifest: 1,
            self._file_becomes_directory: 1,
            self._touch: 2,
        }

    def edit(self) -> str:
        """Make one random edit; returns what was done."""
        while True:
            action = self._random.choices(list(self._edits), weights=list(self._edits.values()))[0]
            self._count += 1
            if done := action():
                return done

    def _files(self, *suffixes: str) -> list[str]:
        found = (path for path in self._root.rglob("*") if path.is_file())
        names = sorted(path.relative_to(self._root).as_posix() for path in found)
        return [name for name in names if not suffixes or name.endswith(suffixes)]

    def _sources(self) -> list[str]:
        return self._files(*FUNCTIONS, *FAMILIES)

    def _pick(self, names: list[str]) -> str:
        return self._random.choice(names) if names else ""

    def _path(self, name: str) -> Path:
        return self._root / name

    def _text(self, name: str) -> str:
        return self._path(name).read_bytes().decode("utf-8", "replace")

    def _write(self, name: str, text: str) -> None:
        target = self._path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def _language(self, name: str) -> str:
        suffix = Path(name).suffix
        return FAMILIES.get(suffix, suffix)

    def _functions(self, name: str) -> list[re.Match[str]]:
        return list(FUNCTIONS[self._language(name)].finditer(self._text(name)))

    def _any_function(self) -> tuple[str, re.Match[str]] | None:
        names = [name for name in self._sources() if self._functions(name)]
        if not names:
            return None
        name = self._pick(names)
        return name, self._random.choice(self._functions(name))

    def _change_body(self) -> str:
        found = self._any_function()
        if found is None:
            return ""
        name, at = found
        called = self._random.choice(self._functions(name))[2]
        line = at[1] + "    " + STATEMENTS[self._language(name)].format(called)
        text = self._text(name)
        self._write(name, f"{text[: at.end()]}\n{line}{text[at.end() :]}")
        return f"call {called} in {at[2]} of {name}"

    def _rename_function(self) -> str:
        found = self._any_function()
        if found is None:
            return ""
        name, at = found
        new = f"{at[2]}_{self._count}"
        text = self._text(name)
        if self._random.random() < 0.5:
            self._write(name, re.sub(rf"\b{at[2]}\b", new, text))
            return f"rename {at[2]} to {new} everywhere in {name}"
        self._write(name, text[: at.start(2)] + new + text[at.end(2) :])
        return f"rename only the definition of {at[2]} in {name} to {new}"

    def _add_file(self) -> str:
        folder = self._pick(sorted({Path(name).parent.as_posix() for name in self._sources()}))
        if not folder:
            return ""
        name = f"{folder}/added_{self._count}.py" if folder != "." else f"added_{self._count}.py"
        known = self._pick(self._files(".py"))
        module = known.removesuffix(".py").removesuffix("/__init__").removeprefix("src/").replace("/", ".")
        text = f'"""Added, see `{module}`."""\n\nfrom {module or "os"} import *\nimport {module or "os"} as other\n\n\n'
        self._write(name, text + f"def added_{self._count}():\n    return other.main(added_{self._count})\n")
        return f"add {name}"

    def _copy_file(self) -> str:
        name = self._pick(self._sources() + self._files(*DOCUMENTS))
        if not name:
            return ""
        folder = self._pick(sorted({Path(other).parent.as_posix() for other in self._files()}))
        target = (Path(folder) / f"copy{self._count}_{Path(name).name}").as_posix()
        shutil.copyfile(self._path(name), self._path(target))
        return f"copy {name} to {target}"

    def _delete(self, name: str) -> None:
        self._trash[name] = self._path(name).read_bytes()
        self._path(name).unlink()

    def _delete_file(self) -> str:
        name = self._pick(self._sources() + self._files(*DOCUMENTS))
        if not name:
            return ""
        self._delete(name)
        return f"delete {name}"

    def _restore_file(self) -> str:
        name = self._pick(sorted(self._trash))
        if not name or self._path(name).exists() or any(parent.is_file() for parent in self._path(name).parents):
            return ""
        self._path(name).parent.mkdir(parents=True, exist_ok=True)
        self._path(name).write_bytes(self._trash.pop(name))
        return f"restore {name}"

    def _rename_file(self) -> str:
        name = self._pick(self._files())
        odd = self._random.choice(["", "", "#", "@", " 'x` ", "ü:", "$a{b}"])
        target = (Path(name).parent / f"renamed{self._count}{odd}_{Path(name).name}").as_posix()
        self._path(name).rename(self._path(target))
        return f"rename {name} to {target}"

    def _change_suffix(self) -> str:
        name = self._pick(self._files(*SUFFIXES))
        if not name:
            return ""
        path = Path(name)
        target = path.with_suffix(self._random.choice(SUFFIXES[path.suffix])).as_posix()
        if self._path(target).exists():
            return ""
        self._path(name).rename(self._path(target))
        return f"rename {name} to {target}"

    def _directories(self) -> list[str]:
        found = (path for path in self._root.rglob("*") if path.is_dir())
        return sorted(path.relative_to(self._root).as_posix() for path in found)

    def _move_directory(self) -> str:
        name = self._pick(self._directories())
        parent = self._pick([other for other in ["", *self._directories()] if not f"{other}/".startswith(f"{name}/")])
        target = (Path(parent) / f"moved{self._count}_{Path(name).name}").as_posix()
        if not name:
            return ""
        self._path(name).rename(self._path(target))
        return f"move {name} to {target}"

    def _delete_directory(self) -> str:
        small = [name for name in self._directories() if sum(1 for _ in self._path(name).rglob("*")) <= 6]
        name = self._pick(small)
        if not name:
            return ""
        for inside in self._files():
            if inside.startswith(f"{name}/"):
                self._trash[inside] = self._path(inside).read_bytes()
        shutil.rmtree(self._path(name))
        return f"delete {name}/"

    def _drop_import(self) -> str:
        names = [name for name in self._sources() if IMPORTS[self._language(name)].search(self._text(name))]
        name = self._pick(names)
        if not name:
            return ""
        text = self._text(name)
        at = self._random.choice(list(IMPORTS[self._language(name)].finditer(text)))
        self._write(name, text[: at.start()] + text[at.end() :])
        return f"drop {at[0].strip()!r} from {name}"

    def _add_import(self) -> str:
        name, other = self._pick(self._files(".py")), self._pick(self._files(".py"))
        if not name:
            return ""
        module = other.removesuffix(".py").removesuffix("/__init__").removeprefix("src/").replace("/", ".")
        line = self._random.choice([f"import {module} as extra", f"from {module} import *", "from . import *"])
        self._write(name, f"{line}\n{self._text(name)}")
        return f"add {line!r} to {name}"

    def _edit_document(self) -> str:
        name = self._pick(self._files(*DOCUMENTS))
        if not name:
            return ""
        source = self._any_function()
        path, function = (source[0], source[1][2]) if source else ("nothing.py", "nothing")
        title = f"Added {self._count}"
        heading = f"{title}\n{'-' * len(title)}" if name.endswith(".rst") else f"## {title}"
        link = f"`{path} <{path}>`_" if name.endswith(".rst") else f"[{path}]({path})"
        self._write(name, f"{self._text(name)}\n\n{heading}\n\nSee `{function}`, ``{path}`` and {link}.\n")
        return f"mention {function} and {path} in {name}"

    def _drop_line(self) -> str:
        name = self._pick(self._sources() + self._files(*DOCUMENTS))
        if not name:
            return ""
        lines = self._text(name).splitlines(keepends=True)
        if not lines:
            return ""
        at = self._random.randrange(len(lines))
        self._write(name, "".join(lines[:at] + lines[at + 1 :]))
        return f"drop line {at + 1} of {name}"

    def _break_syntax(self) -> str:
        name = self._pick(self._sources())
        if not name:
            return ""
        lines = self._text(name).splitlines(keepends=True)
        at = self._random.randrange(len(lines) + 1)
        self._write(name, "".join([*lines[:at], BROKEN[self._language(name)], *lines[at:]]))
        return f"break the syntax of {name} at line {at + 1}"

    def _delete_init(self) -> str:
        name = self._pick(self._files("__init__.py"))
        if not name:
            return ""
        self._delete(name)
        return f"delete {name}"

    def _empty_file(self) -> str:
        name = self._pick(self._sources() + self._files(*DOCUMENTS))
        if not name:
            return ""
        self._trash.setdefault(name, self._path(name).read_bytes())
        self._path(name).write_bytes(b"")
        return f"empty {name}"

    def _write_garbage(self) -> str:
        name = self._pick(self._sources() + self._files(*DOCUMENTS))
        if not name:
            return ""
        content = self._path(name).read_bytes()
        middle = len(content) // 2
        self._path(name).write_bytes(content[:middle] + b"\xff\xfe\x00\xc3(" + content[middle:])
        return f"write bytes that are no text into {name}"

    def _swap_contents(self) -> str:
        name = self._pick(self._sources())
        other = self._pick([one for one in self._sources() if Path(one).suffix == Path(name).suffix and one != name])
        if not other:
            return ""
        first, second = self._path(name).read_bytes(), self._path(other).read_bytes()
        self._path(name).write_bytes(second)
        self._path(other).write_bytes(first)
        return f"swap the contents of {name} and {other}"

    def _ignore_something(self) -> str:
        folder = self._pick(self._directories())
        rules = self._path(".gitignore")
        if rules.exists() and self._random.random() < 0.7:
            rules.unlink()
            return "delete .gitignore"
        if not folder or len(self._files()) < 10:
            return ""
        rules.write_text(f"{folder}/\n")
        return f"ignore {folder}/"

    def _edit_manifest(self) -> str:
        name = self._pick(self._files("package.json", "go.mod", "pyproject.toml", ".csproj"))
        if not name:
            return ""
        self._write(name, self._text(name).replace("shop", f"shop{self._count}").replace("flask", "flask ") + "\n")
        return f"edit {name}"

    def _file_becomes_directory(self) -> str:
        name = self._pick(self._sources())
        if not name:
            return ""
        content = self._path(name).read_bytes()
        self._path(name).unlink()
        self._path(name).mkdir()
        (self._path(name) / Path(name).name).write_bytes(content)
        return f"make a directory of {name}"

    def _touch(self) -> str:
        name = self._pick(self._files())
        if not name:
            return ""
        later = self._path(name).stat().st_mtime_ns + 5_000_000_000
        os.utime(self._path(name), ns=(later, later))
        return f"touch {name}"
