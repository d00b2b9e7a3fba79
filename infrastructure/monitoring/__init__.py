"""Alarms, dashboard, logs."""
