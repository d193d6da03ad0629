"""Summaries without a model: what the documentation says first, then what the graph knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from plugins.summarizer.repository import Item, Repository
from plugins.summarizer.text import clip, count, first_sentence, listing

__all__ = ["Extractive"]


_SIGNATURE_SHOWN = 100
_LOOSE = re.compile(r"(\()\s+|,?\s+(?=\))()")
_KEYWORDS = re.compile(
    r"^(?:(?:export|default|public|private|protected|static|final|abstract|async|def|class|interface|enum|struct|func|function)\s+)+"
)


class Extractive:
    """Writes one to three sentences about each kind of node; the same graph always gives the same text.

    ``readmes`` are first paragraphs by folder, ``""`` for the root.
    """

    def __init__(self, repository: Repository, readmes: Mapping[str, str]) -> None:
        self._repository = repository
        self._readmes = readmes
        self._names = [_shown_name(item) for item in repository.items]
        self._tallies: dict[int, Counter[str]] = {}

    def text(self, number: int) -> str:
        """The summary of one node."""
        item = self._repository.items[number]
        match item.label:
            case "Function" | "Method":
                return self._callable(number, item)
            case "Class":
                return self._class(number, item)
            case "Module":
                return self._module(number, item)
            case _:
                return self._folder(number, item)

    def _callable(self, number: int, item: Item) -> str:
        facts: list[str] = []
        called = self._used(number, "CALLS", "INSTANTIATES")
        if called:
            facts.append(f"calls {listing(called)}")
        callers = len(self._repository.used_by["CALLS"].get(number, ()))
        if callers:
            facts.append(f"called from {count(callers, 'place')}")
        return self._sentences(item, number, facts)

    def _class(self, number: int, item: Item) -> str:
        facts: list[str] = []
        bases = self._used(number, "INHERITS_FROM")
        if bases:
            facts.append(f"extends {listing(bases)}")
        members = self._repository.children.get(number, [])
        methods = [self._repository.items[member] for member in members]
        public = [
            method.name
            for method in methods
            if method.label in ("Method", "Function")
            and not method.name.startswith("_")
            and method.visibility != "private"
        ]
        if public:
            facts.append(f"{count(len(public), 'public method')} ({listing(sorted(set(public)), most=4)})")
        elif methods:
            facts.append(count(len(methods), "member"))
        subclasses = len(self._repository.used_by["INHERITS_FROM"].get(number, ()))
        if subclasses:
            facts.append(f"extended by {count(subclasses, 'class', 'classes')}")
        made = len(self._repository.used_by["INSTANTIATES"].get(number, ()))
        if made:
            facts.append(f"instantiated in {count(made, 'place')}")
        return self._sentences(item, number, facts)

    def _module(self, number: int, item: Item) -> str:
        facts: list[str] = []
        members = [self._repository.items[member] for member in self._repository.children.get(number, [])]
        classes = sorted({member.name for member in members if member.label == "Class"})
        functions = sorted({member.name for member in members if member.label == "Function"})
        if classes:
            facts.append(f"defines {count(len(classes), 'class', 'classes')} ({listing(classes)})")
        if functions:
            facts.append(f"{'' if classes else 'defines '}{count(len(functions), 'function')} ({listing(functions)})")
        imported = self._imported(number)
        if imported:
            facts.append(f"imports {listing(imported)}")
        importers = {
            self._repository.module_of(source) for source in self._repository.used_by["IMPORTS"].get(number, ())
        }
        if importers:
            facts.append(f"imported by {count(len(importers), 'module')}")
        return self._sentences(item, number, facts)

    def _folder(self, number: int, item: Item) -> str:
        repository = self._repository
        is_root = item.label == "Repository"
        readme = self._readmes.get("" if is_root else item.path, "")
        tally = self._tally(number)
        parts = [count(tally["File"], "file")]
        below = [repository.items[child] for child in repository.children.get(number, [])]
        folders = [child.name for child in below if child.label == "Directory"]
        if folders:
            largest = self._largest(number)
            parts.append(f"{count(len(folders), 'folder')} ({listing(largest, most=4)})")
        what = [
            count(tally[label], label.lower(), plural)
            for label, plural in (("Class", "classes"), ("Function", None), ("Method", None))
            if tally[label]
        ]
        languages = sorted(
            ((-times, name) for name, times in tally.items() if name.startswith("language:")), key=lambda pair: pair
        )
        holds = f"Holds {' and '.join(parts)}"
        if what:
            holds += f" with {what[0] if len(what) == 1 else ', '.join(what[:-1]) + ' and ' + what[-1]}"
        if languages:
            holds += f", in {', '.join(name.removeprefix('language:') for _, name in languages[:3])}"
        sentences = [readme if not readme or readme[-1] in ".!?…" else readme + "."] if readme else []
        if not readme:
            # Without the repository's name: two copies of the same source are described alike.
            sentences.append("The repository as a whole." if is_root else f"Folder `{item.path}`.")
            package = self._package_docstring(number)
            if package:
                sentences[0] = package
        return " ".join([*sentences, holds + "."])

    def _package_docstring(self, number: int) -> str:
        """What the ``__init__`` of a Python package says about it."""
        repository = self._repository
        for child in repository.children.get(number, []):
            if repository.items[child].name == "__init__.py":
                for module in repository.children.get(child, []):
                    return first_sentence(repository.items[module].docstring)
        return ""

    def _largest(self, number: int) -> list[str]:
        repository = self._repository
        folders = [child for child in repository.children[number] if repository.items[child].label == "Directory"]
        folders.sort(key=lambda child: (-self._tally(child)["File"], repository.items[child].name))
        return [repository.items[child].name for child in folders]

    def _tally(self, number: int) -> Counter[str]:
        """How many nodes of each label, and files of each language, are below a node."""
        known = self._tallies.get(number)
        if known is not None:
            return known
        repository = self._repository
        order = [number]
        for node in order:
            order.extend(child for child in repository.children.get(node, ()) if child not in self._tallies)
        for node in reversed(order):
            tally: Counter[str] = Counter()
            for child in repository.children.get(node, ()):
                item = repository.items[child]
                tally[item.label] += 1
                if item.label == "Module" and item.language:
                    tally[f"language:{item.language}"] += 1
                tally.update(self._tallies[child])
            self._tallies[node] = tally
        return self._tallies[number]

    def _imported(self, number: int) -> list[str]:
        """The modules that a module imports, or imports names from, its own repository's first."""
        repository = self._repository
        own = {repository.module_of(target) for target in repository.uses["IMPORTS"].get(number, {})} - {number}
        foreign = repository.external["DEPENDS_ON"].get(number) or repository.external["IMPORTS"].get(number, {})
        return sorted(self._names[module] for module in own) + sorted(foreign)

    def _used(self, number: int, *kinds: str) -> list[str]:
        """The names that a node uses, the repository's own first, then by how often."""
        own: Counter[str] = Counter()
        foreign: Counter[str] = Counter()
        for kind in kinds:
            for target, times in self._repository.uses[kind].get(number, {}).items():
                own[self._names[target]] += times
            for name, times in self._repository.external[kind].get(number, {}).items():
                foreign[name.removeprefix("builtins.")] += times
        names = sorted(own, key=lambda name: (-own[name], name))
        names += sorted(foreign.keys() - own.keys(), key=lambda name: (-foreign[name], name))
        # Making an object calls its constructor, and anonymous functions tell a reader nothing.
        return [
            name
            for name in names
            if not (name.startswith("<") or name.removesuffix(".__init__") in own.keys() - {name})
        ]

    def _sentences(self, item: Item, number: int, facts: list[str]) -> str:
        said = first_sentence(item.docstring)
        if not said:
            kind = item.label if item.label != "Class" or item.kind in ("", "class") else item.kind.capitalize()
            declared = _KEYWORDS.sub("", item.signature).rstrip(" :{") if item.signature else item.name
            declared = _LOOSE.sub(lambda match: match[1] or "", declared)
            named = clip(declared, _SIGNATURE_SHOWN)
            named = item.path if item.label == "Module" else named
            parent = self._repository.parent.get(number)
            owner = self._repository.items[parent] if parent is not None else None
            within = f" of `{owner.name}`" if owner is not None and owner.label == "Class" else ""
            said = f"{kind} `{named}`{within}" + ("." if item.label == "Module" else f" in `{item.path}`.")
        if not facts:
            return said
        text = "; ".join(facts)
        return f"{said} {text[0].upper()}{text[1:]}."


def _shown_name(item: Item) -> str:
    """The name under which others mention a node: methods with their class, modules with their package."""
    if item.label == "Module":
        return item.qualified_name or item.path
    if item.label == "Method":
        return item.id.rpartition("#")[2]
    return item.name
