"""The filesystem step: repository, directories and files."""
