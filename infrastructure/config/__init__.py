"""A province's settings and where they lead."""
