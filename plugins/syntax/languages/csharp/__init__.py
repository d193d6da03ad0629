"""C#."""

from __future__ import annotations

from tree_sitter import Language
from tree_sitter_c_sharp import language

from ..common.analyzer import Analyzer
from .extraction import CSharpExtractor
from .resolution import CSharpResolver

__all__ = ["ANALYZER", "CSharpAnalyzer"]

_GRAMMAR = Language(language())


class CSharpAnalyzer(Analyzer):
    """Files that end in ``.cs``."""

    language = "csharp"
    version = "1"
    suffixes = (".cs",)
    resolver = CSharpResolver

    def extractor(self, path: str) -> CSharpExtractor:
        return CSharpExtractor(path, self.language, _GRAMMAR)


ANALYZER = CSharpAnalyzer()
