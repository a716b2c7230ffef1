"""What is checked of signed data, its attributes and time-stamp tokens, with the clauses.

A rule that can be kept or broken serves both: PASS says it was checked and holds.
"""

from __future__ import annotations

from zaruka.findings import Rule

__all__: list[str] = []

# --- the message as a whole
TRAILING_OCTETS = Rule("cms.trailing-octets", "RFC 5652 3")
NO_SIGNATURES = Rule("cms.no-signatures", "RFC 5652 5.1")
CERTIFICATE_UNREADABLE = Rule("cms.certificate-unreadable", "RFC 5652 10.2.2")
REVOCATION_UNREADABLE = Rule("cms.revocation-unreadable", "RFC 5652 10.2.1")

# --- one signer: structure
FORMAT = Rule("cms.format", "RFC 5652 5.3")  # PASS: all of the structure was checked
SIGNER_VERSION = Rule("cms.signer-version", "RFC 5652 5.3")
DIGEST_NOT_LISTED = Rule("cms.digest-not-listed", "RFC 5652 5.3")
SIGNED_ATTRIBUTES_REQUIRED = Rule("cms.signed-attributes-required", "RFC 5652 5.3")
SIGNED_ATTRIBUTES_NOT_DER = Rule("cms.signed-attributes-not-der", "RFC 5652 5.3")
ATTRIBUTES_MALFORMED = Rule("cms.attributes-malformed", "RFC 5652 5.3")
ATTRIBUTE_DOUBLED = Rule("cms.attribute-doubled", "X.501 8.2")
ATTRIBUTE_UNSIGNED = Rule("cms.attribute-unsigned", "RFC 5652 11")
CONTENT_TYPE = Rule("cms.content-type", "RFC 5652 11.1")
MESSAGE_DIGEST_ATTRIBUTE = Rule("cms.message-digest-attribute", "RFC 5652 11.2")
MESSAGE_DIGEST_LENGTH = Rule("cms.message-digest-length", "RFC 5652 11.2")
SIGNING_TIME = Rule("cms.signing-time", "RFC 5652 11.3")
CONTENT_IS_ATTRIBUTES = Rule(
    "cms.content-is-attributes", "draft-ietf-lamps-cms-euf-cma-signeddata-02 5.1"
)

NOT_A_DOCUMENT = Rule("cms.not-a-document", "RFC 3029 7, 8")  # a request or receipt is signed

# --- one signer: algorithms that must agree
ALGORITHMS_DIFFER = Rule("cms.algorithms-differ", "RFC 8933 3")
ALGORITHM_PROTECTION = Rule("cms.algorithm-protection", "RFC 6211 2")
KEY_OID_AS_SIGNATURE = Rule("cms.key-oid-as-signature", "STB 34.101.78 6.6")

# --- one signer: cryptography
CONTENT_ABSENT = Rule("cms.content-absent", "RFC 5652 5.2")
DIGEST_UNSUPPORTED = Rule("cms.digest-unsupported", "RFC 5652 5.3")
MESSAGE_DIGEST = Rule("cms.message-digest", "RFC 5652 5.6")
SIGNATURE = Rule("cms.signature", "RFC 5652 5.6")
KEY_ALGORITHM = Rule("cms.key-algorithm", "RFC 5652 5.6")  # algorithms and key do not fit
KEY_UNUSABLE = Rule("cms.key-unusable", "RFC 5652 5.6")
SIGNATURE_UNSUPPORTED = Rule("cms.signature-unsupported", "RFC 5652 5.6")

# --- CAdES attributes
NO_SIGNING_CERTIFICATE = Rule("cades.no-signing-certificate", "EN 319 122-1 5.2.2")
SIGNING_CERTIFICATE_ATTRIBUTE = Rule("cades.signing-certificate-attribute", "RFC 5035 5.4")
SIGNING_CERTIFICATE = Rule("cades.signing-certificate", "RFC 5035 5.4")
ISSUER_SERIAL = Rule("cades.issuer-serial", "RFC 5035 5.4.1")
NO_SIGNING_TIME = Rule("cades.no-signing-time", "EN 319 122-1 6.3")
EVIDENCE_UNREADABLE = Rule("cades.evidence-unreadable", "EN 319 122-1 4.7")
NOT_JUDGED = Rule("cades.not-judged", "EN 319 122-1 5.5")  # read, shown, not part of a verdict yet

# --- time-stamp tokens
TST_VERSION = Rule("tsp.version", "RFC 3161 2.4.2")
TST_ONE_SIGNER = Rule("tsp.one-signer", "RFC 3161 2.4.2")
TST_SIGNING_CERTIFICATE = Rule("tsp.signing-certificate", "RFC 5816 2.2.1")
TST_CRITICAL_EXTENSION = Rule("tsp.critical-extension", "RFC 3161 2.4.2")
TST_IMPRINT_LENGTH = Rule("tsp.imprint-length", "RFC 3161 2.4.1")
TST_IMPRINT = Rule("tsp.imprint", "EN 319 122-1 5.3")

# --- evidence records
ERS_ENCRYPTED = Rule("ers.encrypted", "RFC 4998 6")
ERS_DIGEST = Rule("ers.digest", "RFC 4998 4.3(1)")
ERS_TREE = Rule("ers.tree", "RFC 4998 4.3(4)")
ERS_ALGORITHM = Rule("ers.algorithm", "RFC 4998 4.3(4)")
ERS_ALGORITHM_MIXED = Rule("ers.algorithm-mixed", "RFC 4998 5.1, 5.3(2)")
ERS_HASH_LENGTH = Rule("ers.hash-length", "RFC 4998 4.2(2)")
ERS_RENEWAL = Rule("ers.renewal", "RFC 4998 5.3(2)")
ERS_HASH_TREE_RENEWAL = Rule("ers.hash-tree-renewal", "RFC 4998 5.3(3)")
ERS_ORDER = Rule("ers.order", "RFC 4998 5.1")
