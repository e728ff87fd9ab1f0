"""KMS signs what is published; the key never leaves it."""

from __future__ import annotations

import hashlib
from typing import Any

from braid.aws.clients import client
from braid.aws.service_errors import service_errors

__all__ = ["SigningKey"]


class SigningKey:
    """An elliptic curve key on P-256 that signs."""

    def __init__(self, key_id: str, *, kms: Any = None) -> None:
        self._key_id = key_id
        self._kms = kms or client("kms")

    def public_key(self) -> bytes:
        """SubjectPublicKeyInfo, DER."""
        with service_errors("kms:GetPublicKey"):
            key: bytes = self._kms.get_public_key(KeyId=self._key_id)["PublicKey"]
        return key

    def sign(self, data: bytes) -> bytes:
        """ECDSA over SHA-256 of ``data``, as ASN.1."""
        with service_errors("kms:Sign"):
            signature: bytes = self._kms.sign(
                KeyId=self._key_id,
                Message=hashlib.sha256(data).digest(),
                MessageType="DIGEST",
                SigningAlgorithm="ECDSA_SHA_256",
            )["Signature"]
        return signature
