"""What is measured: packages whose source distributions bring tests that run anywhere within seconds."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NEEDED", "PACKAGES", "Package"]


@dataclass(frozen=True)
class Package:
    """A source distribution and what to hand to pytest in its folder."""

    requirement: str
    arguments: tuple[str, ...] = ("tests",)


PACKAGES = (
    Package("cachetools==6.0.0"),
    Package("click==8.1.8"),
    Package("itsdangerous==2.2.0"),
    Package("jinja2==3.1.6"),
    Package("mako==1.3.10", ("test",)),
    Package("marshmallow==4.0.0"),
    Package("sqlparse==0.5.3"),
    Package("starlette==0.46.2"),
    Package("structlog==25.3.0"),
    Package("tinydb==4.8.2"),
    Package("werkzeug==3.1.3", ("tests", "-k", "not live and not dev_server")),
    # Nothing in the resolver was made by looking at these.
    Package("docutils==0.21.2", ("test/test_utils", "test/test_nodes.py", "test/test_parsers")),
    Package("tomlkit==0.13.2"),
)

NEEDED = (
    "anyio==4.9.0", "ephemeral-port-reserve==1.1.4", "freezegun==1.5.1", "httpx==0.28.1", "itsdangerous==2.2.0",
    "jinja2==3.1.6", "markupsafe==3.0.2", "pretend==1.0.9", "pytest==8.4.1", "pytest-asyncio==1.0.0",
    "python-multipart==0.0.20", "pyyaml==6.0.2", "simplejson==3.20.1", "trio==0.30.0", "typing-extensions==4.14.0",
    "watchdog==6.0.0",
)  # fmt: skip
"""What these tests import."""
