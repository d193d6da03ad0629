"""Tells reading Cypher from writing Cypher, token by token.

The embedded server accepts writes in read transactions and commits schema changes at once, so the text itself has to
be judged. The guard errs on the safe side: what it does not know to be a read is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codestory.exceptions import RequestError

__all__ = ["require_read_only"]

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>//[^\n\r]*|/\*.*?\*/)
    | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<quoted>`(?:[^`]|``)*`)
    | (?P<word>[^\W\d]\w*)
    | (?P<number>\d\w*)
    | (?P<symbol>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_WRITING = frozenset(
    {"ALTER", "CREATE", "DEALLOCATE", "DELETE", "DENY", "DETACH", "DROP", "DRYRUN", "ENABLE", "FOREACH", "GRANT"}
    | {"INSERT", "LOAD", "MERGE", "NODETACH", "REALLOCATE", "REMOVE", "RENAME", "REVOKE", "SET", "START", "STOP"}
    | {"TERMINATE", "USE"}
)
_FIRST = frozenset(
    {"CALL", "CYPHER", "EXPLAIN", "FILTER", "FINISH", "LET", "MATCH", "OPTIONAL", "PROFILE", "RETURN", "SHOW"}
    | {"UNWIND", "WHEN", "WITH"}
)
_PROCEDURES = frozenset(
    {"db.info", "db.labels", "db.ping", "db.propertykeys", "db.relationshiptypes", "dbms.components"}
    | {"db.schema.nodetypeproperties", "db.schema.reltypeproperties", "db.schema.visualization"}
    | {"db.index.fulltext.listavailableanalyzers"}
    | {"db.index.fulltext.querynodes", "db.index.fulltext.queryrelationships"}
    | {"db.index.vector.querynodes", "db.index.vector.queryrelationships"}
)


def require_read_only(cypher: str) -> None:
    """Raise ``RequestError`` unless ``cypher`` is one statement that only reads."""
    if re.search(r"\\+u", cypher, re.IGNORECASE):
        # Neo4j replaces \uXXXX before it looks for strings, so an escape can end one.
        raise _refused("has a \\u escape; write the character itself")
    tokens = _tokens(cypher)
    if not tokens:
        raise _refused("is empty")
    if tokens[0].upper() not in _FIRST:
        raise _refused(f"starts with {tokens[0]!r}, which is not a reading clause")
    if ";" in tokens[:-1]:
        raise _refused("has more than one statement")
    for index, token in enumerate(tokens):
        word = token.upper()
        if word in _WRITING and not _is_name(tokens, index):
            raise _refused(f"uses {word}. If it is meant as a name, put it in backticks: `{token}`")
        if word == "CALL" and not _is_name(tokens, index):
            _check_call(tokens, index)
        if word == "TRANSACTIONS" and index and tokens[index - 1].upper() in {"IN", "CONCURRENT"}:
            raise _refused("uses IN TRANSACTIONS")


def _tokens(cypher: str) -> list[str]:
    """Words, symbols, strings (as ``''``) and quoted names (as they are), without spaces and comments."""
    tokens: list[str] = []
    for found in _TOKEN.finditer(cypher):
        kind, text = found.lastgroup, found.group()
        if kind in {"space", "comment"}:
            continue
        if kind == "symbol" and text in "'\"`":
            raise _refused(f"has an unterminated {text}")
        if kind == "symbol" and text == "*" and tokens and tokens[-1] == "/":
            raise _refused("has an unterminated comment")
        tokens.append("''" if kind == "string" else text)
    return tokens


def _is_name(tokens: Sequence[str], index: int) -> bool:
    """Whether the word at ``index`` stands where only a name can: property, label, parameter, or map key."""
    before = tokens[index - 1] if index else ""
    after = tokens[index + 1] if index + 1 < len(tokens) else ""
    if before == "." and index >= 2:
        owner = tokens[index - 2]
        return owner in {")", "]", "}"} or owner[0] in "`_" or owner[0].isalpha()
    return before in {"$", ":"} or (after == ":" and before in {"{", ","})


def _check_call(tokens: Sequence[str], index: int) -> None:
    rest = tokens[index + 1 :]
    if rest and rest[0] in {"{", "("}:
        return
    name = ""
    for part in rest:
        if part != "." and not (part[0] == "_" or part[0].isalpha()):
            break
        if name and not name.endswith(".") and part != ".":
            break
        name += part.lower()
    if name not in _PROCEDURES:
        raise _refused(f"calls {name or 'a procedure'!r}, which is not known to be a reading procedure")


def _refused(why: str) -> RequestError:
    text = f"Only queries that read are allowed here, but this one {why}."
    return RequestError(text, problems=[text])
