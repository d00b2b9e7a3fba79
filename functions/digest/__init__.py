"""Every day a signed digest of each facility's audit, put where nobody can change it."""
