"""Algorithms by object identifier: digest, verify, sign, behind a provider protocol."""

from zaruka.crypto.operations import (
    default_provider,
    digest,
    hash_context,
    means,
    public_key,
    sign,
    use_provider,
    verify,
)
from zaruka.crypto.provider import (
    VALID,
    AlgorithmId,
    HashContext,
    KeyInfo,
    Outcome,
    PrivateKey,
    Provider,
    Verification,
)
from zaruka.crypto.schemes import named_digest, usual_algorithms

__all__ = [
    "VALID",
    "AlgorithmId",
    "HashContext",
    "KeyInfo",
    "Outcome",
    "PrivateKey",
    "Provider",
    "Verification",
    "default_provider",
    "digest",
    "hash_context",
    "means",
    "named_digest",
    "public_key",
    "sign",
    "use_provider",
    "usual_algorithms",
    "verify",
]
