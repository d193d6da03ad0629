"""A graph that follows the files of a folder, through the command."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.e2e.conftest import Service


def test_the_graph_follows_the_files_of_a_watched_folder(service: Service, repo: Path) -> None:
    command = [sys.executable, "-m", "codestory.cli", "--service-url", service.local.url, "watch", str(repo)]
    watching = subprocess.Popen(
        [*command, "--repository", "followed", "--steps", "filesystem,syntax", "--json"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=service.home,
    )
    try:
        assert watching.stdout is not None
        assert json.loads(watching.stdout.readline())["job"]["status"] == "COMPLETED"
        (repo / "a.py").write_text("def f(): g()\ndef g(): pass\n")
        (repo / "b" / "c.txt").unlink()
        changed: set[str] = set()
        while changed != {"a.py", "b/c.txt"}:
            line = json.loads(watching.stdout.readline())
            assert line["job"]["status"] == "COMPLETED"
            changed |= set(line["changed"])
        calls = service.query(
            "MATCH (a:Function {repository: 'followed'})-[:CALLS]->(b) RETURN a.name AS caller, b.name AS callee"
        )
        assert calls == [{"caller": "f", "callee": "g"}]
        service.ingest(repo, repository="afresh", steps=["filesystem", "syntax"])
        assert service.digest("followed") == service.digest("afresh")
        watching.send_signal(signal.SIGINT)
        watching.stdout.read()
        assert watching.wait(timeout=60) == 0
    finally:
        watching.kill()
        watching.communicate()
