"""The six tables of a province: on demand, own key, recoverable, protected against deletion, outliving the stack."""

from aws_cdk import aws_dynamodb, aws_kms
from constructs import Construct

from infrastructure.config.settings import WarmThroughput
from infrastructure.data.removal import ALWAYS_KEPT

LONG_RECOVERY_DAYS = 35
# A removed key, fact or sign-in must be gone from every copy within the 20 days of the law; they are in no backup.
SHORT_RECOVERY_DAYS = 15
TIME_TO_LIVE = "ttl"


class ProvinceTables(Construct):
    """What the tables hold and who may touch them stands in `docs/architecture.md`; the grants in `function_rights`."""

    def __init__(self, scope: Construct, construct_id: str, *, key: aws_kms.IKey, warm: WarmThroughput) -> None:
        super().__init__(scope, construct_id)
        self._key = key
        self._warm = _raised(warm)
        self.access = self._table(
            "Access",
            expires=True,
            recovery_days=SHORT_RECOVERY_DAYS,
            indexes=[self._index("by-account", "account", "created_at", aws_dynamodb.ProjectionType.KEYS_ONLY)],
        )
        self.records = self._table("Records")
        self.keys = self._table(
            "Keys",
            sort_key=None,
            expires=True,
            recovery_days=SHORT_RECOVERY_DAYS,
            indexes=[self._index("by-identifier", "identifier", "since", aws_dynamodb.ProjectionType.ALL)],
        )
        self.facts = self._table("Facts", recovery_days=SHORT_RECOVERY_DAYS)
        self.facilities = self._table("Facilities")
        self.audit = self._table(
            "Audit",
            sort_key=None,
            expires=True,
            indexes=[
                self._index("by-record", "record_id", "at", aws_dynamodb.ProjectionType.ALL),
                self._index("by-facility-day", "facility_day", "at", aws_dynamodb.ProjectionType.ALL),
            ],
        )

    @property
    def by_name(self) -> dict[str, aws_dynamodb.TableV2]:
        """The tables by the names that the project uses for them."""
        names = ("access", "records", "keys", "facts", "facilities", "audit")
        return {name: getattr(self, name) for name in names}

    def _table(
        self,
        construct_id: str,
        *,
        sort_key: str | None = "sk",
        expires: bool = False,
        recovery_days: int = LONG_RECOVERY_DAYS,
        indexes: list[aws_dynamodb.GlobalSecondaryIndexPropsV2] | None = None,
    ) -> aws_dynamodb.TableV2:
        return aws_dynamodb.TableV2(
            self,
            construct_id,
            partition_key=_text("pk"),
            sort_key=_text(sort_key) if sort_key else None,
            billing=aws_dynamodb.Billing.on_demand(),
            encryption=aws_dynamodb.TableEncryptionV2.customer_managed_key(self._key),
            point_in_time_recovery_specification=aws_dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True, recovery_period_in_days=recovery_days
            ),
            deletion_protection=True,
            removal_policy=ALWAYS_KEPT,
            time_to_live_attribute=TIME_TO_LIVE if expires else None,
            global_secondary_indexes=indexes,
            warm_throughput=self._warm,
        )

    def _index(
        self, name: str, partition: str, sort: str, projection: aws_dynamodb.ProjectionType
    ) -> aws_dynamodb.GlobalSecondaryIndexPropsV2:
        return aws_dynamodb.GlobalSecondaryIndexPropsV2(
            index_name=name,
            partition_key=_text(partition),
            sort_key=_text(sort),
            projection_type=projection,
            warm_throughput=self._warm,
        )


def _text(name: str) -> aws_dynamodb.Attribute:
    return aws_dynamodb.Attribute(name=name, type=aws_dynamodb.AttributeType.STRING)


def _raised(warm: WarmThroughput) -> aws_dynamodb.WarmThroughput | None:
    """None at AWS's own values, which no template needs to say."""
    if warm == WarmThroughput():
        return None
    return aws_dynamodb.WarmThroughput(read_units_per_second=warm.reads, write_units_per_second=warm.writes)
