"""The prompts: Markdown files with named places, the built-in ones or those of a folder of the user's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from codestory.exceptions import ConfigurationError, known_values
from plugins.summarizer.options import KINDS

__all__ = ["PLACES", "Prompts"]

PLACES = frozenset({"dependencies", "documentation", "kind", "name", "path", "signature", "source"})
_PLACE = re.compile(r"\{([a-z_]+)\}")
_FILES = ("system", *KINDS)


class Prompts:
    """The text of every prompt. ``DEPENDENCIES`` marks where a rendered prompt still lacks its dependencies."""

    DEPENDENCIES = "\x00dependencies\x00"

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    @classmethod
    def load(cls, folder: str | None = None) -> Prompts:
        """The built-in prompts, each replaced by the file of the same name in ``folder``, if there is one.

        Raises ``ConfigurationError`` for a folder that is missing, and for a place that no prompt has.
        """
        texts: dict[str, str] = {}
        own = Path(folder).expanduser() if folder else None
        if own is not None and not own.is_dir():
            raise ConfigurationError(
                f"summarizer: prompts folder {folder!r} does not exist. Create it, or leave 'prompts' out to use the"
                " built-in prompts.",
                key="prompts",
            )
        for name in _FILES:
            path = Path(__file__).parent / "prompts" / f"{name}.md"
            if own is not None and (own / f"{name}.md").is_file():
                path = own / f"{name}.md"
            texts[name] = path.read_text(encoding="utf-8").strip()
            for place in _PLACE.findall(texts[name]):
                if place not in PLACES:
                    raise ConfigurationError(
                        f"{path}: unknown place {{{place}}}.{known_values('places', place, PLACES)}", key="prompts"
                    )
        return cls(texts)

    @property
    def system(self) -> str:
        """The message that stands before every prompt."""
        return self._texts["system"]

    def render(self, kind: str, values: Mapping[str, str]) -> str:
        """The prompt for one kind of node, with ``DEPENDENCIES`` in place of the dependencies."""
        known = {place: values.get(place) or "none" for place in PLACES} | {"dependencies": self.DEPENDENCIES}
        return _PLACE.sub(lambda match: known[match[1]], self._texts[kind])
