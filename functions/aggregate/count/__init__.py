"""Facts to exact counts."""
