"""What a command refuses or fails at, told to the operator in one sentence."""


class OpsError(Exception):
    """A command cannot go on; the text is one clear sentence for the person who typed it."""
