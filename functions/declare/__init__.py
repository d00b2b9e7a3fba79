"""Declarations, the resident's own view, consent and erasure."""
