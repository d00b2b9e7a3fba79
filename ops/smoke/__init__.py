"""One true pass through what a template only promises: each proof makes something, waits for it and takes it away.

What could not be taken away is told with what takes it away: the next call, which begins by looking for such things.
The one thing that stays on purpose is the backup: the vault is locked, so that nobody empties it.
"""
