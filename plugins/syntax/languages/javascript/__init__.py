"""JavaScript and TypeScript, which import each other and are therefore resolved together."""

from __future__ import annotations

from tree_sitter import Language
from tree_sitter_javascript import language as javascript_grammar
from tree_sitter_typescript import language_tsx, language_typescript

from ..common.analyzer import Analyzer
from .extraction import EcmaExtractor
from .resolution import EcmaResolver

__all__ = ["ANALYZER", "EcmaAnalyzer"]

_JAVASCRIPT = Language(javascript_grammar())
_TYPESCRIPT = Language(language_typescript())
_TSX = Language(language_tsx())


class EcmaAnalyzer(Analyzer):
    """The language of a file, ``javascript`` or ``typescript``, stands in its Module node."""

    language = "javascript"
    version = "1"
    suffixes = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts")
    resolver = EcmaResolver

    def extractor(self, path: str) -> EcmaExtractor:
        suffix = path.lower().rpartition(".")[2]
        if suffix in ("ts", "mts", "cts"):
            return EcmaExtractor(path, "typescript", _TYPESCRIPT)
        if suffix == "tsx":
            return EcmaExtractor(path, "typescript", _TSX)
        return EcmaExtractor(path, "javascript", _JAVASCRIPT)


ANALYZER = EcmaAnalyzer()
