"""Benchmarks of the local host, next to the bare engine in the same run."""
