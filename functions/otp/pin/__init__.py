"""PINs: set, checked, locked."""
