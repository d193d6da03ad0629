"""From what the user names to the source of a request; uploads a folder that the service cannot see."""

from __future__ import annotations

import re
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from codestory.client import Json, ServiceClient
from codestory.exceptions import RequestError, SourceNotFoundError

__all__ = ["DEFAULT_PREFIX", "Mounting", "pack_folder", "resolve_source", "upload_folder"]

DEFAULT_PREFIX = "/repositories"
"""Where containers of the service find repositories that are mounted into them."""

_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_SNAPSHOT = re.compile(r"(?:snapshot:)?([0-9a-f]{64})")
_SCP = re.compile(r"([\w.-]+@)([\w.-]+):(?!/)(.+)")


@dataclass(frozen=True)
class Mounting:
    """How a folder of this machine gets to the service."""

    auto: bool = True
    """Upload it if the service runs elsewhere. Off: its path is sent as it is."""
    container: bool = False
    """The service runs elsewhere although its URL is local, in a container for example."""
    path_prefix: str | None = None
    """The folder is mounted there, under its own name, where the service runs; nothing is uploaded."""


def resolve_source(text: str, client: ServiceClient, mounting: Mounting) -> Json:
    """The keys ``source_type`` and ``source``, and ``repository`` for what is uploaded.

    ``text`` is a folder, an archive, a git URL, owner/repository of GitHub, or a snapshot id. Raises
    ``SourceNotFoundError`` for a path that is not there.
    """
    snapshot = _SNAPSHOT.fullmatch(text)
    if snapshot:
        return {"source_type": "snapshot", "source": snapshot[1]}
    if re.match(r"https://github\.com/[^/]+/[^/]+", text):
        return {"source_type": "github_url", "source": text}
    if re.match(r"(git|https?|ssh)://", text):
        return {"source_type": "git_url", "source": text}
    path = Path(text).expanduser()
    if path.is_file():
        return _archive(path, client, mounting)
    if path.is_dir():
        return _folder(path.resolve(), client, mounting)
    scp = _SCP.fullmatch(text)
    if scp:
        return {"source_type": "git_url", "source": f"ssh://{scp[1]}{scp[2]}/{scp[3]}"}
    if re.fullmatch(r"[\w-][\w.-]*/[\w.-]+", text):
        return {"source_type": "github_repo", "source": text}
    if path.is_absolute() and not mounting.auto:
        # It may be a path that only the service sees; the service says so if not.
        return {"source_type": "archive" if path.name.endswith(_ARCHIVES) else "local_path", "source": text}
    raise SourceNotFoundError(
        f"{text!r} does not exist here, and is neither a git URL, owner/repository of GitHub, nor a snapshot id.",
        source=text,
    )


def upload_folder(folder: Path, client: ServiceClient, *, name: str | None = None) -> Json:
    """Pack ``folder`` without what its ignore rules leave out, and hand it to the service.

    The answer holds ``snapshot``, the source of a request.
    """
    with tempfile.TemporaryDirectory(prefix="codestory-upload-") as scratch:
        archive = Path(scratch) / "repository.zip"
        pack_folder(folder, archive)
        return client.upload(archive, name=name or folder.name)


def pack_folder(folder: Path, archive: Path) -> int:
    """Write what a snapshot of ``folder`` holds to the zip file ``archive``; return the number of files."""
    from codestory.sources.folder import snapshot_folder
    from codestory.storage.folder import FolderBlobStore

    with (
        tempfile.TemporaryDirectory(prefix="codestory-pack-") as scratch,
        zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        blobs = FolderBlobStore(scratch)
        try:
            snapshot = snapshot_folder(folder, blobs)
            for directory in snapshot.directories:
                if directory:
                    target.mkdir(directory)
            missing = set(snapshot.files)
            for path, content in snapshot.read_many(snapshot.files):
                target.writestr(_member(path, snapshot.files[path].mode), content, zipfile.ZIP_DEFLATED)
                missing.discard(path)
            for path in sorted(missing):
                # Larger than what snapshots keep; the service decides for itself what it keeps.
                with (
                    (folder / PurePosixPath(path)).open("rb") as source,
                    target.open(_member(path, snapshot.files[path].mode), "w", force_zip64=True) as entry,
                ):
                    while chunk := source.read(1 << 20):
                        entry.write(chunk)
            return len(snapshot.files)
        finally:
            blobs.close()


def _member(path: str, mode: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(path)
    member.external_attr = (mode & 0o777 | 0o100000) << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _folder(path: Path, client: ServiceClient, mounting: Mounting) -> Json:
    if mounting.path_prefix:
        return {"source_type": "local_path", "source": str(PurePosixPath(mounting.path_prefix) / path.name)}
    if not _must_upload(client, mounting):
        return {"source_type": "local_path", "source": str(path)}
    answer = upload_folder(path, client)
    return {"source_type": "snapshot", "source": _snapshot_of(answer), "repository": path.name}


def _archive(path: Path, client: ServiceClient, mounting: Mounting) -> Json:
    if not path.name.endswith(_ARCHIVES):
        raise RequestError(f"{str(path)!r} is a file; a source is a folder or an archive ({', '.join(_ARCHIVES)}).")
    path = path.resolve()
    if mounting.path_prefix:
        return {"source_type": "archive", "source": str(PurePosixPath(mounting.path_prefix) / path.name)}
    if not _must_upload(client, mounting):
        return {"source_type": "archive", "source": str(path)}
    name = path.name[: -len(next(end for end in _ARCHIVES if path.name.endswith(end)))]
    return {
        "source_type": "snapshot",
        "source": _snapshot_of(client.upload(path, name=name)),
        "repository": name,
    }


def _must_upload(client: ServiceClient, mounting: Mounting) -> bool:
    return mounting.auto and (mounting.container or not client.settings.is_local)


def _snapshot_of(answer: Json) -> str:
    return str(answer["snapshot"])
