"""Where a province is deployed to: AWS, or the local emulator of the development stack.

The template is the same but for what stands here. The emulator takes the CDN as well, though it serves nothing: locally
the proxy takes its place.
"""

from dataclasses import dataclass

from aws_cdk import CliCredentialsStackSynthesizer, DefaultStackSynthesizer, IReusableStackSynthesizer

from infrastructure.config.settings import Province
from infrastructure.packaging.layers import LAMBDA_ARM64, THIS_MACHINE, Platform

LOCAL_ORIGIN = "http://localhost:8000"


@dataclass(frozen=True, kw_only=True)
class Edge:
    """What the edge stack in us-east-1 makes for the CDN."""

    certificate_arn: str
    web_acl_arn: str


@dataclass(frozen=True, kw_only=True)
class DeploymentTarget:
    """What differs. `public_origin` None means the province's own domain, `snapshot` and
    `sms_daily_budget_vnd` None what its settings say.

    `edge` are default ARNs of the certificate and the web ACL; None means that a deployment must name them.
    `tls_only` is False where there is plain HTTP on loopback only, `whole` where edge and backups
    are left out.
    """

    platform: Platform
    synthetic: bool
    tls_only: bool
    whole: bool
    synthesizer: IReusableStackSynthesizer
    edge: Edge | None = None
    public_origin: str | None = None
    snapshot: str | None = None
    sms_daily_budget_vnd: int | None = None

    def public_origin_for(self, province: Province) -> str:
        """What people type, without a slash at the end."""
        return self.public_origin or f"https://{province.domain}"

    def snapshot_mode_for(self, province: Province) -> str:
        """How the aggregation gets the facts: `export` or `scan`."""
        return self.snapshot or province.insights.snapshot

    def sms_daily_budget_for(self, province: Province) -> int:
        """What the province pays for messages in a day, in VND."""
        return province.sms.daily_budget_vnd if self.sms_daily_budget_vnd is None else self.sms_daily_budget_vnd


def aws_target() -> DeploymentTarget:
    """The province's own AWS account, bootstrapped for CDK."""
    return DeploymentTarget(
        platform=LAMBDA_ARM64, synthetic=False, tls_only=True, whole=True, synthesizer=DefaultStackSynthesizer()
    )


def local_target(
    public_origin: str = LOCAL_ORIGIN, sms_daily_budget_vnd: int | None = None, *, on_arm64: bool = False
) -> DeploymentTarget:
    """The local stack: wheels of this machine or AWS's, people marked as synthetic, facts read by scan.

    It deploys with the caller's own credentials, as the emulator that enforces roles refuses the bootstrap's.
    """
    return DeploymentTarget(
        platform=LAMBDA_ARM64 if on_arm64 else THIS_MACHINE,
        synthetic=True,
        tls_only=False,
        whole=False,
        synthesizer=CliCredentialsStackSynthesizer(),
        edge=Edge(
            certificate_arn="arn:aws:acm:us-east-1:000000000000:certificate/local",
            web_acl_arn="arn:aws:wafv2:us-east-1:000000000000:global/webacl/local/local",
        ),
        public_origin=public_origin,
        snapshot="scan",
        sms_daily_budget_vnd=sms_daily_budget_vnd,
    )
