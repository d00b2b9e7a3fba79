"""Counts to what may be published."""
