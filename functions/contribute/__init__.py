"""Facilities write: transaction Bundles and the settling of identifiers."""
