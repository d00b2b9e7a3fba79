"""What judges the templates."""
