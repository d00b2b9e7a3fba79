"""A one-time code: asked for, guarded, sent, verified."""
