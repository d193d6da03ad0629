"""The syntax step on a real graph: what it writes, what it leaves alone."""

from __future__ import annotations

import random

import pytest
from pydantic import ValidationError

from codestory.graph.store import GraphStore
from plugins.syntax import registry, step
from plugins.syntax.python.program import Program
from plugins.syntax.step import SyntaxOptions, SyntaxStep
from tests.plugins.syntax.conftest import MakeContext
from tests.support.step_driver import RecordingProgress, run_step

_FILES = {
    "main.py": b"import os\nfrom tools import work\n\ndef run():\n    work(os.getcwd())\n",
    "tools.py": b"def work(path):\n    print(path)\n",
    "web/app.js": b"function start() { return helper(); }\nfunction helper() { return 1; }\n",
    "readme.txt": b"no source",
}


def _graph(store: GraphStore, repository: str) -> set[tuple[str, ...]]:
    """Everything that the repository has, ids without the repository's name."""
    nodes = store.read(
        "MATCH (n) WHERE n.repository = $r AND NOT n:StepState RETURN labels(n)[0] AS label, n.id AS id,"
        " n.start_line AS line",
        r=repository,
    )
    edges = store.read(
        "MATCH (a)-[e]->(b) WHERE a.repository = $r AND b.repository = $r RETURN type(e) AS type, a.id AS source,"
        " b.id AS target, e.resolution AS how, e.count AS count",
        r=repository,
    )
    found = {("node", row["label"], row["id"], str(row["line"])) for row in nodes}
    found |= {("edge", row["type"], row["source"], row["target"], str(row["how"]), str(row["count"])) for row in edges}
    return {tuple(part.replace(f"{repository}:", "", 1) for part in row) for row in found}


def test_symbols_and_calls_are_written(context: MakeContext, graph: GraphStore, repository: str) -> None:
    ran = run_step(SyntaxStep(), context(_FILES), twice=True)
    found = _graph(graph, repository)
    assert ("node", "Function", "main.py#run", "4") in found
    assert ("edge", "CALLS", "main.py#run", "tools.py#work", "import", "1") in found
    assert ("edge", "CALLS", "tools.py#work", "@package/builtins.print", "builtin", "1") in found
    assert any(row[1:4] == ("CALLS", "web/app.js#start", "web/app.js#helper") for row in found)
    assert ran.totals.counters["files"] == 3
    assert "3 files" in ran.summary.message


def test_nothing_changed_means_nothing_done(context: MakeContext) -> None:
    run_step(SyntaxStep(), context(_FILES))
    ran = run_step(SyntaxStep(), context(_FILES))
    assert ran.plan.stages == ()
    assert ran.plan.reasons == {"not_stale": 3}
    assert ran.summary.message == "nothing changed"


def test_an_edit_reads_one_file_and_writes_what_depends_on_it(
    context: MakeContext, graph: GraphStore, repository: str
) -> None:
    run_step(SyntaxStep(), context(_FILES))
    edited = {**_FILES, "tools.py": b"def work(path):\n    pass\n\ndef other():\n    pass\n"}
    ran = run_step(SyntaxStep(), context(edited))
    assert ran.totals.counters["extracted_files"] == 1
    assert ran.plan.reasons == {"input_changed": 1, "not_stale": 2}
    found = _graph(graph, repository)
    assert ("node", "Function", "tools.py#other", "4") in found
    assert not any(row[3:4] == ("@package/builtins.print",) for row in found)
    assert ("node", "Package", "@package/builtins.print", "None") not in found


def test_a_file_elsewhere_changes_what_a_call_means(context: MakeContext, graph: GraphStore, repository: str) -> None:
    run_step(SyntaxStep(), context(_FILES))
    without = {path: source for path, source in _FILES.items() if path != "tools.py"}
    run_step(SyntaxStep(), context(without))
    found = _graph(graph, repository)
    assert ("edge", "CALLS", "main.py#run", "@package/tools.work", "external", "1") in found
    assert not any(part.startswith("tools.py") for row in found for part in row)


@pytest.mark.parametrize("path", ["tools.py", "web/app.js"])
def test_an_edit_that_changes_no_python_code_does_not_resolve_the_python_program(
    context: MakeContext, graph: GraphStore, repository: str, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def refuse(_program: Program) -> None:
        raise AssertionError("the program was resolved")

    edited = {**_FILES, path: b"\n\n" + _FILES[path]}
    run_step(SyntaxStep(), context(_FILES))
    with monkeypatch.context() as patch:
        patch.setattr(Program, "solve", refuse)
        run_step(SyntaxStep(), context(edited), twice=True)
    updated = _graph(graph, repository)
    run_step(SyntaxStep(), context({"readme.txt": b""}))
    run_step(SyntaxStep(), context(edited))
    assert _graph(graph, repository) == updated
    assert any(row[0] == "node" and row[2].startswith(path) and row[3] == "3" for row in updated)


def test_a_renamed_file_is_not_read_again(context: MakeContext) -> None:
    run_step(SyntaxStep(), context(_FILES))
    renamed = {("moved.py" if path == "main.py" else path): source for path, source in _FILES.items()}
    ran = run_step(SyntaxStep(), context(renamed))
    assert "extracted_files" not in ran.totals.counters
    assert ran.plan.reasons == {"missing": 1, "not_stale": 2, "removed": 1}


def test_random_edits_lead_to_the_graph_of_a_fresh_run(
    context: MakeContext, graph: GraphStore, repository: str
) -> None:
    chance = random.Random(7)
    files = dict(_FILES)
    run_step(SyntaxStep(), context(files))
    for number in range(4):
        path = chance.choice(["main.py", "tools.py", f"new_{number}.py"])
        names = [chance.choice(["work", "run", "start", "other"]) for _ in range(3)]
        body = "".join(f"def {name}(*a):\n    {names[0]}()\n" for name in names)
        files[path] = f"from tools import *\nimport main\n{body}main.run()\n".encode()
        if number == 2:
            files.pop("web/app.js")
        run_step(SyntaxStep(), context(files))
    updated = _graph(graph, repository)
    run_step(SyntaxStep(), context({"readme.txt": b""}))
    assert _graph(graph, repository) == set()
    run_step(SyntaxStep(), context(files))
    assert _graph(graph, repository) == updated


def test_languages_can_be_chosen(context: MakeContext, graph: GraphStore, repository: str) -> None:
    run_step(SyntaxStep(), context(_FILES, languages=("python",)))
    assert not any("app.js" in part for row in _graph(graph, repository) for part in row)
    with pytest.raises(ValidationError, match=r"no language 'pyton'\. Did you mean 'python'"):
        SyntaxOptions(languages=("pyton",))


def test_large_and_broken_files_are_reported(context: MakeContext) -> None:
    files = {"big.py": b"x = 1\n" * 100, "bad.py": b"def f(:\n    pass\n", "good.py": b"x = 1\n"}
    made = context(files, max_file_bytes=200)
    ran = run_step(SyntaxStep(), made)
    assert ran.totals.counters["files"] == 2
    assert isinstance(made.progress, RecordingProgress)
    assert made.progress.warnings == [
        "big.py: 600 bytes are too many to be read (option max_file_bytes: 200)",
        "bad.py: line 1: invalid syntax",
    ]


class _Picky:
    """An analyzer that cannot cope with one file."""

    def __init__(self, inner: object) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def extract(self, path: str, source: bytes) -> bytes:
        if b"unlucky" in source:
            raise ZeroDivisionError("a defect of the analyzer")
        return self._inner.extract(path, source)  # type: ignore[attr-defined]


def test_a_file_that_an_analyzer_fails_on_keeps_no_other_file_out(
    context: MakeContext, graph: GraphStore, repository: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, "analyzers", lambda chosen: [_Picky(one) for one in registry.analyzers(chosen)])
    given = context({"good.py": b"def fine(): pass\n", "bad.py": b"unlucky = 1\n"})
    run_step(SyntaxStep(), given)
    progress = given.progress
    assert isinstance(progress, RecordingProgress)
    assert any(text.startswith("bad.py: could not be analysed (ZeroDivisionError)") for text in progress.warnings)
    assert ("node", "Function", "good.py#fine", "1") in _graph(graph, repository)
    assert any(row[:3] == ("node", "Module", "bad.py#") for row in _graph(graph, repository))
