"""The seven functions, each with a role, a log group and settings of its own, and the layers they share."""

from collections.abc import Mapping

from aws_cdk import Duration, Size, aws_iam, aws_kms, aws_lambda, aws_sqs
from constructs import Construct

from infrastructure.config.deployment_target import DeploymentTarget
from infrastructure.config.routes import API_FUNCTIONS, CONTRIBUTE
from infrastructure.config.settings import Province
from infrastructure.monitoring.logs import create_log_group
from infrastructure.packaging.layers import build_function_code, build_shared_layer, build_wheels_layer
from infrastructure.packaging.packages import Package

ARCHITECTURE = aws_lambda.Architecture.ARM_64
API_MEMORY_MB = 1024
API_SECONDS = 10
LONGER_SECONDS = {CONTRIBUTE: 29}  # a file of 50 episodes; the HTTP API gives up after 30
ANALYTICS_MEMORY_MB = 3008  # the most that a new AWS account may ask for
ANALYTICS_SECONDS = 15 * 60
ANALYTICS_DISK_MB = 4096


class Layers(Construct):
    """What functions import: third-party wheels for the API or for the aggregation, and the shared package.

    `version` differs wherever what functions behind the API import does.
    """

    def __init__(self, scope: Construct, construct_id: str, *, target: DeploymentTarget) -> None:
        super().__init__(scope, construct_id)
        own, wheels = build_shared_layer(), build_wheels_layer("dependencies", target.platform)
        shared = self._layer("HealthRecord", own)
        self.version = f"{own.content_hash[:16]}-{wheels.content_hash[:16]}"
        self.api = [self._layer("Dependencies", wheels), shared]
        self.analytics = [self._layer("Analytics", build_wheels_layer("analytics", target.platform)), shared]

    def _layer(self, construct_id: str, package: Package) -> aws_lambda.LayerVersion:
        return aws_lambda.LayerVersion(
            self,
            construct_id,
            code=package_to_code(package),
            compatible_runtimes=[aws_lambda.Runtime.PYTHON_3_13],
            compatible_architectures=[ARCHITECTURE],
        )


class ProvinceFunction(Construct):
    """One function: `functions.<name>.handler.handler` under a role that only the stack gives rights to."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        province: Province,
        layers: list[aws_lambda.LayerVersion],
        environment: Mapping[str, str],
        log_key: aws_kms.IKey,
        analytics: bool = False,
        dead_letters: aws_sqs.IQueue | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.name = name
        self.role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What the function {name} of province {province.code} may do",
        )
        self.logs = create_log_group(self, "Logs", key=log_key, days=province.retention_days.debug_logs)
        self.function = aws_lambda.Function(
            self,
            "Function",
            description=f"So Suc Khoe {province.code}: {name}",
            runtime=aws_lambda.Runtime.PYTHON_3_13,
            architecture=ARCHITECTURE,
            code=package_to_code(build_function_code(name)),
            handler=f"functions.{name}.handler.handler",
            layers=layers,
            role=self.role.without_policy_updates(),
            environment=dict(environment),
            memory_size=ANALYTICS_MEMORY_MB if analytics else API_MEMORY_MB,
            timeout=Duration.seconds(_seconds(name)),
            ephemeral_storage_size=Size.mebibytes(ANALYTICS_DISK_MB) if analytics else None,
            reserved_concurrent_executions=province.reserved_concurrency(name),
            logging_format=aws_lambda.LoggingFormat.JSON,
            system_log_level_v2=aws_lambda.SystemLogLevel.WARN,
            log_group=self.logs,
            dead_letter_queue=dead_letters,
        )


def _seconds(name: str) -> int:
    return LONGER_SECONDS.get(name, API_SECONDS) if name in API_FUNCTIONS else ANALYTICS_SECONDS


def package_to_code(package: Package) -> aws_lambda.Code:
    """A built package as an asset whose hash is that of what it was built from."""
    return aws_lambda.Code.from_asset(str(package.path), asset_hash=package.content_hash)
