"""Go."""

from __future__ import annotations

from tree_sitter import Language
from tree_sitter_go import language

from ..common.analyzer import Analyzer
from .extraction import GoExtractor
from .resolution import GoResolver

__all__ = ["ANALYZER"]

_GRAMMAR = Language(language())

ANALYZER = Analyzer("go", "2", (".go",), lambda path: GoExtractor(path, "go", _GRAMMAR), GoResolver)
