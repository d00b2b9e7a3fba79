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
    known = stack_file.read_stack_file(place)
    if known["province"] != place.province or known["aws_endpoint_url"] != place.aws_endpoint_url:
        raise OpsError(
            "The local stack runs otherwise: set SSK_PORT, SSK_EMULATOR_PORT and SSK_LOCAL_PROVINCE as for `make up`."
        )
    return Deployment(aws.read_outputs(place), lambda service: aws.create_client(place, service))


def _find_in_aws(province: str) -> Deployment:
    """In the region of the province's settings, whatever region the environment names."""
    region = read_region(province)
    stacks = boto3.client("cloudformation", region_name=region).describe_stacks(StackName=f"ssk-{province}")["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}
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
