"""How fast the syntax step reads and resolves Python."""
