"""The ``documentation_grapher`` step: documents, their sections, and what they explicitly refer to."""
