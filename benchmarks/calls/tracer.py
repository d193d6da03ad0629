"""A pytest plugin, on its own in the interpreter of the tests: records which functions of a folder call which, and
which lines of it run. ``CALLS_ROOT`` names the folder, ``CALLS_FILE`` the file to write."""

from __future__ import annotations

import inspect
import json
import os
import sys
import threading
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

_ROOT = os.path.realpath(os.environ["CALLS_ROOT"]) + os.sep
_TOOL = 3
_SUSPENDS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR

type _Place = tuple[str, str, int, int]
"""Path, qualified name, first line, flags."""

_known: dict[int, tuple[CodeType, _Place | None]] = {}
"""By identity: equal code may come from several files. The code is kept so that its identity is not given away."""
_calls: dict[tuple[int, int], tuple[_Place, _Place]] = {}
_started: set[_Place] = set()
_lines: set[tuple[str, int]] = set()


def _place(code: CodeType) -> _Place | None:
    known = _known.get(id(code))
    if known is None:
        path = os.path.realpath(code.co_filename)
        inside = path.startswith(_ROOT) and not code.co_filename.startswith("<")
        place = (path[len(_ROOT) :], code.co_qualname, code.co_firstlineno, code.co_flags) if inside else None
        known = _known[id(code)] = (code, place)
    return known[1]


def _called(frame: FrameType, event: str, _: Any) -> None:
    callee = _place(frame.f_code) if event == "call" else None
    if callee is None:
        return
    _started.add(callee)
    caller = frame.f_back
    origin = _place(caller.f_code) if caller is not None else None
    if caller is not None and origin is not None:
        _calls.setdefault((id(caller.f_code), id(frame.f_code)), (origin, callee))


def _reached(code: CodeType, line: int) -> Any:
    place = _place(code)
    if place is not None:
        _lines.add((place[0], line))
    return sys.monitoring.DISABLE


def pytest_configure() -> None:
    """Begin, with the import of the tests."""
    monitoring = sys.monitoring
    monitoring.use_tool_id(_TOOL, "calls")
    monitoring.register_callback(_TOOL, monitoring.events.LINE, _reached)
    monitoring.set_events(_TOOL, monitoring.events.LINE)
    threading.setprofile(_called)
    sys.setprofile(_called)


def pytest_runtest_setup() -> None:
    """Begin again where a test took the profiler away."""
    sys.setprofile(_called)


def pytest_unconfigure() -> None:
    """Write what was seen."""
    sys.setprofile(None)
    threading.setprofile(None)  # pyright: ignore[reportArgumentType]
    sys.monitoring.set_events(_TOOL, 0)
    sys.monitoring.free_tool_id(_TOOL)
    found = {
        "calls": [(origin[:3], callee[:3]) for origin, callee in _calls.values()],
        "functions": [place[:3] for place in _started if place[3] & inspect.CO_OPTIMIZED],
        "suspending": [place[:3] for place in _started if place[3] & _SUSPENDS],
        "lines": sorted(_lines),
    }
    with Path(os.environ["CALLS_FILE"]).open("w", encoding="utf-8") as stream:
        json.dump(found, stream)
