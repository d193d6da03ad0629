"""Options of the ``blarify`` step."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from codestory.ingestion_pipeline.step import StepOptions

__all__ = ["BlarifyOptions", "Mode"]

type Mode = Literal["hierarchy", "scip", "auto"]


class BlarifyOptions(StepOptions):
    """How to run Blarify. ``concurrency`` has no meaning for it, ``timeout`` ends it."""

    mode: Literal["hierarchy", "scip", "auto"] = "auto"
    """``hierarchy``: definitions only. ``scip``: references too, by an index of scip-python, which must succeed.
    ``auto``: an index if one can be made, else language servers, which are slow (about 60 ms for each symbol)."""

    docker_image: str | None = Field(default=None, min_length=1)
    """Run in this image, which must hold Python 3.11 or newer and Blarify, instead of the isolated environment."""

    ignore_patterns: tuple[str, ...] = ()
    """Files that Blarify does not get to see, in the syntax of ``.gitignore``."""

    extensions_to_skip: tuple[str, ...] = (".mts", ".cts", ".mjs", ".cjs")
    """Suffixes of files that Blarify does not get to see; it crashes on those of the default."""

    @field_validator("docker_image")
    @classmethod
    def _no_option(cls, image: str | None) -> str | None:
        if image is not None and (image.startswith("-") or any(c.isspace() for c in image)):
            raise ValueError(f"docker_image {image!r} is no name of an image; write it like registry/name:tag")
        return image
