from __future__ import annotations

from typing import TYPE_CHECKING

from service import Service

if TYPE_CHECKING:
    from client import Client


def use(client: Client):
    return client.send()


use(Service().client())
