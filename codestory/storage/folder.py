"""A blob store in a folder: the default, shared by any number of processes of one machine."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from uuid import uuid4

from codestory.exceptions import ConfigurationError, NotFoundError, StorageUnavailableError
from codestory.storage.names import check_name, check_prefix

__all__ = ["FolderBlobStore"]

_SUFFIX = ".blob"
_CLASHING = re.compile(r"(\.blob_*)$")
_ESCAPED = re.compile(r"(\.blob_*)_$")
_SCRATCH = ".scratch"
_SCRATCH_SECONDS = 24 * 3600.0
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class FolderBlobStore:
    """Blobs as files below ``root``, which is made on the first write.

    Their names end in ``.blob``, so that a blob ``a`` and the folder of ``a/b`` are not in each other's way.

    A blob is written to a scratch file, flushed to the disk, and moved to its name, so a reader in any
    process sees the whole blob or none, and after a power failure too. The directory itself is not flushed:
    the last blobs before a power failure may be missing, and are written again with the work that needed
    them.
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.root = Path(os.path.abspath(root))  # noqa: PTH100  (must not follow links that are made later)
        self._root = str(self.root)
        self._swept = False

    def __repr__(self) -> str:
        return f"FolderBlobStore({self._root!r})"

    def put(self, name: str, data: bytes) -> None:
        """Store ``data`` under ``name``, replacing what was there."""
        target = self._path(name)
        with self._translated(name), self._scratch_file(data) as scratch:
            self._place(scratch, target)

    def put_if_absent(self, name: str, data: bytes) -> bool:
        """Store ``data`` unless ``name`` exists; tell whether it was stored. One racing writer wins."""
        target = self._path(name)
        with self._translated(name):
            if os.path.isfile(target):  # noqa: PTH113
                return False
            with self._scratch_file(data) as scratch:
                self._make_parent(target)
                try:
                    os.link(scratch, target)
                except FileExistsError:
                    return False
                return True

    def get(self, name: str) -> bytes:
        """The whole blob; raises ``NotFoundError``."""
        with self._translated(name), open(self._path(name), "rb") as file:  # noqa: PTH123
            return file.read()

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        """``length`` bytes from ``offset``, fewer at the end of the blob; raises ``NotFoundError``."""
        with self._translated(name), open(self._path(name), "rb") as file:  # noqa: PTH123
            file.seek(offset)
            return file.read(length)

    def exists(self, name: str) -> bool:
        """Whether there is such a blob."""
        return os.path.isfile(self._path(name))  # noqa: PTH113

    def delete(self, name: str) -> None:
        """Remove the blob; nothing happens if there is none."""
        with contextlib.suppress(NotFoundError), self._translated(name):
            os.unlink(self._path(name))  # noqa: PTH108

    def names(self, prefix: str) -> Iterator[str]:
        """The names that start with ``prefix``, in order of their code points."""
        folder = check_prefix(prefix).rpartition("/")[0]
        with self._translated(prefix):
            found = sorted(name for name in self._walk(folder) if name.startswith(prefix))
        yield from found

    def check(self) -> None:
        """Prove with a round trip that the store can be written and read."""
        name = f"health/{uuid4().hex}"
        self.put(name, b"ok")
        self.get(name)
        self.delete(name)

    def close(self) -> None:
        """Nothing is held open."""

    def _path(self, name: str) -> str:
        folder, _, last = check_name(name).rpartition("/")
        return f"{self._root}/{_folder_on_disk(folder)}{last}{_SUFFIX}"

    def _walk(self, folder: str) -> Iterator[str]:
        pending = [folder]
        while pending:
            folder = pending.pop()
            try:
                entries = os.scandir(f"{self._root}/{_folder_on_disk(folder)}")
            except FileNotFoundError:
                continue
            with entries:
                for entry in entries:
                    above = f"{folder}/" if folder else ""
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(above + _ESCAPED.sub(r"\1", entry.name))
                    elif entry.name.endswith(_SUFFIX):
                        yield above + entry.name.removesuffix(_SUFFIX)

    @contextlib.contextmanager
    def _scratch_file(self, data: bytes) -> Generator[str]:
        scratch = f"{self._root}/{_SCRATCH}/{uuid4().hex}"
        self._make_parent(scratch)
        self._sweep()
        try:
            with open(scratch, "xb") as file:  # noqa: PTH123
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            yield scratch
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(scratch)  # noqa: PTH108

    def _place(self, scratch: str, target: str) -> None:
        try:
            os.replace(scratch, target)  # noqa: PTH105
        except FileNotFoundError:
            self._make_parent(target)
            os.replace(scratch, target)  # noqa: PTH105

    @staticmethod
    def _make_parent(path: str) -> None:
        os.makedirs(path.rpartition("/")[0], exist_ok=True)  # noqa: PTH103

    def _sweep(self) -> None:
        """Remove, once per process, what killed writers left in the scratch folder a day ago."""
        if self._swept:
            return
        self._swept = True
        oldest = time.time() - _SCRATCH_SECONDS
        with os.scandir(f"{self._root}/{_SCRATCH}") as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    if entry.stat(follow_symlinks=False).st_mtime < oldest:
                        os.unlink(entry.path)  # noqa: PTH108

    @contextlib.contextmanager
    def _translated(self, name: str) -> Generator[None]:
        try:
            yield
        except FileNotFoundError:
            raise NotFoundError(f"There is no blob {name!r} in {self._root}.", name=name) from None
        except OSError as error:
            if error.errno in _REFUSED:
                raise ConfigurationError(
                    f"The blob folder {self._root} refused {name!r}: {error.strerror}. Give this user the"
                    " right to write there, or name another folder with CODESTORY_HOME.",
                    folder=self._root,
                ) from error
            raise StorageUnavailableError(
                f"The blob folder {self._root} failed on {name!r}: {error.strerror}.", folder=self._root
            ) from error


def _folder_on_disk(folder: str) -> str:
    """The path of a folder of blobs and a slash; one that looks like a blob's file gets an underscore more."""
    return "".join(f"{_CLASHING.sub(r'\1_', part)}/" for part in folder.split("/")) if folder else ""
