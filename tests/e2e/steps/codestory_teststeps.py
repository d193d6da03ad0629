"""A third-party package of steps, found by its entry points like any other; their behaviour is set by options."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from codestory.exceptions import StepFailedError
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from codestory.ingestion_pipeline import Batch, BatchResult, PipelineStep, Plan, Stage, StepContext, StepOptions
from codestory.ingestion_pipeline.unit_step import UnitStep


def note(folder: str | None, line: str) -> None:
    """Leave a trace that survives this process; appending a short line is atomic."""
    if folder:
        with (Path(folder) / "trace.log").open("a") as log:
            log.write(f"{time.time():.6f} {os.getpid()} {line}\n")


class SlowOptions(StepOptions):
    seconds: float = 1.0
    batches: int = 1
    trace: str | None = None
    label: str = "slow"
    gate: str | None = None
    """A file: every batch goes on until it exists, four minutes at most; ``seconds`` count from then."""


class Slow(PipelineStep[SlowOptions]):
    """Waits in small naps, asking between them whether it should end."""

    Options = SlowOptions

    def plan(self, context: StepContext[SlowOptions]) -> Plan:
        batches = [Batch(f"nap-{n}", "naps") for n in range(context.options.batches)]
        return Plan([Stage("naps", batches)], units=len(batches), stale=len(batches))

    def process(self, batch: Batch, context: StepContext[SlowOptions]) -> BatchResult:
        options = context.options
        note(options.trace, f"begin {options.label} {context.job_id} {batch.id}")
        limit = time.monotonic() + 240
        while options.gate and not Path(options.gate).exists() and time.monotonic() < limit:
            context.token.raise_if_cancelled()
            time.sleep(0.02)
        end = time.monotonic() + options.seconds
        while time.monotonic() < end:
            context.token.raise_if_cancelled()
            time.sleep(0.02)
        note(options.trace, f"end {options.label} {context.job_id} {batch.id}")
        return BatchResult(units=1)


class FlakyOptions(StepOptions):
    trace: str
    failures: int = 2
    permanent: bool = False


class Flaky(PipelineStep[FlakyOptions]):
    """Fails as often as it is told, then works; a file ``works`` beside its traces makes it work at once."""

    Options = FlakyOptions

    def plan(self, context: StepContext[FlakyOptions]) -> Plan:
        return Plan([Stage("try", [Batch("try", "try")])], units=1, stale=1)

    def process(self, batch: Batch, context: StepContext[FlakyOptions]) -> BatchResult:
        options = context.options
        note(options.trace, f"try {context.job_id}")
        tries = (Path(options.trace) / "trace.log").read_text().count(f"try {context.job_id}")
        if options.permanent:
            raise StepFailedError("this will never work")
        if tries <= options.failures and not (Path(options.trace) / "works").exists():
            raise OSError(f"passing trouble number {tries}")
        return BatchResult(units=1)


class Hungry(PipelineStep[StepOptions]):
    """Reports far more warnings and counters than anybody wants to carry around."""

    def plan(self, context: StepContext[StepOptions]) -> Plan:
        return Plan([Stage("eat", [Batch(f"b{n:04}", "eat") for n in range(120)])], units=120, stale=120)

    def process(self, batch: Batch, context: StepContext[StepOptions]) -> BatchResult:
        for number in range(200):
            context.progress.warn(f"{batch.id}: warning {number} " + "x" * 2000)
        return BatchResult(units=1)


class MarkerOptions(StepOptions):
    pause: float = 0.0
    trace: str | None = None


class Marker(UnitStep[MarkerOptions]):
    """Two nodes and a relationship for every file, written slowly: half a file would be seen."""

    Options = MarkerOptions
    provides = frozenset({"MarkerHead", "MarkerTail"})
    batch_size = 20

    def units(self, context: StepContext[MarkerOptions]) -> Mapping[str, str]:
        return {path: entry.sha256 for path, entry in context.snapshot.files.items()}

    def rows(self, units: Sequence[str], context: StepContext[MarkerOptions]) -> Iterable[tuple[str, UnitRows]]:
        for path in units:
            context.token.raise_if_cancelled()
            time.sleep(context.options.pause)
            base = f"{context.repository}:{path}"
            common = {"repository": context.repository, "path": path, "step": context.step}
            head = NodeRow("MarkerHead", f"{base}#head", {**common, "name": "head"})
            tail = NodeRow("MarkerTail", f"{base}#tail", {**common, "name": "tail"})
            yield path, UnitRows([head, tail], [EdgeRow("MARKS", "MarkerHead", head.id, "MarkerTail", tail.id)])


class OtherMarker(Marker):
    """Makes the same nodes."""

    provides = Marker.provides


class OwnWay(PipelineStep[StepOptions]):
    """Runs by itself: the pipeline only calls ``run`` and follows ``status``."""

    jobs: ClassVar[dict[str, tuple[float, int]]] = {}

    def run(self, repository_path: str, **config: Any) -> str:
        files = sum(1 for path in Path(repository_path).rglob("*") if path.is_file())
        self.jobs["own-1"] = (time.monotonic() + 0.3, files)
        return "own-1"

    def status(self, job_id: str) -> Mapping[str, Any]:
        ready_at, files = self.jobs[job_id]
        done = time.monotonic() >= ready_at
        return {"status": "COMPLETED" if done else "RUNNING", "progress": 100.0 if done else 50.0, "files": files}
