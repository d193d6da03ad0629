"""``codestory steps list | install``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, Any

import typer

from codestory.cli.console import err, out, pairs, print_json, print_table
from codestory.cli.session import ExitCode, JsonFlag, group
from codestory.exceptions import CodeStoryError, RequestError

__all__ = ["app", "describe_steps"]

app, _command = group("steps", "Pipeline steps: those that come with the project, and those of installed packages.")


def describe_steps() -> list[dict[str, Any]]:
    """Name, description, version, labels, origin and options of every installed step."""
    from codestory.ingestion_pipeline.registry import step_classes

    return [
        {
            "name": name,
            "description": step.description or (step.__doc__ or "").strip().split("\n")[0],
            "version": step.version,
            "provides": sorted(step.provides),
            "defined_in": f"{step.__module__}:{step.__qualname__}",
            "options": {
                option: {
                    "type": getattr(field.annotation, "__name__", str(field.annotation)),
                    "default": None if field.is_required() else field.get_default(call_default_factory=True),
                    "required": field.is_required(),
                    "description": field.description,
                }
                for option, field in step.Options.model_fields.items()
            },
        }
        for name, step in sorted(step_classes().items())
    ]


@_command("list", "codestory steps list", "codestory steps list --options")
def list_steps(
    options: Annotated[bool, typer.Option("--options", help="Show what can be configured, too.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """List the steps that can be used in a pipeline configuration, with what each writes to the graph."""
    steps = describe_steps()
    if as_json:
        print_json(steps)
        return
    print_table(
        ("step", "version", "writes", "description"),
        ((s["name"], s["version"], ", ".join(s["provides"]), s["description"]) for s in steps),
        empty="no steps are installed",
    )
    if options:
        for step in steps:
            out().print(f"\n{step['name']}", style="bold", markup=False)
            print_table(
                ("option", "type", "default", "description"),
                (
                    (
                        name,
                        o["type"],
                        "(required)" if o["required"] else json.dumps(o["default"], default=str),
                        o["description"],
                    )
                    for name, o in step["options"].items()
                ),
                empty="no options of its own",
            )


@_command(
    "install",
    "codestory steps install codestory-mycustom",
    "codestory steps install ./my-step",
    "codestory steps install blarify",
)
def install(
    package: Annotated[str, typer.Argument(help="A package of the index, a folder, a wheel, or a step.")],
) -> None:
    """Install a package that provides steps into this environment, and show what it added.

    The name of a step that is here already, such as blarify, installs what that step needs to run.

    A running service sees new steps when it is started again. For Azure, add the package to requirements.txt.
    """
    if prepare := _preparation(package):
        prepare(progress=_report)
        pairs({package: _installed()[package]})
        return
    before = _installed()
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
    result = subprocess.run(command, check=False)
    if result.returncode != 0:
        raise CodeStoryError(f"pip could not install {package!r}; its reason is above.")
    added = {name: place for name, place in _installed().items() if before.get(name) != place}
    if added:
        pairs(added)
        return
    err().print(
        f"{package} is installed, but adds no step. A package offers one through the entry-point group"
        " 'codestory.pipeline.steps' in its pyproject.toml:\n"
        '  [project.entry-points."codestory.pipeline.steps"]\n'
        '  my_step = "my_package.step:MyStep"',
        markup=False,
    )
    raise typer.Exit(ExitCode.FAILED)


def _report(text: str) -> None:
    err().print(text, style="dim", markup=False)


def _preparation(name: str) -> Callable[..., None] | None:
    """The function ``install`` of the module ``environment`` beside the step, if there is such a step and module."""
    from codestory.ingestion_pipeline.registry import canonical_name, step_classes

    step = step_classes().get(canonical_name(name))
    if step is None:
        return None
    place = f"{step.__module__.rpartition('.')[0]}.environment"
    if find_spec(place) is None:
        raise RequestError(f"step {name!r} is installed, and needs nothing else")
    return import_module(place).install


def _installed() -> dict[str, str]:
    # In a process of its own: this one has read the list of packages already.
    code = (
        "import json; from codestory.ingestion_pipeline.registry import step_classes;"
        "print(json.dumps({n: f'{s.__module__}:{s.__qualname__}' for n, s in step_classes().items()}))"
    )
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    return json.loads(output)
