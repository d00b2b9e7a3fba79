"""Which deployed province a command speaks to: the local stack, or one in the operator's AWS account."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3

from infrastructure.config.settings import PROVINCES, SettingsError, read_province
from ops.errors import OpsError
from ops.local import aws, stack_file
from ops.local.stack_location import read_location
from ops.stack_status import is_deployed, read_status


@dataclass(frozen=True)
class Deployment:
    """A deployed province: its outputs by name, and clients for its account."""

    outputs: dict[str, str]
    client: Callable[[str], Any]
    is_local: bool = True

    @property
    def origin(self) -> str:
        """What people type, without a slash at the end."""
        return self._output("PublicOrigin")

    @property
    def hotline(self) -> str:
        """The number that people call."""
        return self._output("Hotline")

    def _output(self, name: str) -> str:
        if name not in self.outputs:
            raise OpsError(f"The deployed stack has no output {name}: deploy this version first.")
        return self.outputs[name]


def add_province_argument(parser: argparse.ArgumentParser) -> None:
    """The option that names a province in AWS instead of the local stack."""
    parser.add_argument("--province", metavar="CODE", help="a province in the AWS account of the environment's profile")


def province_words(arguments: argparse.Namespace) -> str:
    """What a command that is told to be typed next needs, so that it acts where this one did: ` --province 79`."""
    return f" --province {arguments.province}" if arguments.province else ""


def province_of(arguments: argparse.Namespace) -> str:
    """The code of the province that a command acts on: the one that is named, or that of the local stack."""
    return str(arguments.province or read_location().province)


def find_deployment(arguments: argparse.Namespace) -> Deployment:
    """What the arguments name. Raises OpsError when it is not there."""
    return _find_in_aws(arguments.province) if arguments.province else _find_local()


def find_in_aws_or_local(province: str) -> Deployment:
    """The province in the AWS account of the environment; without credentials the local stack of this province."""
    if boto3.session.Session().get_credentials() is not None:
        return _find_in_aws(province)
    place = read_location()
    if not place.stack_file.exists() or stack_file.read_stack_file(place)["province"] != province:
        raise OpsError(
            f"There are no AWS credentials here, and no local stack of province {province} runs: "
            "name a profile (AWS_PROFILE), or start the stack with `make up`."
        )
    return _find_local()


def _find_local() -> Deployment:
    place = read_location()
    try:
        known = stack_file.read_stack_file(place)
    except OpsError as error:
        raise OpsError(f"{error} A province in AWS is named by --province.") from error
    if known["province"] != place.province or known["aws_endpoint_url"] != place.aws_endpoint_url:
        raise OpsError(
            "The local stack runs otherwise: set SSK_PORT, SSK_EMULATOR_PORT and SSK_LOCAL_PROVINCE as for `make up`."
        )
    return Deployment(aws.read_outputs(place), lambda service: aws.create_client(place, service))


def _find_in_aws(province: str) -> Deployment:
    """In the region of the province's settings, whatever region the environment names."""
    region, name = read_region(province), f"ssk-{province}"
    cloudformation = boto3.client("cloudformation", region_name=region)
    state = read_status(cloudformation, name)
    if state is None:
        raise OpsError(
            f"{name} is not deployed in this account ({region}): name the profile of the province's account "
            f"(AWS_PROFILE), or `ssk deploy --province {province}` first."
        )
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    if not is_deployed(state) or "Outputs" not in stack:
        raise OpsError(f"{name} is {state} and never came to life: `ssk deploy --province {province}` goes on with it.")
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return Deployment(outputs, lambda service: boto3.client(service, region_name=region), is_local=False)


def read_region(province: str) -> str:
    """Where the province runs. Raises OpsError for a province without settings."""
    path = PROVINCES / f"{province}.toml"
    if not province.isalnum() or not path.exists():
        raise OpsError(f"There is no infrastructure/provinces/{province}.toml.")
    try:
        return read_province(path).region
    except SettingsError as error:
        raise OpsError(str(error)) from error
