"""Java."""

from __future__ import annotations

from tree_sitter import Language
from tree_sitter_java import language

from ..common.analyzer import Analyzer
from .extraction import JavaExtractor
from .resolution import JavaResolver

__all__ = ["ANALYZER"]

_GRAMMAR = Language(language())

ANALYZER = Analyzer("java", "2", (".java",), lambda path: JavaExtractor(path, "java", _GRAMMAR), JavaResolver)
