"""Kafka's users and what they may do, given by its own protocol: nothing else here can make either."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import CreateAclsRequest_v1
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    CompactArray,
    CompactBytes,
    CompactString,
    Int8,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

SCRAM_SHA_512, ITERATIONS = 2, 4096
KINDS = {"topic": 2, "group": 3}
PATTERNS = {"literal": 3, "prefix": 4}
OPERATIONS = {
    "Read": 3, "Write": 4, "Create": 5, "Describe": 8, "DescribeConfigs": 10, "AlterConfigs": 11
}  # fmt: skip
ALLOWED = 3

Rights = Iterable[Mapping[str, Any]]
"""As a KafkaUser's manifest lists them."""


class _AlteredPasswords(Response):  # type: ignore[misc] # The package ships no types.
    API_KEY, API_VERSION = 51, 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(
                ("user", CompactString("utf-8")),
                ("error_code", Int16),
                ("error_message", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _AlterPasswordsStruct(RequestStruct):  # type: ignore[misc]
    FLEXIBLE_VERSION = True
    API_KEY, API_VERSION = 51, 0
    RESPONSE_TYPE = _AlteredPasswords
    SCHEMA = Schema(
        (
            "deletions",
            CompactArray(("name", CompactString("utf-8")), ("mechanism", Int8), ("tags", TaggedFields)),
        ),
        (
            "upsertions",
            CompactArray(
                ("name", CompactString("utf-8")),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _AlterPasswords(Request[_AlterPasswordsStruct]):  # type: ignore[misc]
    API_KEY = 51

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._passwords = passwords

    def build(self, request_struct_class: type[_AlterPasswordsStruct]) -> _AlterPasswordsStruct:
        return request_struct_class([], [_salted(*each) for each in self._passwords.items()], {})


class _Allow(Request[CreateAclsRequest_v1]):  # type: ignore[misc]
    API_KEY = 30

    def __init__(self, creations: list[tuple[Any, ...]]) -> None:
        self._creations = creations

    def build(self, request_struct_class: type[CreateAclsRequest_v1]) -> CreateAclsRequest_v1:
        return request_struct_class(self._creations)


def _salted(user: str, password: str) -> tuple[Any, ...]:
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return user, SCRAM_SHA_512, ITERATIONS, salt, salted, {}


async def set_passwords(admin: AIOKafkaAdminClient, passwords: Mapping[str, str]) -> None:
    """Makes users, or gives them another password; their old one counts no more."""
    answer = await admin._send_request(_AlterPasswords(passwords))
    _refuse_errors((code, f"{user}: {message}") for user, code, message, _ in answer.results)


async def allow(admin: AIOKafkaAdminClient, user: str, rights: Rights) -> None:
    """Lets the user do this, beside what they were allowed before."""
    creations = [
        (
            KINDS[one["resource"]["type"]],
            one["resource"]["name"],
            PATTERNS[one["resource"]["patternType"]],
            f"User:{user}",
            "*",
            OPERATIONS[operation],
            ALLOWED,
        )
        for one in rights
        for operation in one["operations"]
    ]
    answer = await admin._send_request(_Allow(creations))
    _refuse_errors((code, f"{user}: {message}") for code, message in answer.creation_responses)


def _refuse_errors(results: Iterable[tuple[int, str]]) -> None:
    for code, told in results:
        if code:
            raise for_code(code)(told)
