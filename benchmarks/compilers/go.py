"""What the type checker of Go says of modules, and of packages of its standard library."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.compilers.comparison import Call, Resolved
from codestory.graph.file_lock import FileLock

__all__ = ["PROJECTS", "Project", "is_available", "resolve", "source_of"]

_CACHE = Path.home() / ".cache" / "codestory" / "compilers" / "go"
_ORACLE = Path(__file__).with_name("go_oracle")


@dataclass(frozen=True)
class Project:
    """A module with its version; or ``std``, whose version is that of the compiler, with some of its packages."""

    language: str
    requirement: str

    @property
    def packages(self) -> list[str]:
        """Packages of the standard library; none for any other module."""
        return self.requirement.split()[1:]

    @property
    def name(self) -> str:
        """The module's last part, or the first of the packages."""
        return self.packages[0] if self.packages else self.requirement.partition("@")[0].rpartition("/")[2]


PROJECTS = (
    Project("go", "std net/http net/url net/textproto mime/multipart"),
    Project("go", "std go/types go/ast go/parser go/scanner go/token go/constant"),
    Project("go", "std html/template text/template encoding/json encoding/xml"),
    Project("go", "std database/sql"),
    Project("go", "github.com/gorilla/mux@v1.8.1"),
    Project("go", "github.com/spf13/cobra@v1.8.1"),
    Project("go", "go.uber.org/zap@v1.27.0"),
    Project("go", "gopkg.in/yaml.v3@v3.0.1"),
    # Nothing in the resolver was made by looking at these.
    Project("go", "std archive/tar archive/zip compress/flate bufio"),
    Project("go", "github.com/BurntSushi/toml@v1.4.0"),
    Project("go", "github.com/samber/lo@v1.47.0"),
)


def is_available() -> bool:
    """Whether Go is installed."""
    return shutil.which("go") is not None


def source_of(project: Project) -> Path:
    """The module, or the packages of the standard library laid out like it. Not to be written to."""
    home = _CACHE / _go("env", "GOVERSION") / re.sub(r"[^\w.@]+", "-", project.requirement)
    home.mkdir(parents=True, exist_ok=True)
    repository = home / "repository"
    with FileLock(home.with_name(f"{home.name}.lock")).held():
        if not (home / ".complete").exists():
            shutil.rmtree(home)
            home.mkdir()
            ignored = shutil.ignore_patterns("testdata")
            if project.packages:
                standard = Path(_go("env", "GOROOT")) / "src"
                for package in project.packages:
                    shutil.copytree(standard / package, repository / package, ignore=ignored, dirs_exist_ok=True)
                shutil.copy(standard / "go.mod", repository)
            else:
                found = json.loads(_go("mod", "download", "-json", project.requirement, folder=home))
                # The module cache is read-only, and a copy keeps that.
                shutil.copytree(found["Dir"], repository, ignore=ignored, copy_function=shutil.copyfile)
            (home / ".complete").touch()
    return repository


def resolve(repository: Path) -> Resolved:
    """What the type checker says of a folder with a ``go.mod``."""
    program = repository.parent / "oracle"
    _go("build", "-o", str(program), ".", folder=_ORACLE)
    done = subprocess.run(
        [str(program), str(repository)], cwd=repository, check=True, timeout=600, stdin=subprocess.DEVNULL,
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    lines = [line.split("\t") for line in done.stdout.splitlines()]

    def calls(kind: str) -> set[Call]:
        return {Call((f[1], int(f[2])), (f[3], int(f[4]))) for f in lines if f[0] == kind}

    return Resolved(
        calls=calls("call"),
        files={f[1] for f in lines if f[0] == "file"},
        enclosing={call.caller: call.target for call in calls("literal") if call.caller != call.target},
        unknown={(f[1], int(f[2])) for f in lines if f[0] == "unknown"},
        possible=calls("possible"),
    )


def _go(*arguments: str, folder: Path | None = None) -> str:
    done = subprocess.run(
        ["go", *arguments],
        cwd=folder,
        check=True,
        timeout=600,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()
