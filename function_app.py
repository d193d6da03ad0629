"""The function app: registers what the folders beside it define, and nothing else."""

from __future__ import annotations

import gc

import azure.durable_functions as df
import azure.functions as func

from activities import (
    acquire_source,
    clean_up_job,
    fence_step,
    finish_step,
    plan_step,
    raise_cancel_flag,
    record_run,
    run_batch,
)
from codestory.ingestion_pipeline.registry import load_ahead
from codestory.telemetry import protect_handlers
from entities import job, schedules, throttle
from orchestrators import deliver_event, ingest, step
from triggers import (
    executions,
    graph,
    health,
    ingestion,
    ingestion_control,
    maintenance,
    pipeline,
    repositories,
    resources,
    scheduler,
)

# The host has installed its handlers by now; from here on their lines name the job and hide secrets.
protect_handlers()

# A batch makes millions of objects that all stay until its end; looking for garbage among them again and again costs
# a third of the time of resolving a large repository.
gc.set_threshold(100_000, 50, 100)

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)

for module in (
    acquire_source, clean_up_job, fence_step, finish_step, plan_step, raise_cancel_flag, record_run, run_batch,
    job, schedules, throttle,
    deliver_event, ingest, step,
    executions, graph, health, ingestion, ingestion_control, maintenance, pipeline, repositories, resources, scheduler,
):  # fmt: skip
    app.register_functions(module.bp)

load_ahead()
