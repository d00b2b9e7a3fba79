"""Functions run under another Python, with the code before the layers, for the drill on arm64.

Lambda puts /var/task before /opt, the emulator does it the other way round
(https://docs.aws.amazon.com/lambda/latest/dg/python-package.html). An imitated processor is many times slower, so
functions get more time.
"""

TIMES_SLOWER = 20
AFTER_THE_PATH = "    _ms_install_invoke_depth()\n    try:\n"
CODE_FIRST = "    sys.path.remove(code_dir)\n    sys.path.insert(0, code_dir)\n"


def use(python: str) -> None:
    """Let the emulator run functions by the program `python`."""
    from ministack.core import lambda_runtime  # type: ignore[import-not-found]

    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    assert script.count(AFTER_THE_PATH) == 1, "the emulator's worker is another one than this was written for"
    script = script.replace(AFTER_THE_PATH, CODE_FIRST + AFTER_THE_PATH)
    lambda_runtime._detect_runtime_binary = lambda _runtime: (python, script)
    begin = lambda_runtime.Worker.__init__

    def patient(self: object, name: str, config: dict[str, object], code: bytes) -> None:
        seconds = config.get("Timeout", 3)
        begin(self, name, {**config, "Timeout": int(str(seconds)) * TIMES_SLOWER}, code)

    lambda_runtime.Worker.__init__ = patient
