"""The syntax step: symbols and their relationships, from source code alone."""
