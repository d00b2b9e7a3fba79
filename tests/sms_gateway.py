"""A gateway for text messages on this machine, over true TLS: it checks signatures by docs/sms-gateway.md alone.

It sends each message id once and answers a repeat as it answered before; `behave` says what it does next.
"""

import contextlib
import datetime
import functools
import hashlib
import hmac
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import aws, forget_caches

CLOCK_SECONDS = 300  # how far the request's time may be from the gateway's
PATH = "/v1/messages"
CERTIFICATE = "gateway.pem"


@dataclass
class SmsGateway:
    """What the gateway knows, and what it has done. `keys` are the secrets by their names."""

    url: str = ""
    keys: dict[str, str] = field(default_factory=lambda: {"first": "secret-of-the-first-key"})
    calls: list[dict[str, Any]] = field(default_factory=list)  # every request, with `headers` and `content`
    sent: list[dict[str, Any]] = field(default_factory=list)  # every message that went out to a phone
    behaviours: list[str] = field(default_factory=list)
    clock_ahead: int = 0  # seconds
    ends: threading.Event = field(default_factory=threading.Event)
    _answers: dict[str, tuple[str, int, dict[str, str]]] = field(default_factory=dict)

    def behave(self, *behaviours: str) -> None:
        """One for each of the next calls, then `accept`. See `Handler`."""
        self.behaviours[:] = behaviours

    def texts(self) -> list[str]:
        """What phones got."""
        return [message["text"] for message in self.sent]

    def ids(self) -> list[str]:
        """The message id of each call."""
        return [call["content"]["message_id"] for call in self.calls]

    def take(self, headers: dict[str, str], body: bytes, behaviour: str) -> tuple[int, dict[str, str]]:
        """Status and body of the answer, which a repeat of the same id gets again."""
        if fault := self._find_fault(headers, body):
            return 401, {"status": "refused", "reason": fault}
        message_id, digest = headers["x-ssk-message-id"], hashlib.sha256(body).hexdigest()
        if known := self._answers.get(message_id):
            return known[1:] if known[0] == digest else (409, {"status": "refused", "reason": "other-content"})
        answer = {"message_id": message_id, "status": "accepted"}
        if behaviour.startswith("refuse"):
            answer |= {"status": "refused", "reason": behaviour.partition(" ")[2] or "number-blocked"}
        else:
            self.sent.append(json.loads(body))
        self._answers[message_id] = digest, 200, answer
        return 200, answer

    def _find_fault(self, headers: dict[str, str], body: bytes) -> str | None:
        secret = self.keys.get(headers.get("x-ssk-key", ""))
        if secret is None:
            return "key-unknown"
        stamp = headers["x-ssk-timestamp"]
        target = self.url.removeprefix("https://")
        lines = ["v1", "POST", target, stamp, headers["x-ssk-message-id"], hashlib.sha256(body).hexdigest()]
        wanted = hmac.digest(secret.encode(), "\n".join(lines).encode(), "sha256").hex()
        if not hmac.compare_digest(f"v1={wanted}", headers["x-ssk-signature"]):
            return "signature-wrong"
        if abs(time.time() + self.clock_ahead - int(stamp)) > CLOCK_SECONDS:
            return "timestamp-stale"
        return None if json.loads(body)["message_id"] == headers["x-ssk-message-id"] else "id-differs"


class Handler(BaseHTTPRequestHandler):
    """One call. Behaviours beside `accept` and `refuse [reason]`:

    `slow` takes the message and never answers, `drip` answers a byte at a time, `cut` takes it and closes the
    connection, `lose` closes it before, `large` and `noise` answer what nobody can read, and a number is the status of
    an answer without a word about the message, before it was looked at.
    """

    gateway: SmsGateway
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer, or not."""
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.gateway.calls.append({"path": self.path, "headers": headers, "content": json.loads(body)})
        behaviour = self.gateway.behaviours.pop(0) if self.gateway.behaviours else "accept"
        self.close_connection = True
        if behaviour == "lose":
            return
        if behaviour.isdigit():
            self._answer(int(behaviour), b"{}")
            return
        status, content = self.gateway.take(headers, body, behaviour)
        unusual: dict[str, Callable[[], object]] = {
            "slow": self.gateway.ends.wait,
            "cut": lambda: None,
            "drip": self._drip,
            "large": lambda: self._answer(200, json.dumps(content).encode() + b" " * 20_000),
            "noise": lambda: self._answer(200, b"OK"),
        }
        unusual.get(behaviour, lambda: self._answer(status, json.dumps(content).encode()))()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        with contextlib.suppress(OSError):
            for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1_000:
                self.connection.sendall(bytes([letter]))
                if self.gateway.ends.wait(0.05):
                    return

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Each connection has a thread, which also shakes hands."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no fault."""


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[SmsGateway]:
    """A running gateway whose certificate is `folder/gateway.pem`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_certificate(folder))
    gateway = SmsGateway()
    server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"gateway": gateway}))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    gateway.url = f"https://127.0.0.1:{server.server_port}{PATH}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.ends.set()
        server.shutdown()
        server.server_close()
        thread.join()


@functools.cache
def make_certificate() -> bytes:
    """Key and certificate of 127.0.0.1, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway of the tests")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2120, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def write_certificate(folder: Path) -> Path:
    """The file with both."""
    path = folder / CERTIFICATE
    path.write_bytes(make_certificate())
    return path


@dataclass
class ProvinceOfGateway:
    """A province that sends by the gateway: its secret, and the environment of its functions."""

    gateway: SmsGateway
    certificate: Path
    secret_arn: str = ""

    def put_key(self, key_id: str, secret: str) -> None:
        """Write the key into the province's secret, as an operator does."""
        content = json.dumps({"key_id": key_id, "secret": secret})
        if self.secret_arn:
            aws("secretsmanager").put_secret_value(SecretId=self.secret_arn, SecretString=content)
        else:
            made = aws("secretsmanager").create_secret(Name="sms-gateway", SecretString=content)
            self.secret_arn = made["ARN"]

    def choose(self, patch: pytest.MonkeyPatch, channels: str) -> None:
        """Set what the stack of a province with these channels sets."""
        for name, value in {
            "SSK_SMS_CHANNELS": channels,
            "SSK_SMS_GATEWAY_URL": self.gateway.url,
            "SSK_SMS_GATEWAY_SECRET_ARN": self.secret_arn,
            "SSL_CERT_FILE": str(self.certificate),
        }.items():
            patch.setenv(name, value)
        forget_caches()


@contextlib.contextmanager
def province_of_gateway(folder: Path) -> Iterator[ProvinceOfGateway]:
    """A gateway that runs and knows the province's key. The functions are told of it by `choose`."""
    with serve(folder) as gateway:
        province = ProvinceOfGateway(gateway, folder / CERTIFICATE)
        ((key_id, secret),) = gateway.keys.items()
        province.put_key(key_id, secret)
        yield province
