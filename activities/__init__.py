"""Activities: one verb per file, idempotent, small in what they take and return."""
