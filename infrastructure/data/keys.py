"""The keys of a province, the secret by which the API knows the CDN, and the one by which a gateway knows the API."""

import json
import string

from aws_cdk import Duration, RemovalPolicy, aws_kms, aws_secretsmanager
from constructs import Construct

from infrastructure.data.removal import ALWAYS_KEPT, TAKEN_BACK_IF_NEW
from infrastructure.monitoring.logs import grant_logs_key_use

PENDING_DAYS = 30


class Keys(Construct):
    """Six keys, so that no right on one of them opens what another protects.

    `storage` encrypts tables, logs and the secret at rest, `data` wraps the key of each record. Three never leave KMS
    and are roots of MACs: `mac` of identifiers and of what stands beside records, `phone_mac` of phones, codes and
    sessions, `cell_mac` of the noise in statistics. `alarms` encrypts the topic to the operators and nothing else, so
    that the loss of another key is told.
    """

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str) -> None:
        super().__init__(scope, construct_id)
        self.storage = create_symmetric_key(
            self, "Storage", f"{prefix}: tables, logs and secrets at rest", removal=ALWAYS_KEPT
        )
        self.data = create_symmetric_key(self, "Data", f"{prefix}: wraps the data key of each record")
        self.mac = create_mac_key(self, "Mac", f"{prefix}: root of the MACs of identifiers")
        self.phone_mac = create_mac_key(self, "PhoneMac", f"{prefix}: root of the MACs of phones, codes and sessions")
        self.cell_mac = create_mac_key(self, "CellMac", f"{prefix}: root of the noise in statistics")
        self.data.add_alias(f"alias/{prefix}-data")
        self.mac.add_alias(f"alias/{prefix}-mac")
        self.phone_mac.add_alias(f"alias/{prefix}-phone-mac")
        self.cell_mac.add_alias(f"alias/{prefix}-cell-mac")
        self.alarms = create_symmetric_key(self, "Alarms", f"{prefix}: alarms on their way to the operators")
        grant_logs_key_use(self.storage)

    @property
    def all(self) -> list[aws_kms.Key]:
        """Every one of them."""
        return [self.storage, self.data, self.mac, self.phone_mac, self.cell_mac, self.alarms]


def create_mac_key(scope: Construct, construct_id: str, description: str) -> aws_kms.Key:
    """A key of HMAC_256 that outlives its stack; KMS rotates none of that kind."""
    return aws_kms.Key(
        scope,
        construct_id,
        description=description,
        key_spec=aws_kms.KeySpec.HMAC_256,
        key_usage=aws_kms.KeyUsage.GENERATE_VERIFY_MAC,
        removal_policy=TAKEN_BACK_IF_NEW,
        pending_window=Duration.days(PENDING_DAYS),
    )


def create_symmetric_key(
    scope: Construct, construct_id: str, description: str, *, removal: RemovalPolicy = TAKEN_BACK_IF_NEW
) -> aws_kms.Key:
    """A symmetric key that AWS rotates and that outlives its stack."""
    return aws_kms.Key(
        scope,
        construct_id,
        description=description,
        enable_key_rotation=True,
        removal_policy=removal,
        pending_window=Duration.days(PENDING_DAYS),
    )


class OriginSecret(Construct):
    """Two values, `current` and `previous`, either of which opens the API, so that one can be replaced at a time.

    Before the first rotation `previous` is empty, and the entry point of the functions takes no empty value.
    """

    def __init__(self, scope: Construct, construct_id: str, *, key: aws_kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.secret = aws_secretsmanager.Secret(
            self,
            "Pair",
            description="What the CDN adds to every call, so that the API can refuse all others",
            encryption_key=key,
            generate_secret_string=aws_secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({"previous": ""}),
                generate_string_key="current",
                password_length=64,
                exclude_characters=string.punctuation,
            ),
            removal_policy=TAKEN_BACK_IF_NEW,
        )

    @property
    def arn(self) -> str:
        """The secret's ARN."""
        return secret_arn(self.secret)


class SmsGatewaySecret(Construct):
    """The key shared with the gateway for text messages; an operator writes the gateway's own in its place."""

    def __init__(self, scope: Construct, construct_id: str, *, key: aws_kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.secret = aws_secretsmanager.Secret(
            self,
            "Key",
            description="What signs requests to the gateway for text messages",
            encryption_key=key,
            generate_secret_string=aws_secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({"key_id": "first"}),
                generate_string_key="secret",
                password_length=64,
                exclude_characters=string.punctuation,
            ),
            removal_policy=TAKEN_BACK_IF_NEW,
        )

    @property
    def arn(self) -> str:
        """The secret's ARN."""
        return secret_arn(self.secret)


def secret_arn(secret: aws_secretsmanager.Secret) -> str:
    """The ARN by attribute: the emulator's reference gives the name, which no policy would match."""
    low_level = secret.node.default_child
    assert isinstance(low_level, aws_secretsmanager.CfnSecret)
    return low_level.attr_id
