"""What validation checks beyond the structures themselves, with clauses of EN 319 102-1 V1.4.1."""

from __future__ import annotations

from zaruka.findings import Rule

_EN = "EN 319 102-1 V1.4.1, "

# --- 5.2.3 identification of the signing certificate
SIGNING_CERTIFICATE_FOUND = Rule("validation.signing-certificate", _EN + "5.2.3.4")
SIGNING_CERTIFICATE_AMBIGUOUS = Rule("validation.signing-certificate-ambiguous", _EN + "5.2.3.4")
NO_SIGNING_CERTIFICATE = Rule("validation.no-signing-certificate", _EN + "5.2.3.4")

# --- 5.2.4 validation context initialisation
POLICY = Rule("validation.policy", _EN + "5.2.4.4")
SIGNATURE_POLICY_IGNORED = Rule("validation.signature-policy-ignored", _EN + "5.2.4.4")
REVOCATION_NOT_REQUIRED = Rule("validation.revocation-not-required", _EN + "5.1.4.1")

# --- 5.2.5 revocation freshness checker
REVOCATION_FRESH = Rule("validation.revocation-fresh", _EN + "5.2.5.4")
REVOCATION_NOT_FRESH = Rule("validation.revocation-not-fresh", _EN + "5.2.5.4")

# --- 5.2.6 X.509 certificate validation
CHAIN = Rule("validation.chain", _EN + "5.2.6.4(9)")
NO_CHAIN = Rule("validation.no-chain", _EN + "5.2.6.4(2)")
ANCHOR = Rule("validation.anchor", _EN + "5.2.6.4(1)")
ANCHOR_ENDED = Rule("validation.anchor-ended", _EN + "5.2.6.4(3)")
ANCHOR_SUSPENDED = Rule("validation.anchor-suspended", _EN + "5.2.6.4(3)")
ANCHOR_ANNULLED = Rule("validation.anchor-annulled", _EN + "5.2.6.4(3)")
REVOKED = Rule("validation.revoked", _EN + "5.2.6.4(4)(b)")
ON_HOLD = Rule("validation.on-hold", _EN + "5.2.6.4(4)(c)")
CA_REVOKED = Rule("validation.ca-revoked", _EN + "5.2.6.4(4)(d)")
NOT_REVOKED = Rule("validation.not-revoked", _EN + "5.2.6.4(4)")
NO_REVOCATION_EVIDENCE = Rule("validation.no-revocation-evidence", _EN + "5.2.6.4(4)")
KEY_USAGE = Rule("validation.key-usage", _EN + "5.2.6.4(5)")
EXTENDED_KEY_USAGE = Rule("validation.extended-key-usage", "RFC 5280 4.2.1.12")
TSA_KEY_PURPOSE = Rule("validation.tsa-key-purpose", "RFC 3161 2.3")
TSA_KEY_PURPOSE_LOOSE = Rule("validation.tsa-key-purpose-loose", "RFC 3161 2.3")
ALGORITHMS = Rule("validation.algorithms", _EN + "5.2.6.4(6)")
ALGORITHM_ENDED = Rule("validation.algorithm-ended", _EN + "5.1.4.3")
VALIDITY = Rule("validation.validity", _EN + "5.2.6.4(7)")
EXPIRED = Rule("validation.expired", _EN + "5.2.6.4(7)")
NOT_YET_VALID = Rule("validation.not-yet-valid", _EN + "5.2.6.4(7)")
REVOCATION_ISSUER_EXPIRED = Rule("validation.revocation-issuer-expired", _EN + "5.2.6.4(8)")

# --- 5.2.7 cryptographic verification
CONTENT_DIFFERS = Rule("validation.content-differs", _EN + "5.2.7.4(1)")

# --- 5.2.8 signature acceptance validation
REFERENCES_OUTSIDE_PATH = Rule("validation.references-outside-path", _EN + "5.2.8.4.2.1")
SIGNING_TIME_CLAIMED = Rule("validation.signing-time-claimed", _EN + "5.2.8.4.2.2")
COUNTERSIGNATURE = Rule("validation.countersignature", _EN + "5.2.8.4.2.6")

# --- 5.4 time-stamps
STAMP = Rule("validation.stamp", _EN + "5.4.4")
STAMP_BROKEN = Rule("validation.stamp-broken", _EN + "5.4.4(2)")
STAMP_FROM_FUTURE = Rule("validation.stamp-from-future", _EN + "5.5.4(3)(b)")
STAMP_BEFORE_VALIDITY = Rule("validation.stamp-before-validity", _EN + "5.5.4(4)(b)")
STAMP_OF_OTHER_CONTENT = Rule("validation.stamp-of-other-content", "RFC 3161 2.4.2")

# --- 5.5 signatures with time
SIGNATURE_TIME_PROVEN = Rule("validation.signature-time-proven", _EN + "5.5.4(3)(b)")
NO_STAMP = Rule("validation.no-stamp", _EN + "5.5.4(1)")
EXISTENCE_PROVEN = Rule("validation.existence-proven", _EN + "5.6.1")
PROOF_OF_OTHER = Rule("validation.proof-of-other", _EN + "5.6.1")
PROOF_OF_DOCUMENT = Rule("validation.proof-of-document", _EN + "5.6.1")
PROOF_BROKEN = Rule("validation.proof-broken", _EN + "5.6.1")
PROOF_NOT_ADMITTED = Rule("validation.proof-not-admitted", _EN + "5.1.4, 5.6.1")
SIGNED_BEFORE_REVOCATION = Rule("validation.signed-before-revocation", _EN + "5.5.4(4)(a)")
STAMP_WOULD_HAVE_SAVED = Rule("validation.stamp-would-have-saved", _EN + "5.5.4(4)(a)")
SIGNED_BEFORE_VALIDITY = Rule("validation.signed-before-validity", _EN + "5.5.4(4)(b)")
SIGNED_WITHIN_VALIDITY = Rule("validation.signed-within-validity", _EN + "5.5.4(4)(d)")
ALGORITHM_RELIABLE_THEN = Rule("validation.algorithm-reliable-then", _EN + "5.5.4(4)(c)")
STAMP_ORDER = Rule("validation.stamp-order", _EN + "5.5.4(4)(e)")
STAMP_DELAY = Rule("validation.stamp-delay", _EN + "5.5.4(5)")
SIGNING_CERTIFICATE_MISSING = Rule(
    "validation.signing-certificate-missing", "EN 319 122-1 V1.3.1, 5.2.2"
)
SIGNING_TIME_MISSING = Rule("validation.signing-time-missing", "EN 319 122-1 V1.3.1, 6.3")
NO_PROVEN_TIME = Rule("validation.no-proven-time", _EN + "5.1.4.4")
STAMP_REFUSED = Rule("validation.stamp-refused", _EN + "5.6.3.4(5)(d)")
LEVEL_REFUSED = Rule("validation.level-refused", "EN 319 122-1 V1.3.1, 6.1")

# --- 5.6 long-term: what a past moment proves
HASH_INDEX = Rule("validation.hash-index", "EN 319 122-1 V1.3.1, 5.5.2")
HASH_INDEX_LOST = Rule("validation.hash-index-lost", "EN 319 122-1 V1.3.1, 5.5.2")
STAMP_BUDGET = Rule("validation.stamp-budget", _EN + "5.6.3.4(5)")
STAMP_GOOD_THEN = Rule("validation.stamp-good-then", _EN + "5.6.3.4(5)(c)")
NEVER_VALID_TOGETHER = Rule("validation.never-valid-together", _EN + "5.6.2.1.4(2)")
NO_PROOF_OF_REVOCATION_STATUS = Rule(
    "validation.no-proof-of-revocation-status", _EN + "5.6.2.2.4(2)(a)"
)
SLID_TO_REVOCATION = Rule("validation.slid-to-revocation", _EN + "5.6.2.2.4(2)(b)")
SLID_TO_STATUS = Rule("validation.slid-to-status", _EN + "5.6.2.2.4(2)(c)")
SLID_TO_ALGORITHM = Rule("validation.slid-to-algorithm", _EN + "5.6.2.2.4(2)(d)")
PAST_CERTIFICATE_OPEN = Rule("validation.past-certificate-open", _EN + "5.6.2.4.4(2)")
PROVEN_BEFORE_CONTROL_TIME = Rule("validation.proven-before-control-time", _EN + "5.6.2.4.4(3)")
NOT_PROVEN_BEFORE_CONTROL_TIME = Rule(
    "validation.not-proven-before-control-time", _EN + "5.6.2.4.4(3)"
)
SIGNED_AFTER_VALIDITY = Rule("validation.signed-after-validity", _EN + "5.6.2.4.4(3)")
RECORD_STAMP = Rule("validation.record-stamp", "RFC 4998 5.3")
RECORD_ALGORITHM = Rule("validation.record-algorithm", "RFC 4998 5.3(2)")
CLASS_DIFFERS = Rule("validation.class-differs", "STB 34.101.80-2019, 8.2.1")
GOOD_THEN = Rule("validation.good-then", _EN + "5.6.2.4.4(7)")

# --- a CRL or an OCSP answer by itself
CRL_ISSUER = Rule("validation.crl-issuer", "RFC 5280 6.3.3(f)")
CRL_CURRENT = Rule("validation.crl-current", "RFC 5280 5.1.2.5")
CRL_ENDED = Rule("validation.crl-ended", "RFC 5280 5.1.2.5")
CRL_NOT_YET = Rule("validation.crl-not-yet", "RFC 5280 5.1.2.4")

# --- a signature without a container
RAW_SIGNATURE = Rule("validation.raw-signature", "STB 34.101.45 7.1; GOST R 34.10-2012 6.2")
RAW_SIGNATURE_UNSUPPORTED = Rule(
    "validation.raw-signature-unsupported", "STB 34.101.45 7.1; GOST R 34.10-2012 6.2"
)
NO_CERTIFICATE_OF_KEY = Rule("validation.no-certificate-of-key", _EN + "5.2.3.4")

# What a signer showed of their powers, beside the verdict (D9)
POWERS_NONE = Rule("validation.powers-none", "63-FZ art. 18.1(1)(3); law 113-Z art. 1")
POWERS_OWN = Rule("validation.powers-own", "63-FZ art. 17; law 113-Z")
POWERS_SIGNER = Rule("validation.powers-signer", "63-FZ art. 11; law 113-Z")
POWERS_UNREAD = Rule("validation.powers-unread", "63-FZ art. 18.1(1)(3)")
