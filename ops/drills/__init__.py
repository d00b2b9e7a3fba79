"""Drills: what an operator trusts in an emergency, done for real on emulators of its own and told in figures."""
