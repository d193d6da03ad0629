"""C#."""

from __future__ import annotations

from tree_sitter import Language
from tree_sitter_c_sharp import language

from ..common.analyzer import Analyzer
from .extraction import CSharpExtractor
from .resolution import CSharpResolver

__all__ = ["ANALYZER"]

_GRAMMAR = Language(language())

ANALYZER = Analyzer("csharp", "3", (".cs",), lambda path: CSharpExtractor(path, "csharp", _GRAMMAR), CSharpResolver)
