"""Code Story: a code repository as a knowledge graph that stays current."""
