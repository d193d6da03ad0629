"""The StepState node: which run may write for a step of a repository, and what is in the graph.

A step's state is ``applied`` (the graph holds exactly the target named by ``applied``) or ``applying`` (a run writes
``target``; what earlier runs began and did not finish is in ``aborted``). ``epoch`` counts plans: every receipt and
every blob of a plan carries it, so work of an older plan is never taken for work of a newer one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, LiteralString

import neo4j

from codestory.exceptions import FencedError, GraphUnavailableError
from codestory.graph.store import GraphStore

__all__ = ["StateNode", "StateRecord"]

_FENCED_KEPT = 50


@dataclass(frozen=True)
class StateRecord:
    """A StepState as it was read. References are names of blobs; ``""`` means none."""

    run: str = ""
    applying: bool = False
    applied: str = ""
    target: str = ""
    aborted: tuple[str, ...] = ()
    fenced: tuple[str, ...] = ()
    epoch: int = 0
    plan: str = field(default="", compare=False)


class StateNode:
    """Reads and changes one StepState; every change is one transaction."""

    def __init__(self, store: GraphStore, repository: str, step: str, run: str) -> None:
        self.id = f"{repository}/{step}"
        self._store = store
        self._repository = repository
        self._step = step
        self._run = run

    def read(self) -> StateRecord:
        """The state now; a fresh record if the step never ran."""
        return self._store.transaction(lambda tx: _load(tx, self.id), read=True)

    def begin(self, seen: StateRecord, began: StateRecord) -> None:
        """Replace ``seen`` by ``began``; raises ``GraphUnavailableError`` if the state moved since it was read."""

        def work(tx: neo4j.ManagedTransaction) -> None:
            current = _load(tx, self.id)
            if current == began:
                return
            self._refuse_if_fenced(current)
            if current != seen:
                raise GraphUnavailableError(
                    f"The state of {self.id} changed while its changes were being planned; plan again.",
                    state=self.id,
                )
            self._save(tx, began)
            tx.run("MATCH (s:StepState {id: $id}) SET s.linked = 0, s.own = 0", id=self.id).consume()

        self._store.transaction(work)

    def is_unlinked(self, tx: neo4j.ManagedTransaction) -> bool:
        """Whether nobody has written relationships on behalf of this step since its target was announced.

        Only true until ``tx`` ends where one transaction at a time writes.
        """
        return self.next_own(tx) is not None

    def next_own(self, tx: neo4j.ManagedTransaction) -> int | None:
        """How many groups of its own relationships this step has linked since its target was announced; ``None`` if
        others have linked some of them. Like ``is_unlinked``, only true until ``tx`` ends."""
        found = tx.run(
            "MATCH (s:StepState {id: $id}) WHERE s.linked = 0 RETURN coalesce(s.own, 0) AS own", id=self.id
        ).single()
        return None if found is None else found["own"]

    def linked_own(self, tx: neo4j.ManagedTransaction, number: int) -> None:
        """Say that the first ``number`` groups are linked once ``tx`` is committed."""
        tx.run("MATCH (s:StepState {id: $id}) SET s.own = $number", id=self.id, number=number).consume()

    def forget_receipts(self) -> None:
        """Remove the receipts of all transactions of this step."""
        self._store.write("MATCH (r:Receipt) WHERE r.state = $state DELETE r", state=self.id)

    def commit(self, target: str) -> StateRecord:
        """Make ``target`` the applied state; returns the record from before. A second call changes nothing."""

        def work(tx: neo4j.ManagedTransaction) -> StateRecord:
            current = _load(tx, self.id)
            if not current.applying and current.applied == target:
                return current
            if current.run != self._run or current.target != target:
                raise self.fenced(current.run)
            self._save(tx, replace(current, applying=False, applied=target, target="", aborted=()))
            return current

        return self._store.transaction(work)

    def fence(self, run: str | None) -> None:
        """Shut ``run`` out (default: whoever holds the pen), now and whenever it comes back."""

        def work(tx: neo4j.ManagedTransaction) -> None:
            current = _load(tx, self.id)
            banned = current.run if run is None else run
            if not banned:
                return
            held = "" if current.run == banned else current.run
            self._save(tx, replace(current, run=held, fenced=_remember(current.fenced, banned)))

        self._store.transaction(work)

    def sign(self, tx: neo4j.ManagedTransaction, epoch: int) -> None:
        """Prove inside ``tx`` that this run still holds the pen, and keep it until ``tx`` ends.

        Writing the node first takes its lock, so whoever fences comes entirely before or entirely after.
        """
        self._sign(tx, epoch, "")

    def sign_for(self, tx: neo4j.ManagedTransaction, epoch: int, receipt: str, counts: Sequence[int]) -> None:
        """Do what ``sign`` does and leave ``receipt`` for what ``tx`` has done, with one question to the server."""
        self._sign(
            tx,
            epoch,
            " CREATE (r:Receipt {id: $receipt, state: $id, repository: $repository, step: $step, epoch: $epoch,"
            " counts: $counts})",
            receipt=receipt,
            repository=self._repository,
            step=self._step,
            epoch=epoch,
            counts=list(counts),
        )

    def _sign(self, tx: neo4j.ManagedTransaction, epoch: int, also: LiteralString, /, **parameters: Any) -> None:
        found = tx.run(
            "MATCH (s:StepState {id: $id}) SET s.writes = coalesce(s.writes, 0) + 1"
            + also
            + " RETURN s.run AS run, s.epoch AS epoch",
            id=self.id,
            **parameters,
        ).single()
        if found is None or found["run"] != self._run or found["epoch"] != epoch:
            raise self.fenced(found["run"] if found else "")

    def fenced(self, holder: str) -> FencedError:
        """The error that tells this run that it may not write any more."""
        return FencedError(
            f"Run {self._run} may not write {self.id} any more: "
            + (f"run {holder} took over." if holder and holder != self._run else "it was shut out."),
            state=self.id,
            run=self._run,
            holder=holder,
        )

    def begun(self, seen: StateRecord, target: str, plan: str) -> StateRecord:
        """The record that ``begin`` should write for ``target``, given what was read."""
        self._refuse_if_fenced(seen)
        if seen.applying and seen.run == self._run and seen.target == target:
            return seen
        return replace(self.taken(seen), applying=True, target=target, plan=plan)

    def taken(self, seen: StateRecord) -> StateRecord:
        """The record that ``begin`` should write to take the pen without announcing a target."""
        self._refuse_if_fenced(seen)
        aborted = seen.aborted
        if seen.applying and seen.target and seen.target not in aborted:
            aborted = (*aborted, seen.target)
        fenced = _remember(seen.fenced, seen.run) if seen.run and seen.run != self._run else seen.fenced
        return replace(seen, run=self._run, target="", aborted=aborted, fenced=fenced, epoch=seen.epoch + 1)

    def _refuse_if_fenced(self, current: StateRecord) -> None:
        if self._run in current.fenced:
            raise self.fenced(current.run)

    def _save(self, tx: neo4j.ManagedTransaction, record: StateRecord) -> None:
        properties: dict[str, Any] = {
            "id": self.id,
            "repository": self._repository,
            "step": self._step,
            "run": record.run,
            "applying": record.applying,
            "applied": record.applied,
            "target": record.target,
            "aborted": list(record.aborted),
            "fenced": list(record.fenced),
            "epoch": record.epoch,
            "plan": record.plan,
        }
        tx.run("MERGE (s:StepState {id: $id}) SET s += $properties", id=self.id, properties=properties).consume()


def _load(tx: neo4j.ManagedTransaction, ident: str) -> StateRecord:
    found = tx.run("MATCH (s:StepState {id: $id}) RETURN properties(s) AS p", id=ident).single()
    return StateRecord() if found is None else from_properties(found["p"])


def from_properties(properties: dict[str, Any]) -> StateRecord:
    """A record from the properties of a StepState node."""
    return StateRecord(
        run=properties.get("run", ""),
        applying=properties.get("applying", False),
        applied=properties.get("applied", ""),
        target=properties.get("target", ""),
        aborted=tuple(properties.get("aborted") or ()),
        fenced=tuple(properties.get("fenced") or ()),
        epoch=properties.get("epoch", 0),
        plan=properties.get("plan", ""),
    )


def _remember(fenced: tuple[str, ...], run: str) -> tuple[str, ...]:
    return (*(old for old in fenced if old != run), run)[-_FENCED_KEPT:]
