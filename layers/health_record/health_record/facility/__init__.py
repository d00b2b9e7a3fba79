"""A facility and its signed call: registry, signatures, whom it asks for."""
