"""What would fail before it fails: a province's settings, its account's quotas and limits, and what is deployed."""
