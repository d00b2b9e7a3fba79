"""Facts to one snapshot."""
