"""A launch day played against the real handlers with a moved clock: people, halls, a poor SMS channel and attackers."""
