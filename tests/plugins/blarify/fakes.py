"""Stand-ins for Blarify's environment and for docker: executables that do what a scenario says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from plugins.blarify import environment

_INTERPRETER = f"""#!{sys.executable}
import json, os, subprocess, sys, time
from pathlib import Path
scenario = json.loads(Path({{scenario!r}}).read_text())
request = json.loads(Path(sys.argv[-1]).read_text())
root = Path(request["root"])
seen = sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())
Path({{seen!r}}).write_text(json.dumps(dict(request=request, files=seen, environment=dict(os.environ))))
for kind, text in scenario.get("says", []):
    print(json.dumps(dict(kind=kind, text=text)), flush=True)
print(scenario.get("noise", ""), flush=True)
print(scenario.get("stderr", ""), file=sys.stderr, flush=True)
if scenario.get("grandchild"):
    child = subprocess.Popen(["sleep", "600"])
    Path(scenario["grandchild"]).write_text(str(child.pid))
if scenario.get("litter"):
    (root / "index.scip").write_text("x")
time.sleep(scenario.get("sleep", 0))
if "output" in scenario:
    Path(request["output"]).write_text(scenario["output"].replace("ROOT", request["root"]))
sys.exit(scenario.get("exit", 0))
"""


class FakeBlarify:
    """An environment whose interpreter follows ``scenario`` instead of running Blarify."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._scenario, self._seen = folder / "scenario.json", folder / "seen.json"
        python = environment.python_path(folder)
        python.parent.mkdir(parents=True)
        python.write_text(_INTERPRETER.format(scenario=str(self._scenario), seen=str(self._seen)))
        python.chmod(0o755)
        (folder / "installed.json").write_text(json.dumps({"blarify": environment.BLARIFY}))

    def will(self, **scenario: Any) -> None:
        """What happens at the next run."""
        self._scenario.write_text(json.dumps(scenario))

    @property
    def seen(self) -> dict[str, Any]:
        """What the last run was given."""
        return json.loads(self._seen.read_text())

    @property
    def ran(self) -> bool:
        """Whether there was a run since the last time that this was asked."""
        ran = self._seen.exists()
        self._seen.unlink(missing_ok=True)
        return ran


def fake_docker(folder: Path, fake: FakeBlarify) -> Path:
    """A ``docker`` that runs the fake interpreter where a container would run Python; returns its log."""
    log = folder / "docker.log"
    docker = folder / "docker"
    docker.write_text(f"""#!{sys.executable}
import os, sys
from pathlib import Path
with open({str(log)!r}, "a") as log:
    print(" ".join(sys.argv[1:]), file=log)
if sys.argv[1] == "kill":
    sys.exit(0)
mounted = sys.argv[sys.argv.index("--volume") + 1].partition(":")[0]
request = Path(mounted) / "request.json"
request.write_text(request.read_text().replace("/codestory/", mounted + "/"))
os.execv({str(environment.python_path(fake.folder))!r}, ["python", str(request)])
""")
    docker.chmod(0o755)
    return log


def graph_lines(
    *definitions: tuple[str, str, str], references: Any = (), mode: str = "hierarchy", end: bool = True
) -> str:
    """The runner's output for (kind, file, dotted name) definitions; ``references`` are (type, source, target)."""
    lines: list[dict[str, Any]] = []
    files: set[str] = set()

    def ident(path: str, name: str) -> str:
        return f"{path}#{name}"

    for kind, path, name in definitions:
        if path not in files:
            files.add(path)
            lines.append(
                {"node": {"type": "FILE", "node_id": ident(path, ""), "path": f"file://ROOT/{path}", "name": path}}
            )
        if not name:
            continue
        owner, _, last = name.rpartition(".")
        lines.append({
            "node": {"type": kind, "node_id": ident(path, name), "path": f"file://ROOT/{path}", "name": last,
                     "start_line": 4, "end_line": 9}
        })  # fmt: skip
        lines.append({
            "edge": {"type": f"{kind}_DEFINITION", "sourceId": ident(path, owner), "targetId": ident(path, name)}
        })  # fmt: skip
    lines += [{"edge": {"type": t, "sourceId": s, "targetId": g, "startLine": 6}} for t, s, g in references]
    if end:
        lines.append({"end": {"nodes": len(lines), "mode": mode}})
    return "".join(json.dumps(line) + "\n" for line in lines)
