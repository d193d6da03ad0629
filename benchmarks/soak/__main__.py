"""``python -m benchmarks.soak``: ingest under faults, seed after seed; exit code 1 if any promise was broken."""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from pathlib import Path

from benchmarks.soak.report import render
from benchmarks.soak.repositories import Subject, generated, real
from benchmarks.soak.run import Result, disturb
from benchmarks.soak.service import Supervised
from benchmarks.soak.surroundings import BASE, MODES, place
from benchmarks.soak.workload import references


def main(arguments: list[str]) -> int:
    """Run the seeds and print the table."""
    given = _parser().parse_args(arguments)
    modes = given.mode or list(MODES)
    with tempfile.TemporaryDirectory(prefix="codestory-soak-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        subjects = [
            generated("small", folder, modules=12), generated("medium", folder, modules=90), real(folder),
        ]  # fmt: skip
        print("undisturbed runs, for their digests ...", flush=True)
        with Supervised(folder / "undisturbed", BASE) as service:
            expected = references(service, subjects)
        results: list[Result] = []
        for number in range(given.seeds):
            seed, mode = str(given.seed + number), modes[number % len(modes)]
            print(f"seed {seed}, {mode} ...", flush=True)
            try:
                results.append(_one(folder / f"seed-{seed}", mode, seed, subjects, expected, given))
            except Exception:
                print(f"seed {seed}, {mode} broke off; once more: {_again(seed, mode)}", flush=True)
                raise
            _tell(results[-1])
    print("\n" + render(results))
    kills = sum(result.kills for result in results)
    broken = [result for result in results if result.score.violations]
    if broken:
        print(f"\nviolations with seed {', '.join(result.seed for result in broken)}; once more:")
        print("\n".join(_again(result.seed, result.mode) for result in broken))
    if kills < given.kills:
        print(f"\nonly {kills} of {given.kills} kills fitted into the time; raise --minutes")
    return 1 if broken else 0


def _one(folder: Path, mode: str, seed: str, subjects: list[Subject], expected: object, given: object) -> Result:
    options = vars(given)
    with place(mode, folder) as here, Supervised(here.home, here.environment) as service:
        return disturb(
            here, service, subjects, expected, seed=seed,  # type: ignore[arg-type]
            kills=-(-options["kills"] // options["seeds"]), seconds=60 * options["minutes"] / options["seeds"],
        )  # fmt: skip


def _again(seed: str, mode: str) -> str:
    return f"python -m benchmarks.soak --seeds 1 --seed {seed} --mode {mode}"


def _tell(result: Result) -> None:
    score = result.score
    print(
        f"  {result.kills} kills, {score.accepted} jobs accepted, {dict(score.ended)},"
        f" {score.digests_equal} of {score.digests_compared} digests equal, {result.seconds:.0f} s",
        flush=True,
    )
    if score.violations:
        print(f"  VIOLATIONS with seed {result.seed}, {result.mode}; once more: {_again(result.seed, result.mode)}")
        for text in score.violations:
            print(f"   - {text}")
        print("  faults: " + "; ".join(result.journal))
        print("  end of the log:\n" + result.log, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--seeds", type=int, default=8, metavar="N", help="how many seeds to run (default: 8)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the first seed (default: 1)")
    parser.add_argument("--kills", type=int, default=160, metavar="N", help="kills over all seeds (default: 160)")
    parser.add_argument("--minutes", type=float, default=40, metavar="M", help="time for faults (default: 40)")
    parser.add_argument("--mode", action="append", choices=MODES, help="surroundings; may be repeated (default: all)")
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except RuntimeError:
        traceback.print_exc()
        sys.exit(2)
