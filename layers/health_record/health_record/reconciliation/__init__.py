"""What stands where sources say different things: by source and time, nothing solved in silence."""
