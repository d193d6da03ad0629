"""The ``blarify`` step: runs Blarify in an environment of its own and maps its graph to ours."""
