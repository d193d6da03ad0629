"""How the source code of each language is found and written by the random edits, by suffix."""

from __future__ import annotations

import re

__all__ = ["BROKEN", "DOCUMENTS", "FAMILIES", "FUNCTIONS", "IMPORTS", "STATEMENTS", "SUFFIXES"]

FUNCTIONS = {
    ".py": re.compile(r"^([ \t]*)(?:async )?def (\w+)\(.*\).*:[ \t]*$", re.M),
    ".ts": re.compile(r"^([ \t]*)(?:export )?(?:function )?(\w+)\(.*\).*\{[ \t]*$", re.M),
    ".java": re.compile(r"^([ \t]*)(?:public|private|protected) [\w<>\[\] ]*?(\w+)\(.*\) \{[ \t]*$", re.M),
    ".go": re.compile(r"^([ \t]*)func (?:\([^)]*\) )?(\w+)\(.*\).*\{[ \t]*$", re.M),
    ".cs": re.compile(r"^([ \t]*)public [\w<> ]*?(\w+)\(.*\)\n[ \t]*\{[ \t]*$", re.M),
}
STATEMENTS = {".py": "{0}()", ".ts": "{0}();", ".java": "{0}();", ".go": "{0}()", ".cs": "{0}();"}
IMPORTS = {
    ".py": re.compile(r"^[ \t]*(?:from [.\w]+ )?import .*$", re.M),
    ".ts": re.compile(r"^import .*$", re.M),
    ".java": re.compile(r"^import .*$", re.M),
    ".go": re.compile(r'^[ \t]*(?:import )?"[\w./]+"$', re.M),
    ".cs": re.compile(r"^using .*$", re.M),
}
BROKEN = {
    ".py": "def broken(:\n    return (\n",
    ".ts": "function broken( { return [;\n",
    ".java": "public int broken( { return (;\n",
    ".go": "func broken( { return (\n",
    ".cs": "public int Broken( { return (;\n",
}
SUFFIXES = {
    ".py": (".pyi",),
    ".ts": (".tsx", ".js"),
    ".tsx": (".ts",),
    ".js": (".ts",),
    ".md": (".txt",),
    ".rst": (".txt",),
}
DOCUMENTS = (".md", ".rst", ".txt")
FAMILIES: dict[str, str] = {".pyi": ".py", ".tsx": ".ts", ".js": ".ts"}
