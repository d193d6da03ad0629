"""What the type checker of Go says of modules, and of packages of its standard library."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.compilers.comparison import Resolved
from benchmarks.compilers.printed import ask
from tests.support.once import made_once

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
    repository = home / "repository"

    def make() -> None:
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

    made_once(home, make)
    return repository


def resolve(repository: Path) -> Resolved:
    """What the type checker says of a folder with a ``go.mod``."""
    program = repository.parent / "oracle"
    _go("build", "-o", str(program), ".", folder=_ORACLE)
    found = ask([str(program), str(repository)], folder=repository)
    return Resolved(
        calls=found.calls("call"),
        files=found.files,
        enclosing={call.caller: call.target for call in found.calls("literal") if call.caller != call.target},
        unknown=found.unknown,
        possible=found.calls("possible"),
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
