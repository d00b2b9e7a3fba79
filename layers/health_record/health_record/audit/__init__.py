"""Who did what: the audit trail, its daily digests, and what a person sees of it."""
