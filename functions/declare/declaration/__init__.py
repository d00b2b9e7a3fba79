"""A declaration: read, created, corrected, repeated."""
