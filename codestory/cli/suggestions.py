"""Queries worth trying on a fresh graph."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Suggestion", "command_for", "program", "suggestions"]


@dataclass(frozen=True)
class Suggestion:
    """A question and the Cypher that answers it."""

    question: str
    cypher: str


_TEMPLATES = (
    Suggestion(
        "Which languages is it written in?",
        "MATCH (f:File {{repository: {name}}}) WHERE f.language IS NOT NULL"
        " RETURN f.language AS language, count(*) AS files ORDER BY files DESC, language LIMIT 5",
    ),
    Suggestion(
        "Which functions are called from the most places?",
        "MATCH (caller)-[:CALLS]->(callee:Function {{repository: {name}}})"
        " RETURN callee.id AS function, count(DISTINCT caller) AS callers ORDER BY callers DESC, function LIMIT 5",
    ),
    Suggestion(
        "Which packages does most of the code depend on?",
        "MATCH (m:Module {{repository: {name}}})-[:DEPENDS_ON]->(p:Package)"
        " RETURN p.name AS package, count(DISTINCT m) AS modules ORDER BY modules DESC, package LIMIT 5",
    ),
)


def suggestions(repository: str) -> list[Suggestion]:
    """Three queries about ``repository``."""
    # JSON's string escapes are a subset of Cypher's.
    name = json.dumps(repository, ensure_ascii=False)
    return [Suggestion(item.question, item.cypher.format(name=name)) for item in _TEMPLATES]


def program() -> str:
    """How the user can call this program from where they are."""
    if shutil.which("codestory"):
        return "codestory"
    script = Path(sys.executable).with_name("codestory")
    if not script.exists():
        return f"{shlex.quote(sys.executable)} -m codestory.cli"
    here = Path.cwd()
    return shlex.quote(str(script.relative_to(here) if script.is_relative_to(here) else script))


def command_for(suggestion: Suggestion) -> str:
    """The command line that runs the query."""
    return f"{program()} graph query {shlex.quote(suggestion.cypher)}"
