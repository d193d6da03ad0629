"""Go."""

from __future__ import annotations

from tree_sitter import Language
from tree_sitter_go import language

from ..common.analyzer import Analyzer
from .extraction import GoExtractor
from .resolution import GoResolver

__all__ = ["ANALYZER", "GoAnalyzer"]

_GRAMMAR = Language(language())


class GoAnalyzer(Analyzer):
    """Files that end in ``.go``."""

    language = "go"
    version = "1"
    suffixes = (".go",)
    resolver = GoResolver

    def extractor(self, path: str) -> GoExtractor:
        return GoExtractor(path, self.language, _GRAMMAR)


ANALYZER = GoAnalyzer()
