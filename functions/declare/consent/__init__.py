"""Consents, restriction and what follows from them."""
