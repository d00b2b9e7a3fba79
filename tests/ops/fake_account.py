"""A stand-in of an AWS account: what each call answers, and every call in order."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from ops.aws_account import Account


class FakeAccount:
    """Answers by `service.operation` (a value, or a function of the call's words); everything asked is kept."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str, dict[str, Any]]] = []  # service.operation, region, words
        self.waited = 0.0
        self.not_found: type[Exception] = KeyError  # what a client says of what is not there
        self.in_use: type[Exception] = BlockingIOError  # what it says of what cannot be changed now

    @property
    def account(self) -> Account:
        return Account(client=lambda service, region: _Client(self, service, region), run=self.run, pause=self.pause)

    def run(self, line: Sequence[str]) -> bool:
        self.asked.append(("run", "", {"line": list(line)}))
        return True

    def pause(self, seconds: float) -> None:
        self.waited += seconds

    def names(self) -> list[str]:
        return [name for name, _, _ in self.asked]


class _Client:
    def __init__(self, account: FakeAccount, service: str, region: str) -> None:
        self._account, self._service, self._region = account, service, region

    def get_paginator(self, operation: str) -> "_Paginator":
        return _Paginator(getattr(self, operation))

    @property
    def exceptions(self) -> Any:
        return SimpleNamespace(
            ResourceNotFoundException=self._account.not_found, ResourceInUseException=self._account.in_use
        )

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**words: Any) -> Any:
            name = f"{self._service}.{operation}"
            self._account.asked.append((name, self._region, words))
            answer = self._account.answers[name]
            if isinstance(answer, Exception):
                raise answer
            return answer(**words) if callable(answer) else answer

        return call


class _Paginator:
    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def paginate(self, **words: Any) -> list[Any]:
        return [self._call(**words)]
