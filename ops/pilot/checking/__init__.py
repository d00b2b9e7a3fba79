"""What a rehearsal compares at its end."""
