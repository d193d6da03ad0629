"""Real ingests under injected faults: what is killed, cut, frozen or filled, and what must hold afterwards."""
