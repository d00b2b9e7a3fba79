"""Scheduled: facts become statistics, published tables and forecasts."""
