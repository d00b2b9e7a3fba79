"""Links by which a resident shares a summary."""
