"""What the compiler of Java says of libraries from Maven Central, read from their source jars."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.compilers.comparison import Call, Resolved
from benchmarks.compilers.printed import Printed, ask
from tests.support.once import made_once

__all__ = ["PROJECTS", "Project", "constructors", "is_available", "resolve", "source_of"]

_CACHE = Path.home() / ".cache" / "codestory" / "compilers" / "java"
_ORACLE = Path(__file__).with_name("java_oracle") / "Oracle.java"
_ANNOTATIONS = (
    "com.google.code.findbugs:jsr305:3.0.2",
    "com.google.errorprone:error_prone_annotations:2.27.0",
    "org.jspecify:jspecify:1.0.0",
)
_DEPENDENCY = (
    "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version>"
    "<classifier>{}</classifier></dependency>"
)
_POM = (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    "<groupId>codestory.benchmarks</groupId><artifactId>sources</artifactId><version>1</version>"
    "<dependencies>{}</dependencies></project>"
)


@dataclass(frozen=True)
class Project:
    """A library by group, artifact and version."""

    language: str
    requirement: str

    @property
    def name(self) -> str:
        """The artifact."""
        return self.requirement.split(":")[1]


PROJECTS = (
    Project("java", "org.apache.commons:commons-lang3:3.14.0"),
    Project("java", "com.google.code.gson:gson:2.11.0"),
    Project("java", "com.fasterxml.jackson.core:jackson-core:2.17.1"),
    Project("java", "org.jsoup:jsoup:1.17.2"),
    Project("java", "com.squareup.okio:okio:1.17.6"),
    Project("java", "info.picocli:picocli:4.7.6"),
    Project("java", "org.slf4j:slf4j-api:2.0.13"),
    Project("java", "org.apache.commons:commons-collections4:4.4"),
    Project("java", "joda-time:joda-time:2.12.7"),
    Project("java", "org.apache.commons:commons-math3:3.6.1"),
    # Nothing in the resolver was made by looking at these.
    Project("java", "commons-codec:commons-codec:1.17.0"),
    Project("java", "org.apache.commons:commons-pool2:2.12.0"),
    Project("java", "org.yaml:snakeyaml:2.2"),
)


def is_available() -> bool:
    """Whether a Java compiler and Maven are installed."""
    return all(shutil.which(tool) is not None for tool in ("javac", "java", "mvn"))


def source_of(project: Project) -> Path:
    """The sources of a library, and nothing else; jars that they need lie beside it. Not to be written to."""
    home = _CACHE / project.requirement.replace(":", "-")
    repository = home / "repository"

    def make() -> None:
        repository.mkdir()
        _download([project.requirement], "sources", home)
        (sources,) = home.glob("*-sources.jar")
        with zipfile.ZipFile(sources) as archive:
            archive.extractall(repository, [name for name in archive.namelist() if name.endswith(".java")])
        sources.unlink()
        _download(_ANNOTATIONS, "", home / "libraries")

    made_once(home, make)
    return repository


def _download(requirements: Iterable[str], classifier: str, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    wanted = [_DEPENDENCY.format(*map(escape, name.split(":")), classifier) for name in requirements]
    pom = folder / "pom.xml"
    pom.write_text(_POM.format("".join(wanted)))
    command = ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", "-DexcludeTransitive=true"]
    command.append(f"-DoutputDirectory={folder}")
    subprocess.run(command, check=True, timeout=600, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def resolve(repository: Path) -> Resolved:
    """What the compiler says of a folder, which lies beside one with the jars that it needs."""
    found = _ask(repository)
    return Resolved(calls=found.calls("call", "reference"), files=found.files, unknown=found.unknown)


def constructors(repository: Path) -> set[Call]:
    """The constructors in the sources of a folder that are called, which ``resolve`` takes for their classes."""
    return _ask(repository).calls("constructor")


def _ask(repository: Path) -> Printed:
    libraries = sorted((repository.parent / "libraries").glob("*.jar"))
    return ask(["java", "-Xmx3g", str(_ORACLE), str(repository), os.pathsep.join(map(str, libraries))])
