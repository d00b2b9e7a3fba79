"""Facilities read: search, match and the International Patient Summary."""
