"""A local host for Azure Functions apps in Python, with durable Durable Functions.

``functions-host start --app DIR --port P --state DIR`` serves the function app in DIR: HTTP and timer
triggers, orchestrations, activities, entities and durable clients. Ready when the banner is printed,
or when ``GET /admin/host/status`` answers 200 with ``"state": "Running"``. What is accepted survives
``kill -9``: start the host again on the same ``--state`` and everything goes on. See docs/local-host.md.
"""
