"""Runs inside Blarify's own environment: builds its graph and writes it as JSON lines.

Usage: ``python runner.py request.json``. The request names ``root``, ``output``, ``mode`` (hierarchy, scip, lsp or
auto), ``names_to_skip``, ``extensions_to_skip`` and ``scip_timeout`` (seconds). Progress goes to standard output as
JSON lines, everything that Blarify itself prints to standard error. The last line of the output file says
``{"end": ...}``; a file without it was cut off. This file may use nothing but Python 3.11 and Blarify.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, TextIO


class Failure(Exception):
    """What is reported as the reason why there is no graph."""


def main(request_path: str) -> int:
    """Run; returns the exit code."""
    # Blarify and its dependencies print; only our own lines may reach standard output.
    report = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    try:
        request = json.loads(Path(request_path).read_text())
        say(report, "progress", "loading Blarify")
        summary = build(request, report)
    except Failure as error:
        say(report, "error", str(error))
        return 3
    except Exception as error:  # the caller has nothing but what is said here
        say(report, "error", f"{type(error).__name__}: {error}")
        raise
    say(report, "done", json.dumps(summary))
    return 0


def say(report: TextIO, kind: str, text: str) -> None:
    """One line for the caller."""
    report.write(json.dumps({"kind": kind, "text": text}) + "\n")


def build(request: dict[str, Any], report: TextIO) -> dict[str, Any]:
    """Build the graph and write it; returns what was used and how much was found."""
    from blarify.code_references.hybrid_resolver import (  # pyright: ignore[reportMissingImports]
        HybridReferenceResolver,
        ResolverMode,
    )
    from blarify.prebuilt.graph_builder import GraphBuilder  # pyright: ignore[reportMissingImports]

    root, mode = request["root"], request["mode"]
    index = None
    if mode in ("scip", "auto"):
        index, problem = scip_index(root, request, report)
        if index is None:
            if mode == "scip":
                raise Failure(f"the SCIP index could not be made: {problem}")
            say(report, "warning", f"no SCIP index, using language servers instead: {problem}")
            mode = "lsp"
        else:
            mode = "scip"

    class Builder(GraphBuilder):  # pyright: ignore[reportUntypedBaseClass]
        def _get_started_reference_query_helper(self) -> Any:
            # Blarify always chooses by itself, and then trusts whatever index lies in the repository.
            if mode == "scip":
                helper = HybridReferenceResolver(
                    root_uri=self.root_path, mode=ResolverMode.SCIP_ONLY, scip_index_path=index
                )
                if not helper._use_scip:
                    raise Failure("Blarify did not accept the SCIP index")
                return helper
            helper = HybridReferenceResolver(root_uri=self.root_path, mode=ResolverMode.LSP_ONLY)
            if mode == "lsp" and hasattr(helper, "start"):
                helper.start()
            return helper

    say(report, "progress", "building the graph")
    builder = Builder(
        root,
        None,
        only_hierarchy=mode == "hierarchy",
        names_to_skip=list(request["names_to_skip"]),
        extensions_to_skip=list(request["extensions_to_skip"]),
    )
    graph = builder.build(save_to_db=False)
    say(report, "progress", "writing the graph")
    counts = {"nodes": 0, "relationships": 0}
    with Path(request["output"]).open("w", encoding="utf-8") as output:
        for node in graph.get_nodes_as_objects():
            attributes = {k: v for k, v in node.get("attributes", {}).items() if k not in ("text", "node_path")}
            output.write(json.dumps({"node": {"type": node.get("type"), **attributes}}) + "\n")
            counts["nodes"] += 1
        for edge in graph.get_relationships_as_objects():
            output.write(json.dumps({"edge": {k: v for k, v in edge.items() if k != "scopeText"}}) + "\n")
            counts["relationships"] += 1
        summary = {**counts, "mode": mode}
        output.write(json.dumps({"end": summary}) + "\n")
    return summary


def scip_index(root: str, request: dict[str, Any], report: TextIO) -> tuple[str | None, str]:
    """The path of a fresh index made by scip-python, or ``None`` and why there is none.

    Blarify would start the indexer without a project version, which fails outside of git repositories, and would
    take the broken index that remains for a good one at its next run.
    """
    indexer = shutil.which("scip-python")
    if indexer is None:
        return None, "scip-python is not installed (run `codestory steps install blarify` where npm is present)"
    folder = Path(request["output"]).parent
    index, environment = folder / "index.scip", folder / "empty-env.json"
    environment.write_text("[]")
    say(report, "progress", "indexing with scip-python")
    command = [indexer, "index", "--project-name", "repository", "--project-version", "0", "--output", str(index)]
    try:
        done = subprocess.run(
            [*command, "--environment", str(environment), "--quiet"],
            cwd=root,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=request["scip_timeout"],
        )
    except subprocess.TimeoutExpired:
        return None, f"scip-python took longer than {request['scip_timeout']} s"
    if done.returncode != 0:
        return None, f"scip-python ended with exit code {done.returncode}: {(done.stderr or done.stdout)[-400:]}"
    size = index.stat().st_size if index.exists() else 0
    if size < 200:
        return None, f"the index has {size} bytes, which holds no document"
    # Blarify compares the time of the index with that of the sources.
    newer = index.stat().st_mtime + 3600
    os.utime(index, (newer, newer))
    return str(index), ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
