"""Functions, grants, schedules."""
