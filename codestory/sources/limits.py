"""How much a source may hold before it is refused."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta

from codestory.exceptions import ConfigurationError

__all__ = ["SourceLimits"]

_MIB = 1024 * 1024


@dataclass(frozen=True)
class SourceLimits:
    """Sizes in bytes. The defaults fit any repository that people work on; each can be raised by a setting."""

    max_file_bytes: int = field(default=10 * _MIB, metadata={"setting": "CODESTORY_MAX_FILE_BYTES"})
    """A larger file is listed with its size and hash, and its first 64 KiB are kept."""

    max_total_bytes: int = field(default=8192 * _MIB, metadata={"setting": "CODESTORY_MAX_SOURCE_BYTES"})
    """All files of a source that are kept, archives and clones unpacked; also the transfer of a clone."""

    max_files: int = field(default=500_000, metadata={"setting": "CODESTORY_MAX_SOURCE_FILES"})
    """Files and directories of a source, ignored ones not counted."""

    max_depth: int = field(default=200, metadata={"setting": "CODESTORY_MAX_SOURCE_DEPTH"})
    """Directories inside each other."""

    max_ratio: int = field(default=200, metadata={"setting": "CODESTORY_MAX_ARCHIVE_RATIO"})
    """Unpacked bytes for each byte of an archive, once it unpacks to more than 64 MiB."""

    timeout: timedelta = field(default=timedelta(minutes=15), metadata={"setting": "CODESTORY_CLONE_TIMEOUT"})
    """For a clone as a whole; the setting is in seconds."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> SourceLimits:
        """The defaults, with what the environment sets; raises ``ConfigurationError`` for what is not a number."""
        values = os.environ if environment is None else environment
        chosen: dict[str, int | timedelta] = {}
        for item in fields(cls):
            setting = item.metadata["setting"]
            text = values.get(setting, "").strip()
            if not text:
                continue
            if not text.isascii() or not text.isdigit() or int(text) == 0:
                raise ConfigurationError(f"{setting} is {text!r}; a positive whole number is needed.", key=setting)
            chosen[item.name] = timedelta(seconds=int(text)) if item.name == "timeout" else int(text)
        return cls(**chosen)  # pyright: ignore[reportArgumentType]
