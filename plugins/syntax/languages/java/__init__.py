"""Java."""

from __future__ import annotations

from tree_sitter import Language
from tree_sitter_java import language

from ..common.analyzer import Analyzer
from .extraction import JavaExtractor
from .resolution import JavaResolver

__all__ = ["ANALYZER", "JavaAnalyzer"]

_GRAMMAR = Language(language())


class JavaAnalyzer(Analyzer):
    """Files that end in ``.java``."""

    language = "java"
    version = "1"
    suffixes = (".java",)
    resolver = JavaResolver

    def extractor(self, path: str) -> JavaExtractor:
        return JavaExtractor(path, self.language, _GRAMMAR)


ANALYZER = JavaAnalyzer()
