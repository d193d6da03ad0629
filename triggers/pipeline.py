"""What this service can run: steps and pipeline configurations."""

from __future__ import annotations

from typing import Any

import azure.durable_functions as df
import azure.functions as func

from codestory.exceptions import RequestError
from codestory.ingestion_pipeline.config import load_config, parse_config
from codestory.ingestion_pipeline.registry import step_classes
from codestory.ingestion_pipeline.yaml_lines import load_yaml
from triggers.support import MAX_BODY_BYTES, answers, json_body, reply

__all__ = ["bp"]

bp = df.Blueprint()


@bp.route(route="v1/steps", methods=["GET"])
@answers
async def list_steps(req: func.HttpRequest) -> func.HttpResponse:
    """The installed steps, with the JSON schema of their options and their place in the configuration."""
    configured = {step.name: step for step in load_config().steps}
    items: list[dict[str, Any]] = [
        {
            "name": name,
            "description": step.description or (step.__doc__ or "").strip().partition("\n")[0],
            "version": step.version,
            "configured": name in configured and configured[name].enabled,
            "provides": sorted(step.provides),
            "options": step.Options.model_json_schema(),
        }
        for name, step in sorted(step_classes().items())
    ]
    return reply({"items": items, "total": len(items)})


@bp.route(route="v1/config", methods=["GET"])
@answers
async def show_config(req: func.HttpRequest) -> func.HttpResponse:
    """The pipeline configuration in force."""
    return reply(load_config())


@bp.route(route="v1/config/validate", methods=["POST"])
@answers
async def validate_config(req: func.HttpRequest) -> func.HttpResponse:
    """Check a pipeline configuration, given as YAML (``text/yaml``) or JSON, without using it."""
    kind = (req.headers.get("Content-Type") or "").partition(";")[0]
    if kind.endswith("json"):
        config = parse_config(json_body(req), where="body")
    else:
        raw = req.get_body()
        if len(raw) > MAX_BODY_BYTES:
            raise RequestError(f"the body has {len(raw)} bytes; at most {MAX_BODY_BYTES} are read")
        data, lines = load_yaml(raw.decode("utf-8", "replace"), "body")
        config = parse_config(data, where="body", lines=lines)
    return reply({"valid": True, "config": config.model_dump(mode="json")})
