"""Proving a phone: codes by SMS, the PIN, and the session that both open."""
