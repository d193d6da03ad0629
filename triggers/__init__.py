"""HTTP and timer triggers: check what comes in, call the durable client, answer."""
