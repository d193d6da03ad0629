"""What the C# compiler of Mono makes of libraries whose sources are packaged by Debian, on npm or on PyPI.

It reads C# 7; what is compiled is then read with the lines that its debug symbols tell.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.compilers.comparison import Call, Resolved
from benchmarks.compilers.csharp_compiled import Compiled
from benchmarks.compilers.csharp_declarations import Declarations
from benchmarks.compilers.printed import ask
from tests.support.once import made_once
from tests.support.sdists import sdist

__all__ = ["PROJECTS", "Project", "constructors", "is_available", "resolve", "source_of"]

_CACHE = Path.home() / ".cache" / "codestory" / "compilers" / "csharp"
_ORACLE = Path(__file__).with_name("csharp_oracle") / "Oracle.cs"
_CECIL = Path("/usr/lib/mono-cecil")
_FRAMEWORK = Path("/usr/lib/mono/4.5")
_REFERENCES = (
    "System.Configuration", "System.Core", "System.Data", "System.Drawing", "System.Numerics",
    "System.Runtime.Serialization", "System.Web", "System.Windows.Forms", "System.Xml", "System.Xml.Linq",
)  # fmt: skip


@dataclass(frozen=True)
class Project:
    """A source package of Debian (``name=version/release``), an npm package (``name@version``) or one of PyPI
    (``name==version``); which folders of it are one assembly, without which files, compiled with which symbols."""

    language: str
    requirement: str
    folders: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The package without its version."""
        return self.requirement.partition("=")[0].partition("@")[0]


PROJECTS = (
    Project("csharp", "newtonsoft-json=6.0.8+dfsg/bookworm", ("Src/Newtonsoft.Json",)),
    Project("csharp", "nunit=2.6.4+dfsg/bookworm", ("src/NUnitFramework/framework",), (), ("CLR_2_0", "NET_2_0")),
    Project("csharp", "dnlib=2.1/trixie", ("src",)),
    # What is left out needs the engine that the rest can do without.
    Project("csharp", "com.neuecc.unirx@7.1.0", (".",), ("UnityEngineBridge", "UnityEqualityComparer.cs"),
            ("UniRxLibrary",)),
    Project("csharp", "opentk=1.1.4c+dfsg/trixie", ("Source/OpenTK",)),
    # Nothing in the resolver was made by looking at these.
    Project("csharp", "cecil=0.9.6+dfsg/trixie", ("Mono", "Mono.Cecil", "Mono.Cecil.Cil", "Mono.Cecil.Metadata",
            "Mono.Cecil.PE", "Mono.Collections.Generic", "Mono.Security.Cryptography", "rocks/Mono.Cecil.Rocks",
            "symbols/pdb"), ("Test",), ("NET_4_0",)),
    Project("csharp", "log4net=1.2.10+dfsg/trixie", ("src",), (), ("NET", "NET_2_0")),
)  # fmt: skip


def is_available() -> bool:
    """Whether the compiler, the framework's assemblies and what reads assemblies are installed."""
    tools = all(shutil.which(tool) is not None for tool in ("mcs", "mono", "apt-get"))
    files = (_CECIL / "Mono.Cecil.Mdb.dll", *(_FRAMEWORK / f"{name}.dll" for name in _REFERENCES))
    return tools and all(path.exists() for path in files)


def source_of(project: Project) -> Path:
    """The sources of a library, and nothing else; the symbols that they need stand beside it. Not to be written to."""
    home = _CACHE / project.requirement.replace("/", "-")
    repository = home / "repository"

    def make() -> None:
        (package,) = [path for path in _unpacked(project.requirement, home).iterdir() if path.is_dir()]
        for folder in project.folders:
            for path in sorted((package / folder).rglob("*.cs")):
                inside = path.relative_to(package)
                if {*project.left_out, "AssemblyInfo.cs"} & {*inside.parts}:
                    continue
                target = repository / inside
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        (home / "symbols").write_text(" ".join(project.symbols))
        shutil.rmtree(package.parent)

    made_once(home, make)
    return repository


def _unpacked(requirement: str, home: Path) -> Path:
    folder = home / "package"
    folder.mkdir()
    if "==" in requirement:
        shutil.copytree(sdist(requirement), folder / "package")
        return folder
    downloads = home / "downloads"
    downloads.mkdir()
    if "@" in requirement:
        _run("npm", "pack", "--silent", requirement, folder=downloads)
    else:
        _download(requirement, downloads)
    (archive,) = downloads.glob("*.t*gz") if "@" in requirement else downloads.glob("*.orig.tar.*")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    shutil.rmtree(downloads)
    return folder


def _download(requirement: str, folder: Path) -> None:
    """Ask for a source package with the machine's own servers and keys, but lists of packages of our own."""
    found = _run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian", "Created-By: Packages")
    server = next(uri for uri in found.split() if "security" not in uri)
    for name in ("lists/partial", "archives/partial"):
        (folder / name).mkdir(parents=True)
    package, _, release = requirement.partition("/")
    name, _, version = package.partition("=")
    (folder / "sources.list").write_text(f"deb-src {server} {release} main\n")
    settings = (f"Dir::Etc::SourceList={folder}/sources.list", "Dir::Etc::SourceParts=/dev/null",
                f"Dir::State::Lists={folder}/lists", f"Dir::Cache={folder}", "APT::Sandbox::User=")  # fmt: skip
    command = ("apt-get", "-q", *(f"-o={setting}" for setting in settings))
    _run(*command, "update", folder=folder)
    _run(*command, "source", "--download-only", "--tar-only", name, folder=folder)
    if not list(folder.glob(f"{name}_{version}.orig.tar.*")):
        message = f"{name} of {release} is not {version} any more, but {[path.name for path in folder.glob('*.tar.*')]}"
        raise FileNotFoundError(message)


def _run(*command: str, folder: Path | None = None) -> str:
    done = subprocess.run(
        command, cwd=folder, check=True, timeout=600, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def resolve(repository: Path) -> Resolved:
    """What is called in the assembly made of a folder, beside which symbols for its compilation may stand."""
    return _compiled(repository).resolved()


def constructors(repository: Path) -> set[Call]:
    """The constructors in the sources of a folder that are called, which ``resolve`` takes for their classes."""
    return _compiled(repository).constructors()


def _compiled(repository: Path) -> Compiled:
    listed = repository.parent / "symbols"
    symbols = ("__MonoCS__", "DEBUG", "TRACE", *(listed.read_text().split() if listed.exists() else ()))
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        libraries = [_CECIL / "Mono.Cecil.dll", _CECIL / "Mono.Cecil.Mdb.dll"]
        oracle, assembly = home / "Oracle.exe", home / "sources.dll"
        _compile(oracle, [_ORACLE], ["-target:exe", *(f"-r:{path}" for path in libraries)])
        for path in libraries:
            (home / path.name).symlink_to(path)
        options = ["-target:library", "-debug", "-unsafe", "-langversion:experimental"]
        options += [f"-define:{symbol}" for symbol in symbols]
        options += [f"-r:{reference}.dll" for reference in _REFERENCES]
        _compile(assembly, sorted(repository.rglob("*.cs")), options)
        found = ask(["mono", str(oracle), str(assembly), str(repository.resolve())])
    return Compiled(found.lines, Declarations(repository, symbols))


def _compile(target: Path, sources: Sequence[Path], options: Sequence[str]) -> None:
    listed = target.with_suffix(".rsp")
    listed.write_text("\n".join(f'"{path.resolve()}"' for path in sources))
    _run("mcs", "-warn:0", f"-out:{target}", *options, f"@{listed}")
