"""Small operations on prose: first sentences, lists of names, the first paragraph of a README."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["clip", "count", "first_paragraph", "first_sentence", "listing"]

_SENTENCE_END = re.compile(r"[.!?](?=[\s\"')\]]|$)")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|approx|No|Dr|St|[A-Za-z])\.$", re.IGNORECASE)
_ROLE = re.compile(r":[a-z:]+:`(?:~(?:[^`<>]+\.)?)?([^`<>]+?)(?:\s*<[^`>]*>)?`")
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_UNDERLINE = re.compile(r"([=~\-^\"*+#])\1{2,}")
_MARKUP = re.compile(r"<[^>]{1,300}>")
_SKIPPED = re.compile(
    r"\s*(?:$|#{1,6}\s|[=~\-*_^\"'`+]{3,}\s*$|\.\.\s|\.\. ?$|[|>]|```|~~~|\[!\[|!\[|<|:[a-z-]+:(?!`)|\[[^\]]+\]:|\{)"
)


def clip(text: str, limit: int) -> str:
    """``text`` on one line, cut at a word if it is longer than ``limit`` characters."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    return flat[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def first_sentence(text: str, limit: int = 240) -> str:
    """The first sentence of a docstring, with a full stop; empty if there is none."""
    paragraph: list[str] = []
    title = ""
    for line in text.strip().splitlines():
        stripped = line.strip()
        if len(paragraph) == 1 and not title and _UNDERLINE.fullmatch(stripped):
            title = paragraph.pop()
            continue
        if not stripped or stripped.startswith((":param", ":return", ":rtype", "@param", "@return", ">>>", "Args:")):
            if paragraph or stripped:
                break
            continue
        paragraph.append(stripped)
        if len(paragraph) > 12:
            break
    paragraph = paragraph or [title]
    flat = _ROLE.sub(r"\1", " ".join(paragraph)).replace("``", "`").strip(" *-=#/")
    for end in _SENTENCE_END.finditer(flat):
        if not _ABBREVIATION.search(flat[: end.end()]):
            flat = flat[: end.end()]
            break
    flat = clip(flat, limit)
    return flat if not flat or flat[-1] in ".!?…" else flat.rstrip(":;,") + "."


def first_paragraph(text: str, limit: int = 400) -> str:
    """The first paragraph of prose of a Markdown or reStructuredText document, without markup; may be empty."""
    lines = text.splitlines()
    paragraph: list[str] = []
    fenced = False
    for index, line in enumerate(lines):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        following = lines[index + 1] if index + 1 < len(lines) else ""
        is_title = bool(_UNDERLINE.fullmatch(following.strip())) and bool(line.strip())
        skipped = fenced or is_title or bool(_SKIPPED.match(line)) or (not paragraph and line.startswith("   "))
        if skipped and paragraph:
            break
        if not skipped:
            paragraph.append(line.strip())
    flat = _MARKUP.sub("", _LINK.sub(r"\1", _ROLE.sub(r"\1", " ".join(paragraph))))
    return clip(flat.replace("**", "").replace("``", "`").replace("`_", "`"), limit)


def listing(names: Sequence[str], *, most: int = 3) -> str:
    """``a``, ``b`` and 4 more, each name in backticks."""
    shown = [f"`{name}`" for name in names[:most]]
    rest = len(names) - len(shown)
    if rest > 0:
        shown.append(f"{rest} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """``1 file``, ``3 files``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
