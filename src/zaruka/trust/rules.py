"""What is checked of a list before it is believed."""

from __future__ import annotations

from zaruka.findings import Rule

__all__: list[str] = []

LIST_UNSIGNED = Rule("trust.list-unsigned", "TS 119 612 5.7.1")
LIST_SIGNATURES = Rule("trust.list-signatures", "TS 119 612 5.7.1")
LIST_SIGNED_IN_PART = Rule("trust.list-signed-in-part", "TS 119 612 5.7.1")
LIST_DIGEST_BROKEN = Rule("trust.list-digest-broken", "TS 119 312 5")
LIST_NO_CERTIFICATE = Rule("trust.list-no-certificate", "TS 119 612 5.7.1")
LIST_SIGNATURE = Rule("trust.list-signature", "XML Signature 1.1, 3.2")
LIST_SIGNER = Rule("trust.list-signer", "TS 119 612 5.3.13")
LIST_OVERDUE = Rule("trust.list-overdue", "TS 119 612 5.3.15")
LIST_SIGNER_OUT_OF_TIME = Rule("trust.list-signer-out-of-time", "TS 119 612 5.7.1")
