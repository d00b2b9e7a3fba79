"""What `ssk audit` checks."""
