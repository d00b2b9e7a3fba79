"""The `ssk` command: the local stack, facilities, rehearsals and everything else an operator types."""
