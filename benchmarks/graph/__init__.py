"""Write throughput and query latency of the graph stores."""
