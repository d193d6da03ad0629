"""What the languages share: facts of a file, the walk that collects them, and resolution over a repository."""
