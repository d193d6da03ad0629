"""The languages that the syntax step understands, one package each."""
