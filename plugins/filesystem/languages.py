"""What the name of a file, or the first line of a script, says about its language and content type."""

from __future__ import annotations

import re
from mimetypes import MimeTypes

__all__ = ["content_type", "extension", "language"]

_BY_EXTENSION = {
    ".ada": "ada", ".adb": "ada", ".ads": "ada", ".asm": "assembly", ".astro": "astro", ".awk": "awk",
    ".bash": "shell", ".bat": "batch", ".bicep": "bicep", ".bzl": "starlark", ".c": "c", ".cc": "cpp", ".cfg": "ini",
    ".cjs": "javascript", ".clj": "clojure", ".cljs": "clojure", ".cmake": "cmake", ".cmd": "batch", ".cpp": "cpp",
    ".cs": "csharp", ".cshtml": "razor", ".csproj": "xml", ".css": "css", ".csv": "csv", ".csx": "csharp",
    ".cts": "typescript", ".cu": "cuda", ".cxx": "cpp", ".cypher": "cypher", ".d": "d", ".dart": "dart",
    ".diff": "diff", ".el": "elisp", ".elm": "elm", ".erl": "erlang", ".ex": "elixir", ".exs": "elixir",
    ".f90": "fortran", ".fish": "shell", ".fs": "fsharp", ".fsx": "fsharp", ".go": "go", ".gradle": "groovy",
    ".graphql": "graphql", ".groovy": "groovy", ".h": "c", ".handlebars": "handlebars", ".hbs": "handlebars",
    ".hcl": "hcl", ".hh": "cpp", ".hpp": "cpp", ".hrl": "erlang", ".hs": "haskell", ".htm": "html", ".html": "html",
    ".hxx": "cpp", ".ini": "ini", ".ipynb": "notebook", ".java": "java", ".jinja": "jinja", ".jinja2": "jinja",
    ".jl": "julia", ".js": "javascript", ".json": "json", ".json5": "json", ".jsonc": "json", ".jsonl": "json",
    ".jsx": "javascript", ".kt": "kotlin", ".kts": "kotlin", ".less": "less", ".lisp": "lisp", ".lua": "lua",
    ".m": "objective-c", ".make": "make", ".markdown": "markdown", ".md": "markdown", ".mdx": "markdown",
    ".mjs": "javascript", ".mk": "make", ".ml": "ocaml", ".mli": "ocaml", ".mm": "objective-c", ".mts": "typescript",
    ".nim": "nim", ".nix": "nix", ".pas": "pascal", ".patch": "diff", ".php": "php", ".pl": "perl", ".pm": "perl",
    ".po": "gettext", ".pot": "gettext", ".properties": "properties", ".proto": "protobuf", ".ps1": "powershell",
    ".psm1": "powershell", ".pxd": "cython", ".py": "python", ".pyi": "python", ".pyw": "python", ".pyx": "cython",
    ".r": "r", ".rake": "ruby", ".rb": "ruby", ".rs": "rust", ".rst": "restructuredtext", ".s": "assembly",
    ".sass": "sass", ".scala": "scala", ".scm": "scheme", ".scss": "scss", ".sh": "shell", ".sol": "solidity",
    ".sql": "sql", ".svelte": "svelte", ".svg": "svg", ".swift": "swift", ".tcl": "tcl", ".tex": "latex",
    ".tf": "hcl", ".thrift": "thrift", ".toml": "toml", ".ts": "typescript", ".tsv": "csv", ".tsx": "typescript",
    ".txt": "text", ".v": "verilog", ".vb": "visual-basic", ".vhd": "vhdl", ".vim": "vim", ".vue": "vue",
    ".xml": "xml", ".xsd": "xml", ".xsl": "xml", ".yaml": "yaml", ".yml": "yaml", ".zig": "zig", ".zsh": "shell",
}  # fmt: skip

_BY_NAME = {
    "brewfile": "ruby", "build.bazel": "starlark", "cmakelists.txt": "cmake", "containerfile": "dockerfile",
    "dockerfile": "dockerfile", "gemfile": "ruby", "gnumakefile": "make", "go.mod": "go-module",
    "jenkinsfile": "groovy",
    "justfile": "just", "makefile": "make", "pipfile": "toml", "poetry.lock": "toml", "procfile": "procfile",
    "rakefile": "ruby", "setup.cfg": "ini", "tox.ini": "ini", "uv.lock": "toml", "vagrantfile": "ruby",
    "workspace": "starlark", ".bashrc": "shell", ".editorconfig": "ini", ".gitattributes": "gitattributes",
    ".gitignore": "gitignore", ".profile": "shell", ".zshrc": "shell",
}  # fmt: skip

_BY_INTERPRETER = {
    "ash": "shell", "awk": "awk", "bash": "shell", "bun": "javascript", "dash": "shell", "deno": "typescript",
    "fish": "shell", "groovy": "groovy", "ksh": "shell", "lua": "lua", "make": "make", "node": "javascript",
    "perl": "perl", "php": "php", "pwsh": "powershell", "pypy": "python", "python": "python", "rscript": "r",
    "ruby": "ruby", "sh": "shell", "tclsh": "tcl", "zsh": "shell",
}  # fmt: skip

_CONTENT_TYPES = {
    "c": "text/x-c", "cpp": "text/x-c++", "csharp": "text/x-csharp", "csv": "text/csv", "css": "text/css",
    "diff": "text/x-diff", "go": "text/x-go", "html": "text/html", "java": "text/x-java",
    "javascript": "text/javascript", "json": "application/json", "kotlin": "text/x-kotlin",
    "markdown": "text/markdown", "notebook": "application/x-ipynb+json", "php": "text/x-php", "python": "text/x-python",
    "restructuredtext": "text/x-rst", "ruby": "text/x-ruby", "rust": "text/x-rust", "shell": "text/x-shellscript",
    "sql": "application/sql", "svg": "image/svg+xml", "toml": "application/toml", "typescript": "text/x-typescript",
    "xml": "application/xml", "yaml": "application/yaml",
}  # fmt: skip

_SHEBANG = re.compile(
    rb"#![ \t]*(?:\S*/)?(?P<program>[^\s/]+)(?:[ \t]+(?:-\S+[ \t]+)*(?:\S*/)?(?P<argument>[^\s/-][^\s/]*))?"
)
_VERSION = re.compile(r"[0-9.]+$")

# The tables of the standard library alone: the machine's own would make the graph depend on the machine.
_mime_types = MimeTypes(filenames=())


def extension(name: str) -> str:
    """The last extension with its dot, in lower case; empty for a name without one or with nothing before it."""
    stem, dot, last = name.rpartition(".")
    return f".{last.lower()}" if dot and stem.strip(".") and last else ""


def language(name: str, beginning: bytes) -> str | None:
    """The language by name, by extension, or by the first line of a script; ``None`` if none of them tells."""
    lower = name.lower()
    found = _BY_NAME.get(lower) or _BY_EXTENSION.get(extension(name))
    if found is None and lower.startswith(("dockerfile.", "makefile.")):
        found = lower.partition(".")[0].replace("makefile", "make")
    if found is None and not extension(name):
        found = _by_shebang(beginning)
    return found


def content_type(name: str, found_language: str | None, is_binary: bool) -> str:
    """The MIME type: of the language, of the extension, or the general one for text or bytes."""
    if found_language in _CONTENT_TYPES and not is_binary:
        return _CONTENT_TYPES[found_language]
    guessed, encoding = _mime_types.guess_type(f"x{extension(name)}")
    if encoding:
        return f"application/{encoding}"
    # Extensions are ambiguous (".ts" is also a video), contents and languages are not.
    believed = guessed and (not is_binary if guessed.startswith("text/") else is_binary or found_language is None)
    if guessed and believed:
        return guessed
    return "application/octet-stream" if is_binary else "text/plain"


def _by_shebang(beginning: bytes) -> str | None:
    match = _SHEBANG.match(beginning[:256])
    if match is None:
        return None
    program = match["program"]
    if program == b"env" and match["argument"]:
        program = match["argument"]
    return _BY_INTERPRETER.get(_VERSION.sub("", program.decode("utf-8", "replace").lower()))
