"""Brings a local stack up, uses a running one again, and takes it down."""

import contextlib
import fcntl
import http.client
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from http import HTTPStatus
from typing import Any

from ops.errors import OpsError
from ops.local import cdk, demo_facility, site, stack_file
from ops.local.aws import build_environment, create_client, read_outputs
from ops.local.command import end_all
from ops.local.emulator import refuse_used_port, remove_leftovers, set_limits, start_emulator, wait_until_ready
from ops.local.processes import Process, ProcessRegister, current_process, start_process
from ops.local.source_hash import SERVED, hash_sources
from ops.local.stack_location import StackLocation
from ops.progress_steps import ProgressSteps
from ops.synthetic_population import build_population

POPULATION = "reference/population.csv"

# One call for each function behind the API: none of them changes anything.
WARMING_CALLS = (
    ("GET", "/v1/session"),
    ("GET", "/v1/records"),
    ("GET", "/v1/fhir/metadata"),
    ("POST", "/v1/fhir"),
)
WARM_ENVIRONMENTS = 1
PROXY_SECONDS = 20


class LocalStack:
    """The local stack of one place. A `guest` is deployed beside another one, on the emulator that runs already."""

    def __init__(self, place: StackLocation, *, guest: bool = False) -> None:
        self.place = place
        self._own = {"proxy"} if guest else {"emulator", "proxy"}
        self.processes = ProcessRegister(place.folder / "processes.json")
        self._content_file = place.folder / "content"

    def up(self, steps: ProgressSteps) -> dict[str, Any]:
        """Start, or update, or find the stack as it should be; returns what `stack.json` says.

        Raises OpsError; nothing that belongs to the stack runs then.
        """
        self.place.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            content = f"{hash_sources(*SERVED)} {'strict' if self.place.strict else 'lenient'}"
            if self._is_current(content):
                return stack_file.write_stack_file(self.place)
            try:
                description = self._bring_up(steps)
            except BaseException:
                self._end()
                raise
            self._content_file.write_text(content, encoding="utf-8")
            return description

    def end_with_this_process(self) -> Process:
        """Start the process that ends the stack when this one is gone, even if it is killed."""
        self.place.folder.mkdir(parents=True, exist_ok=True)
        owner = current_process()
        return start_process(
            "watch",
            [sys.executable, "-m", "ops.local.orphan_reaper", str(owner.pid), owner.started],
            env={**build_environment(self.place), **self.place.variables},
            log=self.place.log("watch"),
        )

    def down(self) -> bool:
        """End what runs and forget its leavings; whether anything ran."""
        if not self.place.folder.exists():
            return False
        with self._alone():
            return self._end()

    @property
    def is_running(self) -> bool:
        """Whether emulator and proxy both run; of a guest, its proxy."""
        return self._own <= self.processes.running().keys()

    def _is_current(self, content: str) -> bool:
        known = self._content_file.read_text(encoding="utf-8") if self._content_file.exists() else ""
        return self.is_running and known == content and self._on_these_ports()

    def _on_these_ports(self) -> bool:
        if not self.place.stack_file.exists():
            return False
        description = stack_file.read_stack_file(self.place)
        urls = (description["web_url"], description["aws_endpoint_url"])
        return urls == (self.place.web_url, self.place.aws_endpoint_url)

    def _bring_up(self, steps: ProgressSteps) -> dict[str, Any]:
        self._prepare_update()
        with ThreadPoolExecutor() as pool:
            synthesis = pool.submit(_during, steps, "Making the templates", lambda: cdk.synthesize(self.place))
            pages = pool.submit(_during, steps, "Building the site", lambda: site.build_site(self.place))
            account = pool.submit(self._emulator, steps)
            try:
                _finish(synthesis, pages, account)
            except BaseException:
                end_all()
                raise
        set_limits(self.place, strict=self.place.strict)
        with steps.step("Deploying the province"):
            cdk.deploy(self.place, synthesis.result())
        deployed = read_outputs(self.place)
        site.upload_site(create_client(self.place, "s3"), deployed["SiteBucket"], pages.result())
        self._give_population(deployed["InsightsBucket"])
        demo_facility.register(self.place)
        with steps.step("Starting the proxy and warming the functions"):
            self._proxy()
            self._warm()
        return stack_file.write_stack_file(self.place)

    def _prepare_update(self) -> None:
        """Keep a running emulator with its data, if it is this stack's and on this port; end the proxy."""
        running = self.processes.running()
        if "emulator" in running and not self._on_these_ports():
            self._end()
            running = {}
        if "proxy" in running:
            running["proxy"].stop()
        refuse_used_port(self.place.port, "SSK_PORT")
        if "emulator" in self._own - running.keys():
            refuse_used_port(self.place.emulator_port, "SSK_EMULATOR_PORT")

    def _emulator(self, steps: ProgressSteps) -> None:
        if "emulator" not in self._own - self.processes.running().keys():
            return
        with steps.step("Starting the AWS emulator"):
            process = start_emulator(self.place)
            self.processes.record(process)
            wait_until_ready(self.place, process)
        with steps.step("Preparing the account for deployments"):
            cdk.bootstrap(self.place)

    def _give_population(self, bucket: str) -> None:
        """The reference population that the department would give; here it is invented, and every row says so."""
        people = build_population(self.place.province)
        create_client(self.place, "s3").put_object(Bucket=bucket, Key=POPULATION, Body=people, ContentType="text/csv")

    def _proxy(self) -> None:
        command = [sys.executable, "-m", "ops.local.proxy"]
        env = {**build_environment(self.place), **self.place.variables}
        process = start_process("proxy", command, env=env, log=self.place.log("proxy"))
        self.processes.record(process)
        deadline = time.monotonic() + PROXY_SECONDS
        # Another process on the same port would answer as well, so ours has to be alive after the answer.
        while self._status("GET", "/_local/sms") != HTTPStatus.OK or not process.alive:
            if not process.alive or time.monotonic() > deadline:
                raise OpsError(f"The proxy did not start; its log is {self.place.log('proxy')}.")
            time.sleep(0.1)

    def _warm(self) -> None:
        calls = WARMING_CALLS * WARM_ENVIRONMENTS
        with ThreadPoolExecutor(1 if self.place.lambda_python else len(calls)) as pool:
            answers = list(pool.map(lambda call: self._status(*call), calls))
        for (method, path), status in zip(calls, answers, strict=True):
            if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                log = self.place.log("emulator")
                raise OpsError(f"{method} {path} answers {status}: its function does not run as deployed; see {log}.")

    def _status(self, method: str, path: str) -> int | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=self.place.longest_call_seconds)
        try:
            connection.request(method, path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _end(self) -> bool:
        ended = self.processes.stop_all()
        remove_leftovers(self.place)
        for file in (self.place.stack_file, self._content_file):
            file.unlink(missing_ok=True)
        return bool(ended)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands at once on one stack: the second waits for the first."""
        with (self.place.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _during[Result](steps: ProgressSteps, text: str, work: Callable[[], Result]) -> Result:
    with steps.step(text):
        return work()


def _finish(*futures: Future[Any]) -> None:
    """Wait for all, or raise the first error as soon as it comes."""
    done, _ = wait(futures, return_when=FIRST_EXCEPTION)
    for future in done:
        future.result()
