"""What is checked of certificates, paths, revocation lists and answers, with its clause."""

from __future__ import annotations

from zaruka.findings import Rule

__all__: list[str] = []

# --- reading
DEVIATION = Rule("x509.deviation", "RFC 5280 4.1")  # tolerated: `actual` is its code
DUPLICATE_EXTENSION = Rule("x509.duplicate-extension", "RFC 5280 4.2")
MALFORMED_EXTENSION = Rule("x509.malformed-extension", "RFC 5280 4.2")

# --- building
NO_ISSUER = Rule("x509.no-issuer", "RFC 5280 6.1")
UNTRUSTED_ROOT = Rule("x509.untrusted-root", "RFC 5280 6.1.1(d)")
ISSUER_KEY_DIFFERS = Rule("x509.issuer-key-differs", "RFC 5280 6.1.3(a)(1)")
SEARCH_BUDGET = Rule("x509.search-budget", "RFC 4158 2.4.2")
CHAIN_TOO_LONG = Rule("x509.chain-too-long", "RFC 4158 2.4.2")
ANCHOR = Rule("x509.anchor", "RFC 5280 6.1.1(d)")

# --- one certificate of a path
SIGNATURE = Rule("x509.signature", "RFC 5280 6.1.3(a)(1)")
SIGNATURE_UNSUPPORTED = Rule("x509.signature-unsupported", "RFC 5280 6.1.3(a)(1)")
ALGORITHMS_DIFFER = Rule("x509.algorithms-differ", "RFC 5280 4.1.1.2")
EXPIRED = Rule("x509.expired", "RFC 5280 6.1.3(a)(2)")
NOT_YET_VALID = Rule("x509.not-yet-valid", "RFC 5280 6.1.3(a)(2)")
VALIDITY = Rule("x509.validity", "RFC 5280 6.1.3(a)(2)")
ISSUER_NAME = Rule("x509.issuer-name", "RFC 5280 6.1.3(a)(4)")
NAME_NOT_PERMITTED = Rule("x509.name-not-permitted", "RFC 5280 6.1.3(b)")
NAME_EXCLUDED = Rule("x509.name-excluded", "RFC 5280 6.1.3(c)")
NAME_CONSTRAINT_UNSUPPORTED = Rule("x509.name-constraint-unsupported", "RFC 5280 4.2.1.10")
NAME_CONSTRAINT_BUDGET = Rule("x509.name-constraint-budget", "RFC 5280 4.2.1.10")
NO_VALID_POLICY = Rule("x509.no-valid-policy", "RFC 5280 6.1.3(f)")
POLICY_MAPPING_ANY = Rule("x509.policy-mapping-any", "RFC 5280 6.1.4(a)")
NOT_A_CA = Rule("x509.not-a-ca", "RFC 5280 6.1.4(k)")
PATH_LENGTH = Rule("x509.path-length", "RFC 5280 6.1.4(l)")
NO_KEY_CERT_SIGN = Rule("x509.no-key-cert-sign", "RFC 5280 6.1.4(n)")
UNKNOWN_CRITICAL_EXTENSION = Rule("x509.unknown-critical-extension", "RFC 5280 6.1.4(o)")
ANCHOR_EXPIRED = Rule("x509.anchor-expired", "RFC 5280 6.1.1(d)")

# --- what the profile asks of who issues; tolerated unless the policy is strict
PROFILE_SERIAL_NUMBER = Rule("x509.profile-serial-number", "RFC 5280 4.1.2.2")
PROFILE_SUBJECT = Rule("x509.profile-subject", "RFC 5280 4.1.2.6")
PROFILE_AUTHORITY_KEY_IDENTIFIER = Rule("x509.profile-authority-key-identifier", "RFC 5280 4.2.1.1")
PROFILE_SUBJECT_KEY_IDENTIFIER = Rule("x509.profile-subject-key-identifier", "RFC 5280 4.2.1.2")
PROFILE_KEY_USAGE = Rule("x509.profile-key-usage", "RFC 5280 4.2.1.3")
PROFILE_ALTERNATIVE_NAME = Rule("x509.profile-alternative-name", "RFC 5280 4.2.1.6")
PROFILE_BASIC_CONSTRAINTS = Rule("x509.profile-basic-constraints", "RFC 5280 4.2.1.9")
PROFILE_NAME_CONSTRAINTS = Rule("x509.profile-name-constraints", "RFC 5280 4.2.1.10")
PROFILE_POLICY_CONSTRAINTS = Rule("x509.profile-policy-constraints", "RFC 5280 4.2.1.11")
PROFILE_CRL_NUMBER = Rule("x509.profile-crl-number", "RFC 5280 5.2.3")

# --- certificate revocation lists
CRL_MALFORMED = Rule("x509.crl-malformed", "RFC 5280 5.1.2.6")
CRL_SIGNATURE = Rule("x509.crl-signature", "RFC 5280 6.3.3(g)")
CRL_ISSUER_UNKNOWN = Rule("x509.crl-issuer-unknown", "RFC 5280 6.3.3(f)")
CRL_NO_CRL_SIGN = Rule("x509.crl-no-crl-sign", "RFC 5280 6.3.3(f)")
CRL_UNKNOWN_CRITICAL_EXTENSION = Rule("x509.crl-unknown-critical-extension", "RFC 5280 5.2")
CRL_ALGORITHMS_DIFFER = Rule("x509.crl-algorithms-differ", "RFC 5280 5.1.1.2")
REVOCATION_BUDGET = Rule("x509.revocation-budget", "RFC 5280 6.3.3")
CRL_SCOPE = Rule("x509.crl-scope", "RFC 5280 6.3.3(b)")
CRL_REASONS = Rule("x509.crl-reasons", "RFC 5280 6.3.3(e)")
CRL_DELTA = Rule("x509.crl-delta", "RFC 5280 5.2.4")
CRL_STALE = Rule("x509.crl-stale", "RFC 5280 5.1.2.5")
CRL_DATES_REVERSED = Rule("x509.crl-dates-reversed", "RFC 5280 5.1.2.5")
CRL_TOO_NEW = Rule("x509.crl-too-new", "RFC 5280 5.1.2.4")

# --- OCSP
OCSP_NOT_SUCCESSFUL = Rule("x509.ocsp-not-successful", "RFC 6960 4.2.1")
OCSP_SIGNATURE = Rule("x509.ocsp-signature", "RFC 6960 3.2(2)")
OCSP_RESPONDER_UNKNOWN = Rule("x509.ocsp-responder-unknown", "RFC 6960 3.2(3)")
OCSP_NOT_AUTHORISED = Rule("x509.ocsp-not-authorised", "RFC 6960 4.2.2.2")
OCSP_NO_ANSWER = Rule("x509.ocsp-no-answer", "RFC 6960 3.2(1)")
OCSP_STALE = Rule("x509.ocsp-stale", "RFC 6960 3.2(6)")
OCSP_TOO_NEW = Rule("x509.ocsp-too-new", "RFC 6960 3.2(5)")
OCSP_UNKNOWN_CRITICAL_EXTENSION = Rule("x509.ocsp-unknown-critical-extension", "RFC 6960 4.4")

# --- status
REVOKED = Rule("x509.revoked", "RFC 5280 6.1.3(a)(3)")
ON_HOLD = Rule("x509.on-hold", "RFC 5280 5.3.1")
EVIDENCE_DISAGREES = Rule("x509.evidence-disagrees", "RFC 5280 6.3.3, RFC 6960 2.7")
NOT_REVOKED = Rule("x509.not-revoked", "RFC 5280 6.1.3(a)(3)")
NO_REVOCATION_EVIDENCE = Rule("x509.no-revocation-evidence", "RFC 5280 6.1.3(a)(3)")

# --- attribute certificates
AC_SIGNATURE = Rule("x509.ac-signature", "RFC 5755 5(1)")
AC_ISSUER_NOT_ALLOWED = Rule("x509.ac-issuer-not-allowed", "RFC 5755 5(2)")
AC_EXPIRED = Rule("x509.ac-expired", "RFC 5755 5(5)")
AC_NOT_YET_VALID = Rule("x509.ac-not-yet-valid", "RFC 5755 5(5)")
AC_HOLDER = Rule("x509.ac-holder", "RFC 5755 5")
AC_UNKNOWN_CRITICAL_EXTENSION = Rule("x509.ac-unknown-critical-extension", "RFC 5755 5(7)")
