"""HTTP: the entry point, routes, refusals, the edge."""
