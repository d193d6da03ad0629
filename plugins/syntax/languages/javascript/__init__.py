"""JavaScript and TypeScript, which import each other and are therefore resolved together.

The language of a file, ``javascript`` or ``typescript``, stands in its nodes.
"""

from __future__ import annotations

from tree_sitter import Language
from tree_sitter_javascript import language as javascript_grammar
from tree_sitter_typescript import language_tsx, language_typescript

from ..common.analyzer import Analyzer
from .extraction import EcmaExtractor
from .resolution import EcmaResolver

__all__ = ["ANALYZER"]

_JAVASCRIPT = ("javascript", Language(javascript_grammar()))
_TYPESCRIPT = ("typescript", Language(language_typescript()))
_TSX = ("typescript", Language(language_tsx()))
_GRAMMARS = {
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs"), _JAVASCRIPT),
    **dict.fromkeys((".ts", ".mts", ".cts"), _TYPESCRIPT),
    ".tsx": _TSX,
}


def _extractor(path: str) -> EcmaExtractor:
    language, grammar = _GRAMMARS[f".{path.lower().rpartition('.')[2]}"]
    return EcmaExtractor(path, language, grammar)


ANALYZER = Analyzer("javascript", "8", tuple(_GRAMMARS), _extractor, EcmaResolver)
