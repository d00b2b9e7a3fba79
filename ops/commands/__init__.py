"""One module a command of `ssk`."""
