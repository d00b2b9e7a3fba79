"""A code that was typed: its tries, the comparison, and the session that it opens."""
