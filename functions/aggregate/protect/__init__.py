"""What keeps a published figure from telling of one person."""
