"""What a directive refers to, documents or declares."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from plugins.documentation_grapher.facts import FactsBuilder, Reference
from plugins.documentation_grapher.rst_inline import Place
from plugins.documentation_grapher.rst_vocabulary import AUTODOC, BODY, CLASS_LIKE, LITERAL, OBJECTS

__all__ = ["WITH_CONTENT", "DirectiveReader", "Outcome"]

WITH_CONTENT = frozenset({"toctree", "autosummary", "glossary"})
"""Directives whose content is a list to be read here."""

_SIGNATURE = re.compile(
    r"(?:(?:async|abstract|abstractmethod|final|static|classmethod|property)\s+)*(~?[A-Za-z_][\w.]*)"
)
_ENTRY = re.compile(r"(?:.*<([^<>]+)>|(\S.*))$")
_MEMBER = re.compile(r"[A-Za-z_]\w*")
_OTHER_DOMAINS = frozenset({"c", "cpp", "js", "rst", "std", "math", "http", "php", "ruby", "java", "go", "dn", "rust"})


@dataclass(frozen=True)
class Outcome:
    """What follows for the text after a directive.

    ``module`` is the new current module (an empty string: none any more, ``None``: unchanged); ``owner`` the class
    that the directive's content is about; ``argument_is_prose`` that the argument may hold references.
    """

    module: str | None = None
    owner: str = ""
    argument_is_prose: bool = False


class DirectiveReader:
    """Reads one directive at a time into the facts of its document."""

    def __init__(self, facts: FactsBuilder) -> None:
        self.facts = facts

    def read(
        self, name: str, arguments: list[str], options: list[str], content: list[str], place: Place, line: int
    ) -> Outcome:
        """``arguments`` are the lines of the argument, ``options`` those of the option list."""
        domain, _, base = name.lower().rpartition(":")
        if domain and domain.split(":")[-1] in _OTHER_DOMAINS and domain != "std":
            return Outcome()
        argument = arguments[0] if arguments else ""

        def refer(kind: str, text: str, at: int = line, detail: str = base, owner: str | None = None) -> None:
            self.facts.references.append(
                Reference(kind, text, at, place.section, detail, place.module, place.owner if owner is None else owner)  # pyright: ignore[reportArgumentType]
            )

        if base in OBJECTS and (base != "class" or domain == "py" or _SIGNATURE.match(argument)):
            return self._objects(base, arguments, place, refer)
        if base in AUTODOC:
            return self._autodoc(base, argument, options, refer)
        match base:
            case "module" | "currentmodule":
                module = "" if argument == "None" else argument
                if base == "module" and module:
                    refer("object", module)
                    self.facts.modules.append((module, place.section))
                return Outcome(module=module)
            case "include" | "literalinclude":
                if argument and not argument.startswith("<"):
                    refer("include", argument)
            case "image" | "figure":
                self._image(argument, options, refer)
            case "toctree":
                self._toctree(content, line, refer)
            case "autosummary":
                for offset, entry in enumerate(content, 1):
                    if (match := _SIGNATURE.match(entry.strip())) and not entry.strip().startswith(":"):
                        refer("autodoc", match[1].lstrip("~"), line + offset)
            case "glossary":
                self._glossary(content, place)
            case _ if base in LITERAL:
                pass
            case _ if base in BODY or not argument:
                return Outcome(argument_is_prose=True)
            case _:
                self._own_object(base, arguments, place)
                return Outcome(argument_is_prose=True)
        return Outcome()

    def _objects(self, base: str, arguments: list[str], place: Place, refer: Callable[..., None]) -> Outcome:
        owner = ""
        for argument in arguments:
            if match := _SIGNATURE.match(argument):
                refer("object", match[1])
                owner = owner or match[1]
        if base not in CLASS_LIKE:
            return Outcome()
        return Outcome(owner=f"{place.owner}.{owner}" if place.owner and owner else owner)

    def _autodoc(self, base: str, argument: str, options: list[str], refer: Callable[..., None]) -> Outcome:
        match = _SIGNATURE.match(argument.replace("::", "."))
        if not match:
            return Outcome()
        name = match[1]
        refer("autodoc", name)
        for option in options:
            key, _, value = option[1:].partition(":")
            if key == "members":
                for member in _MEMBER.findall(value):
                    refer("autodoc", f"{name}.{member}", owner="")
        if base == "automodule":
            self.facts.modules.append((name, self.facts.current))
            return Outcome(module=name)
        return Outcome(owner=name if base in CLASS_LIKE else "")

    def _image(self, argument: str, options: list[str], refer: Callable[..., None]) -> None:
        if "://" in argument:
            self.facts.external_links += 1
        elif argument and not argument.startswith("data:"):
            refer("image", argument)
        for option in options:
            key, _, value = option[1:].partition(":")
            value = value.strip()
            if key == "target" and value and not value.endswith("_"):
                if "://" in value:
                    self.facts.external_links += 1
                else:
                    refer("link", value)

    def _toctree(self, content: list[str], line: int, refer: Callable[..., None]) -> None:
        for offset, raw in enumerate(content, 1):
            entry = raw.strip()
            if not entry or entry.startswith((":", "..")):
                continue
            match = _ENTRY.match(entry)
            target = ((match[1] or match[2]) if match else entry).strip()
            if "://" in target:
                self.facts.external_links += 1
            elif target != "self" and "*" not in target:
                refer("toctree", target, line + offset)

    def _glossary(self, content: list[str], place: Place) -> None:
        depth = min((len(raw) - len(raw.lstrip()) for raw in content if raw.strip()), default=0)
        for raw in content:
            term = raw.strip()
            if term and len(raw) - len(raw.lstrip()) == depth and not term.startswith((":", "..")):
                self.facts.objects.append(("term", term.split(" : ")[0].lower(), place.section))

    def _own_object(self, base: str, arguments: list[str], place: Place) -> None:
        """A directive of the project's own (``.. setting:: DEBUG``): its arguments are names to refer to."""
        for argument in arguments:
            names = argument.split(",") if base in ("option", "django-admin-option", "cmdoption") else [argument]
            for name in names:
                if words := name.split("(")[0].split():
                    self.facts.objects.append((base, words[0], place.section))
                    if base.endswith("option") and "=" in words[0]:
                        self.facts.objects.append((base, words[0].split("=")[0], place.section))
