"""A WSGI application served as one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import azure.functions as func


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read().decode()
    start_response("201 Created", [("Content-Type", "text/plain"), ("X-By", "wsgi")])
    return [f"{environ['PATH_INFO']} {environ['QUERY_STRING']} {body}".encode()]


app = func.WsgiFunctionApp(app=application, http_auth_level=func.AuthLevel.ANONYMOUS)
