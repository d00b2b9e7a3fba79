"""Where a province is deployed to: AWS, or the local emulator of the development stack.

The template is the same but for what stands here and for the CDN, whose place the local proxy takes.
"""

from dataclasses import dataclass

from infrastructure.layers import LAMBDA_ARM64, THIS_MACHINE, Platform
from infrastructure.settings import Province

LOCAL_ORIGIN = "http://127.0.0.1:8000"


@dataclass(frozen=True, kw_only=True)
class Target:
    """`public_origin` None means the province's own domain; `snapshot` None means what its settings say."""

    platform: Platform
    has_cdn: bool
    synthetic: bool
    public_origin: str | None = None
    snapshot: str | None = None

    def origin_of(self, province: Province) -> str:
        """What people type, without a slash at the end."""
        return self.public_origin or f"https://{province.domain}"

    def snapshot_of(self, province: Province) -> str:
        """How the aggregation gets the facts: `export` or `scan`."""
        return self.snapshot or province.insights.snapshot


AWS = Target(platform=LAMBDA_ARM64, has_cdn=True, synthetic=False)


def local(public_origin: str = LOCAL_ORIGIN) -> Target:
    """The local stack: wheels of this machine, no CDN, people marked as synthetic, facts read by scan."""
    return Target(
        platform=THIS_MACHINE,
        has_cdn=False,
        synthetic=True,
        public_origin=public_origin,
        snapshot="scan",
    )
