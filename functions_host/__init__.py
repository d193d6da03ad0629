"""A local host for Azure Functions apps in Python."""
