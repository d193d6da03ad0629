"""The compiler of TypeScript and the syntax step mean the same place by the same definition."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.compilers import typescript
from benchmarks.compilers.__main__ import main
from benchmarks.compilers.comparison import claimed_calls, compare
from tests.plugins.syntax.languages.source_packages import npm_package

_SOURCES = {
    "shop.ts": """\
import { note, twice } from "./notes.js";

@register
export class Shop {
  total = note("total");

  constructor(readonly name: string) {}

  @logged
  async sell(thing: string): Promise<void> {
    [thing].forEach((each) => {
      note(each);
    });
  }

  static open(): Shop {
    return new Shop("tea");
  }
}

class Branch extends Shop {
  constructor() {
    super("branch");
  }
}

export
const start = (anything: any) => {
  new Branch().sell("tea");
  Shop.open.call(null);
  anything.sell();
  (() => twice(1))();
};

function register(target: Function): void {}
function logged(target: object, name: string): void {}
""",
    "notes.ts": """\
export function note(text: string): void;
export function note(text: string, more: string): void;
export function note(text: string): void {}
export default function (): void {}
export const handlers = { twice: (count: number) => count * 2 };
export const { twice } = handlers;
""",
    "plain.js": """\
const { open } = require("./shop");
exports.run = function () {
  helper();
};
function helper() {
  return exports.run();
}
""",
}


_CALLS = {
    (("plain.js", 2), ("plain.js", 5)), (("plain.js", 5), ("plain.js", 2)),
    (("shop.ts", 0), ("shop.ts", 35)), (("shop.ts", 4), ("shop.ts", 36)),
    (("shop.ts", 4), ("notes.ts", 3)), (("shop.ts", 11), ("notes.ts", 3)),
    (("shop.ts", 16), ("shop.ts", 4)), (("shop.ts", 22), ("shop.ts", 4)),
    (("shop.ts", 28), ("shop.ts", 21)), (("shop.ts", 28), ("shop.ts", 10)), (("shop.ts", 28), ("shop.ts", 16)),
    (("shop.ts", 32), ("notes.ts", 5)),
}  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, source in _SOURCES.items():
        (tmp_path / name).write_text(source)
    return tmp_path


def test_both_sides_find_the_same_calls_at_the_same_places(repository: Path) -> None:
    if not typescript.is_available():
        pytest.skip("node and npm are not installed")
    resolved = typescript.resolve(repository, npm_package(typescript.COMPILER))
    score = compare(resolved, claimed_calls(repository, ["typescript"]))
    assert (score.missing, score.invented) == ([], [])
    assert score.resolved == len(_CALLS)
    assert {(call.caller, call.target) for call in resolved.calls} == _CALLS


def test_a_language_without_its_compiler_is_skipped_with_a_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    main(["immer"])
    assert "typescript: skipped, because node and npm are not installed" in capsys.readouterr().out
