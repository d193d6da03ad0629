"""The built-in pipeline steps, one package each."""
