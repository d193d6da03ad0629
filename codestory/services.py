"""The service registry: how optional services reach those that can use them."""

from __future__ import annotations

__all__ = ["ServiceRegistry"]


class ServiceRegistry:
    """Named services (``execution_tracker``, ``database``, ``http``, ...). All are optional."""

    def __init__(self, **services: object) -> None:
        self._services: dict[str, object] = dict(services)

    def register(self, name: str, service: object) -> None:
        """Make ``service`` available under ``name``, replacing an earlier one."""
        self._services[name] = service

    def get[T](self, name: str, kind: type[T] = object) -> T | None:
        """The service, or ``None`` if there is none; raises ``TypeError`` if it is of another kind."""
        service = self._services.get(name)
        if service is None or isinstance(service, kind):
            return service
        raise TypeError(f"service {name!r} is a {type(service).__name__}, not a {kind.__name__}")
