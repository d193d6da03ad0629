"""Worker processes: the function app is imported and run here, never in the host itself."""
