"""What a province has released, as commands read and change it: JSON documents in the insights bucket."""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from health_record.aws.conditional_objects import change_object
from ops.deployment import Deployment, province_of


@dataclass(frozen=True)
class ReleasedState:
    """The documents of `released/province=79/` of one deployment."""

    where: Deployment
    province: str

    @property
    def bucket(self) -> str:
        """The insights bucket's name."""
        return self.where.outputs["InsightsBucket"]

    def read(self, name: str) -> Any:
        """The document, or None where there is none yet."""
        client = self.where.client("s3")
        try:
            found = client.get_object(Bucket=self.bucket, Key=self._key(name))
        except client.exceptions.NoSuchKey:
            return None
        return json.loads(found["Body"].read())

    def change(self, name: str, change: Callable[[Any], Any]) -> None:
        """Write what `change` makes of the document as it is when written, whatever the daily run writes meanwhile."""

        def written(content: bytes | None) -> bytes:
            return json.dumps(change(json.loads(content) if content else None), ensure_ascii=False).encode()

        change_object(self.where.client("s3"), self.bucket, self._key(name), written)

    def _key(self, name: str) -> str:
        return f"released/province={self.province}/{name}"


def find_released_state(where: Deployment, arguments: argparse.Namespace) -> ReleasedState:
    """That of the province which the arguments name."""
    return ReleasedState(where, province_of(arguments))
