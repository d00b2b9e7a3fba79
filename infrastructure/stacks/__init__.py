"""A province's three stacks."""
