"""An app that uses what the host has to serve; its parts are blueprints, as in larger apps."""

from __future__ import annotations

import azure.durable_functions as df
import azure.functions as func
from client_routes import client_routes
from http_routes import http_routes
from native import native
from v1_style import v1_style

from entities import entities

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.configure_scheduled_tasks()
for blueprint in (client_routes, entities, http_routes, native, v1_style):
    app.register_functions(blueprint)
