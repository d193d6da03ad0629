"""Import a function app and list its functions, as the Python worker of Azure Functions does."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import azure.functions as func

from ..exceptions import AppLoadError

__all__ = ["LoadedFunction", "load_app"]

_TRIGGERS = {
    "httpTrigger": "http",
    "timerTrigger": "timer",
    "activityTrigger": "activity",
    "orchestrationTrigger": "orchestration",
    "entityTrigger": "entity",
}
_BINDINGS = {*_TRIGGERS, "http", "durableClient"}


@dataclass(frozen=True, slots=True)
class LoadedFunction:
    """A function of the app; ``description`` is what the host needs to know of it."""

    name: str
    call: Callable[..., Any]
    is_async: bool
    kind: str
    trigger: str
    clients: tuple[str, ...]
    outputs: tuple[str, ...]
    wants_context: bool
    description: dict[str, Any]


def load_app(directory: Path, script: str) -> dict[str, LoadedFunction]:
    """Import ``script`` from ``directory`` and index it by function name.

    Raises AppLoadError whose text is one clear line, or the traceback through the app's own files.
    """
    file = directory / script
    if not file.is_file():
        raise AppLoadError(
            f"there is no {script} in {directory}; run the host in a function app's folder or give --app"
        )
    try:
        app = _import_app(file)
        functions = app.get_functions()
    except AppLoadError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        raise AppLoadError(_own_traceback(error)) from None
    loaded = [_describe(function) for function in functions]
    return {function.name: function for function in loaded}


def _import_app(file: Path) -> Any:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    apps = {id(value): value for value in vars(module).values() if isinstance(value, func.FunctionRegister)}
    if len(apps) != 1:
        found = "no" if not apps else str(len(apps))
        raise AppLoadError(
            f"{file} defines {found} function app at its top level, exactly one is needed: app = func.FunctionApp()"
            " or app = df.DFApp()"
        )
    return next(iter(apps.values()))


def _own_traceback(error: BaseException) -> str:
    frames = error.__traceback__
    while frames is not None and (
        __file__ == frames.tb_frame.f_code.co_filename or "importlib" in frames.tb_frame.f_code.co_filename
    ):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames)).rstrip()


def _describe(function: Any) -> LoadedFunction:
    name: str = function.get_function_name()
    call: Callable[..., Any] = function.get_user_function()
    bindings: list[dict[str, Any]] = [binding.get_dict_repr() for binding in function.get_bindings()]
    trigger: dict[str, Any] = function.get_trigger().get_dict_repr()
    kind = _TRIGGERS.get(str(trigger["type"]), "unsupported")
    unsupported = sorted({str(binding["type"]) for binding in bindings} - _BINDINGS)
    description: dict[str, Any] = {
        "name": name,
        "kind": "unsupported" if unsupported else kind,
        "unsupported": unsupported,
    }
    if kind == "http":
        methods = trigger.get("methods") or ()
        description |= {
            "route": trigger.get("route"),
            "methods": [str(getattr(method, "value", method)).upper() for method in methods],
            "auth": str(getattr(trigger.get("authLevel"), "value", trigger.get("authLevel") or "function")).lower(),
        }
    elif kind == "timer":
        description |= {
            "schedule": trigger["schedule"],
            "run_on_startup": bool(trigger.get("runOnStartup")),
            "use_monitor": trigger.get("useMonitor") is not False,
        }
    else:
        key = {"activity": "activity", "orchestration": "orchestration", "entity": "entityName"}.get(kind, "")
        description["alias"] = trigger.get(key) or name
    parameters = inspect.signature(call).parameters
    names = {str(binding["name"]) for binding in bindings}
    return LoadedFunction(
        name=name,
        call=call,
        is_async=inspect.iscoroutinefunction(call),
        kind=kind,
        trigger=str(trigger["name"]),
        clients=tuple(str(b["name"]) for b in bindings if b["type"] == "durableClient"),
        outputs=tuple(str(b["name"]) for b in bindings if b["type"] == "http" and b["name"] != "$return"),
        wants_context="context" in parameters and "context" not in names,
        description=description,
    )
