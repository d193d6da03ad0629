"""Durable entities: small states that many orchestrations share, changed by one operation at a time."""
