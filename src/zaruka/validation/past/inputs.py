"""What the building blocks of 5.6.2 share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.validation.policy import Holder

if TYPE_CHECKING:
    from zaruka.validation.context import Context
    from zaruka.validation.past.revocation_history import RevocationHistory
    from zaruka.validation.proofs import ProofsOfExistence

__all__ = ["PastInputs"]


class PastInputs(Struct, frozen=True):
    """Tables 22 to 26 of EN 319 102-1 V1.4.1, but for what each block is about."""

    context: Context
    proofs: ProofsOfExistence
    history: RevocationHistory
    holder: Holder = Holder.SIGNER
