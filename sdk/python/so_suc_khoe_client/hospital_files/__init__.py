"""Sends the episode files that a hospital's software makes: splits, signs, repeats, and remembers what was sent."""
