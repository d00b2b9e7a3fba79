"""Every resource that can carry tags carries project, province and the settings' own."""

from infrastructure.config.settings import Province
from tests.infrastructure.operators import tags
from tests.infrastructure.operators.account import Account


def test_every_taggable_resource_has_an_owner(account: Account, province: Province) -> None:
    assert province.all_tags == {"owner": "so-y-te-tphcm", "project": "so-suc-khoe", "province": "79"}
    assert tags.faults(account, province.all_tags) == []


def test_the_tables_carry_them_in_their_replica(account: Account) -> None:
    (table, *others) = [properties for _, _, properties in account.each("AWS::DynamoDB::GlobalTable")]

    assert len(others) == 5
    assert {"Key": "province", "Value": "79"} in table["Replicas"][0]["Tags"]
