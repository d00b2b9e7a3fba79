"""Where a local stack lives: its province, its folder and its two ports, from the environment."""

import hashlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from ops.errors import OpsError

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".local" / "tools"  # what bootstrap.sh installs, shared by all stacks of this checkout
REGION = "ap-southeast-1"
PROVINCE = "79"
MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory


@dataclass(frozen=True, kw_only=True)
class StackLocation:
    """A local stack's province, folder and ports; everything it writes is inside `folder`."""

    folder: Path
    port: int
    emulator_port: int
    province: str = PROVINCE
    sms_daily_budget_vnd: int | None = None  # for a campaign; None is what the province's file says
    strict: bool = True  # AWS's limits at the edge and in the emulator
    lambda_python: Path | None = None  # what runs the functions, for arm64; None is the emulator's own Python

    @property
    def stack_name(self) -> str:
        """The name of the province's CloudFormation stack."""
        return f"ssk-{self.province}"

    @property
    def web_url(self) -> str:
        """What people type; also the authority that facilities sign. WebAuthn refuses a bare address."""
        return f"http://localhost:{self.port}"

    @property
    def aws_endpoint_url(self) -> str:
        """The emulator, for every AWS client."""
        return f"http://127.0.0.1:{self.emulator_port}"

    @property
    def stack_file(self) -> Path:
        """The contract with tests and other programs."""
        return self.folder / "stack.json"

    @property
    def longest_call_seconds(self) -> int:
        """How long a call may take: 29 s in AWS; the emulator may have to start environments on a busy machine."""
        return 60 if self.lambda_python is None else 900

    @property
    def scratches(self) -> tuple[Path, ...]:
        """Where the emulator's temporary files may lie: in memory, where there is plenty, else in the folder."""
        name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return MEMORY / f"ssk-{name}", self.folder / "tmp"

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that name this stack to another process."""
        other = {"SSK_LAMBDA_PYTHON": str(self.lambda_python)} if self.lambda_python else {}
        return other | {
            "SSK_STRICT": str(int(self.strict)),
            "SSK_LOCAL_DIR": str(self.folder),
            "SSK_LOCAL_PROVINCE": self.province,
            "SSK_PORT": str(self.port),
            "SSK_EMULATOR_PORT": str(self.emulator_port),
        }

    def log(self, name: str) -> Path:
        """The log file of one of the stack's processes."""
        return self.folder / f"{name}.log"


def read_location() -> StackLocation:
    """The stack that `SSK_LOCAL_DIR`, `SSK_PORT` and `SSK_EMULATOR_PORT` name (`.local`, 8000 and 4566).

    `SSK_LOCAL_PROVINCE` names another province than 79.
    """
    folder = Path(os.environ.get("SSK_LOCAL_DIR") or ROOT / ".local")
    province = os.environ.get("SSK_LOCAL_PROVINCE") or PROVINCE
    if not (ROOT / "infrastructure" / "provinces" / f"{province}.toml").is_file() or not province.isdecimal():
        raise OpsError(f"SSK_LOCAL_PROVINCE names province {province}, which has no settings file.")
    other = os.environ.get("SSK_LAMBDA_PYTHON")
    return StackLocation(
        lambda_python=Path(other) if other else None,
        folder=folder.absolute(),
        port=_port("SSK_PORT", 8000),
        emulator_port=_port("SSK_EMULATOR_PORT", 4566),
        province=province,
        strict=os.environ.get("SSK_STRICT") != "0",
    )


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise OpsError(f"{variable} must be a port number from 1 to 65535, not {text!r}.")
    return int(text)


def find_free_port(preferred: int) -> int:
    """`preferred` if nobody listens there, else any port that is free."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("no port is free")
