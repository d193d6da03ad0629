"""The task hub: durable state of orchestrations, activities, timers and entities in one SQLite file."""
