"""Turns a repository into prompts, finds those answered before, and orders the rest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from codestory.exceptions import NotFoundError
from codestory.snapshots import Snapshot
from plugins.summarizer.cache import request_key
from plugins.summarizer.dependencies import components, levels, partition
from plugins.summarizer.options import SummarizerOptions
from plugins.summarizer.repository import Item, Repository
from plugins.summarizer.templates import Prompts
from plugins.summarizer.text import clip
from plugins.summarizer.work import Dependency, Job, Work, fill

__all__ = ["MODEL_STAGES", "Planner"]

MODEL_STAGES = 60
"""Levels beyond this many are done one after the other in the last one."""

_MOST_BATCHES = 600
_BATCH_SIZE = 20
_MOST_DEPENDENCIES = {"Function": 25, "Method": 25, "Class": 60, "Module": 80, "Directory": 80, "Repository": 80}
_TITLE_LENGTH = 160
_CALLABLE = frozenset({"Function", "Method"})


class Planner:
    """Works out, for the targets of one run, which texts are known and which requests are needed.

    Functions depend on what they call and on functions defined inside them, classes on their members and bases,
    modules on their definitions and on the modules they import, folders and the repository on what they hold.
    """

    def __init__(
        self,
        repository: Repository,
        targets: Sequence[int],
        snapshot: Snapshot,
        readmes: Mapping[str, str],
        prompts: Prompts,
        options: SummarizerOptions,
        model: str,
    ) -> None:
        self._repository = repository
        self._targets = targets
        self._prompts = prompts
        self._options = options
        self._model = model
        self._readmes = readmes
        wanted = set(targets)
        self._mentions = {number: self._mentioned(number) for number in targets}
        self._edges = {number: [to for to in mentions if to in wanted] for number, mentions in self._mentions.items()}
        self._order = components(targets, self._edges)
        self._together = {
            member: frozenset(members) for members in self._order if len(members) > 1 for member in members
        }
        self._heads = dict(self._render(snapshot))

    def known(self, cache: Mapping[str, str]) -> dict[int, tuple[str, str]]:
        """Key and text of every target whose request was answered before, and so were those it depends on."""
        found: dict[int, tuple[str, str]] = {}
        for members in self._order:
            answers: dict[int, tuple[str, str]] = {}
            for number in members:
                waiting = [to for to in self._edges[number] if to not in self._companions(number)]
                if any(to not in found for to in waiting):
                    continue
                texts = [(self._title(to), found[to][1] if to in found else "") for to in self._mentions[number]]
                prompt = fill(self._heads[number], texts)
                key = request_key(self._model, self._options.max_tokens, self._prompts.system, prompt)
                if key in cache:
                    answers[number] = (key, cache[key])
            found.update(answers)
        return found

    def work(
        self, known: Mapping[int, tuple[str, str]], previous: Mapping[str, tuple[str, str]], plan: str
    ) -> tuple[list[list[Work]], dict[int, str]]:
        """Stages of batches for the targets that are not ``known``, and the pack that each of them goes to."""
        pending = set(self._targets) - known.keys()
        level = levels(self._order, self._edges, pending)
        size = max(_BATCH_SIZE, math.ceil(len(pending) / _MOST_BATCHES))
        stages = partition(level, batch_size=size, most_stages=MODEL_STAGES)
        packs = {
            number: f"{plan}-{stage:02}-{index:04}"
            for stage, batches in enumerate(stages)
            for index, batch in enumerate(batches)
            for number in batch
        }
        works = [
            [
                Work(
                    plan=plan,
                    name=packs[batch[0]],
                    stage_prefix=f"{plan}-{stage:02}",
                    siblings=len(batches),
                    system=self._prompts.system,
                    jobs=[self._job(number, known, previous, packs) for number in batch],
                )
                for batch in batches
            ]
            for stage, batches in enumerate(stages)
        ]
        return works, packs

    def _job(
        self,
        number: int,
        known: Mapping[int, tuple[str, str]],
        previous: Mapping[str, tuple[str, str]],
        packs: Mapping[int, str],
    ) -> Job:
        companions = self._companions(number)
        dependencies: list[Dependency] = []
        for to in self._mentions[number]:
            pack = "" if to in companions else packs.get(to, "")
            text = "" if to in companions or to not in known else known[to][1]
            dependencies.append(Dependency(self._repository.items[to].id, self._title(to), text, pack))
        item = self._repository.items[number]
        return Job(item.id, self._heads[number], dependencies, previous.get(item.id))

    def _companions(self, number: int) -> frozenset[int]:
        """The nodes of the same cycle. None of them can wait for another, so they see each other's names only."""
        return self._together.get(number, frozenset())

    def _mentioned(self, number: int) -> list[int]:
        """What the prompt of a node mentions, most important first, cut to a bounded number."""
        repository = self._repository
        item = repository.items[number]
        children = sorted(
            repository.children.get(number, ()), key=lambda child: (repository.items[child].start_line, child)
        )
        if item.label in _CALLABLE:
            found = [child for child in children if repository.items[child].label in _CALLABLE]
            found += self._by_use(number, "CALLS", _CALLABLE)
        elif item.label == "Class":
            found = self._by_use(number, "INHERITS_FROM", {"Class"}) + children
        elif item.label == "Module":
            imported = repository.uses["IMPORTS"].get(number, {})
            modules = sorted({repository.module_of(to) for to in imported})
            found = children + [to for to in modules if repository.items[to].label == "Module"]
        else:
            found = [module for child in children for module in self._modules_or_folder(child)]
        unique = list(dict.fromkeys(to for to in found if to != number))
        return unique[: _MOST_DEPENDENCIES[item.label]]

    def _modules_or_folder(self, child: int) -> Iterable[int]:
        """For a folder itself; for a file the modules in it, or the file where it holds no code."""
        if self._repository.items[child].label != "File":
            return [child]
        return self._repository.children.get(child) or [child]

    def _by_use(self, number: int, kind: str, labels: Iterable[str]) -> list[int]:
        uses = self._repository.uses[kind].get(number, {})
        wanted = [to for to in uses if self._repository.items[to].label in labels]
        return sorted(wanted, key=lambda to: (-uses[to], to))

    def _title(self, number: int) -> str:
        item = self._repository.items[number]
        if item.label in ("Directory", "File", "Module", "Repository"):
            return f"{item.label.lower()} `{item.path or item.name}`"
        return f"{item.label.lower()} `{clip(item.signature or item.name, _TITLE_LENGTH)}`"

    def _render(self, snapshot: Snapshot) -> Iterator[tuple[int, str]]:
        """The prompts without their dependencies, file by file so that no file is read twice."""
        by_path: dict[str, list[int]] = {}
        for number in self._targets:
            item = self._repository.items[number]
            if item.label in _CALLABLE and item.path in snapshot.files:
                by_path.setdefault(item.path, []).append(number)
            else:
                yield number, self._head(item, "")
        left = set(by_path)
        for path, content in snapshot.read_many(by_path):
            lines = content.decode("utf-8", "replace").splitlines()
            for number in by_path[path]:
                yield number, self._head(self._repository.items[number], self._source(number, lines))
            left.discard(path)
        for path in sorted(left):
            for number in by_path[path]:
                yield number, self._head(self._repository.items[number], "")

    def _source(self, number: int, lines: Sequence[str]) -> str:
        item = self._repository.items[number]
        text = "\n".join(lines[max(0, item.start_line - 1) : item.end_line])
        limit = self._options.max_source_characters
        if len(text) > limit:
            text = f"{text[:limit]}\n… ({len(text) - limit} more characters)"
        return f"```{item.language}\n{text}\n```"

    def _head(self, item: Item, source: str) -> str:
        documentation = item.docstring
        if item.label in ("Directory", "Repository"):
            documentation = self._readmes.get("" if item.label == "Repository" else item.path, "")
        return self._prompts.render(
            item.label.lower(),
            {
                "kind": item.kind or item.label.lower(),
                "name": item.qualified_name or item.name,
                "path": item.path or item.name,
                "signature": item.signature,
                "documentation": " ".join(documentation.split()),
                "source": source or f"Signature: {item.signature}\nDocumentation: {item.docstring}",
            },
        )


def read_readmes(snapshot: Snapshot) -> dict[str, str]:
    """The beginning of every folder's README, by folder."""
    found: dict[str, str] = {}
    for path in sorted(snapshot.files):
        folder, _, name = path.rpartition("/")
        if folder not in found and name.lower().partition(".")[0] == "readme" and name.lower().endswith(_README):
            try:
                found[folder] = snapshot.head(path, 6_000).decode("utf-8", "ignore")
            except NotFoundError:
                continue
    return found


_README = (".md", ".markdown", ".rst", ".txt", "readme")
