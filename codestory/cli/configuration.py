"""``codestory config validate | show``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from codestory.cli.console import out, print_json, print_table
from codestory.cli.session import ExitCode, JsonFlag, group, session_of
from codestory.exceptions import ConfigurationError

__all__ = ["app"]

app, _command = group("config", "The pipeline configuration and the settings in force. Works without the service.")

File = Annotated[
    Path | None,
    typer.Argument(
        help="Default: $CODESTORY_PIPELINE_CONFIG, or pipeline_config.yml in this folder, or that of 'codestory serve'."
    ),
]

_SECRET_WORDS = ("KEY", "PASSWORD", "SECRET", "TOKEN", "CONNECTION_STRING", "DATABASE_URL")
_PREFIXES = ("CODESTORY_", "AZURE_OPENAI_", "OPENAI_")


@_command("validate", "codestory config validate", "codestory config validate my_pipeline.yml")
def validate(file: File = None, as_json: JsonFlag = False) -> None:
    """Check a pipeline configuration: keys, values, steps, their options, and the order they run in.

    Every mistake is listed with its file, line and key, the known keys, and the nearest one. Exits with 1 if there
    is one.
    """
    from codestory.ingestion_pipeline.config import load_config
    from codestory.ingestion_pipeline.pipeline import compile_pipeline

    try:
        pipeline = compile_pipeline(load_config(_chosen(file))).pipeline
    except ConfigurationError as error:
        if not as_json:
            raise
        problems = error.details.get("problems") or [error.message]
        print_json({"valid": False, "problems": problems})
        raise typer.Exit(ExitCode.FAILED) from None
    if as_json:
        print_json({"valid": True, "steps": [step.model_dump(mode="json") for step in pipeline.steps]})
        return
    out().print(f"valid: {len(pipeline.steps)} steps, in this order", style="green", markup=False)
    print_table(("step", "after"), ((step.name, ", ".join(step.depends_on)) for step in pipeline.steps))


@_command("show", "codestory config show", "codestory config show --json")
def show(ctx: typer.Context, file: File = None, as_json: JsonFlag = False) -> None:
    """Show the configuration with all defaults filled in, and the settings with where each comes from.

    Secrets are shown as stars, also those inside URLs and connection strings.
    """
    import yaml

    from codestory.ingestion_pipeline.config import load_config

    path = _chosen(file)
    config = load_config(path).model_dump(mode="json")
    settings = _settings(session_of(ctx).settings.url)
    if as_json:
        print_json({"file": str(path.absolute()), "pipeline": config, "settings": settings})
        return
    console = out()
    console.print(f"# {path.absolute()}", style="dim", markup=False)
    console.print(yaml.safe_dump(config, sort_keys=False).rstrip(), markup=False, soft_wrap=True)
    console.print()
    print_table(("setting", "value", "from"), ((s["name"], s["value"], s["from"]) for s in settings))


def _chosen(file: Path | None) -> Path:
    """The file to read: the one that is named, or the one that a service started here would read."""
    from codestory.ingestion_pipeline.config import CONFIG_SETTING, DEFAULT_FILE
    from codestory.ingestion_pipeline.local_service import app_folder

    named = file or os.environ.get(CONFIG_SETTING)
    here = Path(named or DEFAULT_FILE)
    if named or here.exists():
        return here
    try:
        there = app_folder() / DEFAULT_FILE
    except ConfigurationError:
        return here
    return there if there.exists() else here


def _settings(service_url: str) -> list[dict[str, Any]]:
    """What the environment sets, and the settings with a default that everybody meets."""
    from codestory.client import DEFAULT_URL
    from codestory.graph.settings import GraphSettings
    from codestory.tracker.redaction import redact_text

    defaults = {
        "CODESTORY_SERVICE_URL": DEFAULT_URL,
        "CODESTORY_HOME": str(Path(".codestory").absolute()),
        "CODESTORY_NEO4J_URI": GraphSettings.from_environment().place,
    }
    shown = {name: {"name": name, "value": value, "from": "default"} for name, value in defaults.items()}
    for name in sorted(os.environ):
        if name.startswith(_PREFIXES):
            is_secret = any(word in name for word in _SECRET_WORDS)
            value = "****" if is_secret else redact_text(os.environ[name])
            shown[name] = {"name": name, "value": value, "from": "environment"}
    service_url = redact_text(service_url)
    if service_url != shown["CODESTORY_SERVICE_URL"]["value"]:
        shown["CODESTORY_SERVICE_URL"] = {
            "name": "CODESTORY_SERVICE_URL",
            "value": service_url,
            "from": "--service-url",
        }
    return [shown[name] for name in sorted(shown)]
