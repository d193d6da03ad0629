"""The step that writes a summary for every function, class, module, directory and the repository."""
