"""Invented residents."""
