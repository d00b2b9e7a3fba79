"""The keys of the items in each table: one module for each, and nobody else spells a key."""
