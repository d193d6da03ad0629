"""Entities as functions and as classes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import azure.durable_functions as df
from durabletask.entities import DurableEntity, EntityContext, EntityInstanceId

entities = df.Blueprint()


@entities.entity_trigger(context_name="context", entity_name="Counter")
def counter(ctx: EntityContext, given: Any = None) -> Any:
    value = ctx.get_state(int, 0)
    match ctx.operation:
        case "add":
            ctx.set_state(value + given)
            return value + given
        case "fail":
            ctx.set_state(-1)
            raise ValueError(given)
        case "delete":
            ctx.set_state(None)
        case "later":
            at = datetime.now(UTC) + timedelta(seconds=given)
            ctx.signal_entity(EntityInstanceId("Counter", ctx.entity_id.key), "add", 1, signal_time=at)
        case "start":
            return ctx.schedule_new_orchestration("tick", given)
        case _:
            return value
    return None


class Account(DurableEntity):
    """An entity as a class."""

    def deposit(self, amount: int) -> int:
        balance = self.get_state(int, 0) + amount
        self.set_state(balance)
        return balance

    def balance(self) -> int:
        return self.get_state(int, 0)


entities.entity_trigger(context_name="context", entity_name="Account")(Account)


@entities.entity_trigger(context_name="context")
def v1_list(context: df.DurableEntityContext) -> None:
    values = context.get_state(list)
    values.append(context.get_input())
    context.set_state(values)
    context.set_result(len(values))
