"""Python: facts of one file, and the call graph of a whole repository."""

from __future__ import annotations

from plugins.syntax.python.analyzer import ANALYZER, PythonAnalyzer

__all__ = ["ANALYZER", "PythonAnalyzer"]
