"""The languages that the syntax step knows."""

from __future__ import annotations

from collections.abc import Iterable

from codestory.exceptions import ConfigurationError, known_values
from plugins.syntax.analyzer import LanguageAnalyzer
from plugins.syntax.languages import csharp, go, java, javascript
from plugins.syntax.python import ANALYZER as PYTHON

__all__ = ["ANALYZERS", "analyzers"]

ANALYZERS: tuple[LanguageAnalyzer, ...] = (
    PYTHON,
    javascript.ANALYZER,
    java.ANALYZER,
    go.ANALYZER,
    csharp.ANALYZER,
)
"""Asked in this order which of them a file belongs to."""


_ALIASES = {"typescript": "javascript", "tsx": "javascript", "jsx": "javascript", "c#": "csharp", "py": "python"}
"""One analyzer reads JavaScript and TypeScript, because they import each other."""


def analyzers(languages: Iterable[str] | None = None) -> tuple[LanguageAnalyzer, ...]:
    """The analyzers of these languages, of all if ``None``; raises ``ConfigurationError`` for an unknown one."""
    if languages is None:
        return ANALYZERS
    wanted = {_ALIASES.get(language.lower(), language.lower()) for language in languages}
    known = {analyzer.language for analyzer in ANALYZERS}
    for language in sorted(wanted - known):
        raise ConfigurationError(
            f"Step syntax: there is no language {language!r}.{known_values('languages', language, known)}",
            key="languages",
        )
    return tuple(analyzer for analyzer in ANALYZERS if analyzer.language in wanted)
