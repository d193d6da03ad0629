"""One disturbed run: clients at work, faults by a seed, then quiet, then the books are checked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.soak.faults import Injector
from benchmarks.soak.repositories import Subject
from benchmarks.soak.service import Supervised, Unanswered
from benchmarks.soak.surroundings import Place
from benchmarks.soak.workload import Client, References, Score

__all__ = ["Result", "disturb"]


@dataclass(frozen=True)
class Result:
    """What one seed did and what came of it."""

    seed: str
    mode: str
    note: str
    faults: Counter[str]
    kills: int
    host_starts: int
    score: Score
    seconds: float
    journal: Sequence[str]
    log: str


def disturb(
    place: Place, service: Supervised, subjects: Sequence[Subject], expected: References, *,
    seed: str, kills: int, seconds: float, least: int = 0, pause: tuple[float, float] = (1.0, 6.0),
    cancels: float = 0.1,
) -> Result:  # fmt: skip
    """Let a client work on every subject and cause faults until ``kills`` or ``seconds`` are reached.

    On a slow machine it takes longer, because there are at least ``least`` faults.

    Afterwards the jobs in flight end by themselves, the service is stopped, and what it left behind is inspected.
    """
    began = time.monotonic()
    score, stop = Score(), threading.Event()
    clients = [Client(service, subject, expected, score, seed=seed, stop=stop, cancels=cancels) for subject in subjects]
    injector = Injector(service, place, seed)
    for client in clients:
        client.start()
    while (
        injector.kills < kills
        and (time.monotonic() - began < seconds or injector.happened.total() < least)
        and any(client.is_alive() for client in clients)
    ):
        injector.next(pause=pause)
    stop.set()
    for client in clients:
        client.join(900)
        if client.is_alive():
            score.violation(f"{client.name} did not come to an end")
    try:
        _check_books(service, score)
    except Unanswered as error:
        score.violation(f"the books could not be checked: {error}")
    service.stop()
    _check_processes(service, score)
    return Result(
        seed=seed, mode=place.mode, note=place.note, faults=injector.happened, kills=injector.kills,
        host_starts=service.starts, score=score, seconds=time.monotonic() - began, journal=injector.journal,
        log=service.log(),
    )  # fmt: skip


def _check_books(service: Supervised, score: Score) -> None:
    """Every token is back, every step state is settled, every accepted job is listed as ended."""
    if score.accepted != sum(score.ended.values()):
        score.violation(f"{score.accepted} jobs were accepted, {sum(score.ended.values())} ended")
    deadline = time.monotonic() + 90
    while True:
        status = service.ask("GET", "/v1/ingest/resource_status").json()
        held = [lease for lease in _leases(status) if lease]
        if not held or time.monotonic() > deadline:
            break
        time.sleep(0.5)
    if held:
        score.violation(f"tokens were never given back: {held}")
    open_states = service.query(
        "MATCH (s:StepState) WHERE s.applying = true RETURN s.id AS id, s.run AS run ORDER BY id"
    )
    if open_states:
        score.violation(f"steps are left in the middle: {open_states}")
    receipts = service.query("MATCH (r:Receipt) RETURN count(r) AS n")[0]["n"]
    if receipts:
        score.violation(f"{receipts} receipts are left")


def _leases(status: object) -> list[object]:
    """All entries under ``leases`` and ``waiting``, wherever they stand in ``status``."""
    if isinstance(status, dict):
        own = [*(status.get("leases") or []), *(status.get("waiting") or [])]
        return own + [lease for value in status.values() for lease in _leases(value)]
    if isinstance(status, list):
        return [lease for value in status for lease in _leases(value)]
    return []


def _check_processes(service: Supervised, score: Score) -> None:
    """Nothing outlives the host but the graph server, which is shared on purpose."""
    deadline = time.monotonic() + 60
    while True:
        others = [line for line in service.processes() if "codestory.graph.embedded_server" not in line]
        if not others or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    if others:
        score.violation(f"processes are left: {others}")
    servers = [line for line in service.processes() if "codestory.graph.embedded_server" in line]
    if len(servers) > 1:
        score.violation(f"more than one graph server is left: {servers}")
