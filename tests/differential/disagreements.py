"""Where other programs judge a chain otherwise than RFC 5280 or than we do, and why.

OpenSSL 3, pyHanko's certvalidator 0.33, cryptography 50. What is listed has to happen: a
disagreement that is gone fails the tests too.
"""

from __future__ import annotations

OPENSSL, CERTVALIDATOR, LIBRARY = "OpenSSL", "pyHanko certvalidator", "cryptography"

LAST_SECOND = "refuses the last second, which belongs to the period (RFC 5280 4.1.2.5)"
ANCHOR_CHECKED = "checks the anchor as a certificate; for RFC 5280 6.1.1(d) it is a name and a key"
KEY_IDENTIFIED = (
    "refuses an issuer that is not the one identified; by RFC 5280 4.2.1.1 the identifier helps "
    "to find the issuer, and 6.1 does not look at it"
)
FUTURE_LIST = (
    "refuses a list issued after the moment asked about; EN 319 102-1 5.2.5.4 wants the newest "
    "there is, and RFC 5280 6.3.3 looks at nextUpdate only"
)
ANCHOR_LENGTH = "counts the first authority below an anchor against its path length"
DUPLICATES = "accepts an extension that stands twice, against RFC 5280 4.2"
NO_ADDRESSES = "knows no limits on addresses and refuses the chain"
SUBJECT_MAIL = "does not look at emailAddress in the subject (RFC 5280 4.2.1.10)"
DEMANDS_KEY_USAGE = "demands keyUsage of authorities; RFC 5280 6.1.4(n) looks at it if present"
DEMANDS_CRITICAL = "demands that basicConstraints is critical; RFC 5280 6.1.4(k) does not"
OCTETS = "compares names octet by octet; RFC 5280 7.1 ignores case, spaces and string types"
SELF_ISSUED = "counts self-issued certificates against path lengths (RFC 5280 6.1.4(l))"
NO_URIS = "knows no limits on URIs and refuses the chain"
NO_DIRECTORY = "knows no limits on directory names and refuses the chain"
NO_POLICIES = "knows no policies: refuses policyConstraints, which is critical"
MAPPINGS_IGNORED = "knows no policies: does not see a mapping from anyPolicy (RFC 5280 6.1.4(a))"

# By label of chains.MUTATIONS; the others judge as RFC 5280 does.
OF_MUTATIONS = {
    OPENSSL: {
        "last second of the leaf": LAST_SECOND,
        "anchor expired": ANCHOR_CHECKED,
        "another key is identified": KEY_IDENTIFIED,
        "unknown critical extension in the anchor": ANCHOR_CHECKED,
        "list is of next year": FUTURE_LIST,
    },
    CERTVALIDATOR: {
        "anchor expired": ANCHOR_CHECKED,
        "another key is identified": KEY_IDENTIFIED,
        "path length 1 in the anchor": ANCHOR_LENGTH,
        "one extension twice": DUPLICATES,
        "address permitted": NO_ADDRESSES,
        "address beside the excluded": NO_ADDRESSES,
        "mailbox in the subject not permitted": SUBJECT_MAIL,
        "list is of next year": FUTURE_LIST,
    },
    LIBRARY: {
        "no key usage in the middle": DEMANDS_KEY_USAGE,
        "basic constraints not critical": DEMANDS_CRITICAL,
        "names that differ in case, spaces and type of string": OCTETS,
        "anchor expired": ANCHOR_CHECKED,
        "self issued certificate below path length 0": SELF_ISSUED,
        "unknown critical extension in the anchor": ANCHOR_CHECKED,
        "URI permitted": NO_URIS,
        "URI beside the excluded": NO_URIS,
        "directory name permitted": NO_DIRECTORY,
        "mailbox in the subject not permitted": SUBJECT_MAIL,
        "policy demanded by the middle": NO_POLICIES,
        "policy demanded after one more": NO_POLICIES,
        "mapping from any policy": MAPPINGS_IGNORED,
    },
}

INHERITED = "does not inherit the parameters of a DSA key (RFC 5280 6.1.4(e))"
LIST_ISSUER_PATH = "fails on the issuer of an indirect list whose own status is in that list"

# By number and name in pkits.json.
OF_PKITS = {
    OPENSSL: {
        "40105 valid_dsa_parameter_inheritance_test5": INHERITED,
        "41430 valid_crlissuer_test30": LIST_ISSUER_PATH,
    },
    CERTVALIDATOR: {
        "40105 valid_dsa_parameter_inheritance_test5": INHERITED,
    },
}

OUR_STRICT = "departs from the profile of RFC 5280: we warn, and refuse with --strict"
ANCHOR_OURS = "a fault of the anchor's certificate; for RFC 5280 6.1.1(d) it is a name and a key"
NO_AUTHORITY = "lets an anchor issue whose certificate says that it is no authority"
WITHIN_BUDGET = "refuses many names under many limits, which we compare within our budget"
WILDCARD = "accepts a wildcard that could stand for an excluded host"
EMPTY_PURPOSES = "accepts an empty extKeyUsage, against RFC 5280 4.2.1.12"
SYNTAX = "does not check the syntax of a name under a limit (RFC 5280 4.2.1.10)"
ALTERNATE = "does not look for another way when the first breaks a limit"
OTHER_NAMES = "knows no limits on otherName and refuses the chain"
FRACTIONS = "takes fractions of a second into account; RFC 5280 4.1.2.5 has none"
AIA = "does not look whether authorityInfoAccess is critical (RFC 5280 4.2.2.1)"
WEB_POLICY = "verifies TLS clients, and an authority here is for servers only"
CRITICAL_ANCHOR = "refuses a critical extension of the anchor that it does not know"

# By name in limbo.json, against our default; `tests/conformance` runs the strict mode.
OF_LIMBO = {
    OPENSSL: {
        "crl::crlnumber-critical": OUR_STRICT,
        "cve::cve-2025-61727": WILDCARD,
        "pathological::nc-dos-3": WITHIN_BUDGET,
        "rfc5280::aki::critical-aki": OUR_STRICT,
        "rfc5280::eku::ee-eku-empty": EMPTY_PURPOSES,
        "rfc5280::nc::invalid-dnsname-leading-period": SYNTAX,
        "rfc5280::nc::nc-permits-invalid-dns-san": SYNTAX,
        "rfc5280::nc::nc-permits-invalid-email-san": SYNTAX,
        "rfc5280::nc::nc-forbids-alternate-chain-ica": ALTERNATE,
        "rfc5280::nc::nc-forbids-dnsname-wildcard-san": WILDCARD,
        "rfc5280::ski::critical-ski": ANCHOR_OURS,
        "rfc5280::validity::expired-root": ANCHOR_OURS,
        "rfc5280::validity::notafter-exact": LAST_SECOND,
        "rfc5280::validity::notafter-fractional": LAST_SECOND,
        "rfc5280::unknown-critical-extension-root": CRITICAL_ANCHOR,
        "rfc5280::root-inconsistent-ca-extensions": ANCHOR_OURS,
        "rfc5280::root-missing-basic-constraints": NO_AUTHORITY,
    },
    CERTVALIDATOR: {
        "cve::cve-2025-61727": WILDCARD,
        "rfc5280::eku::ee-eku-empty": EMPTY_PURPOSES,
        "rfc5280::nc::permitted-ipv4-match": NO_ADDRESSES,
        "rfc5280::nc::permitted-ipv6-match": NO_ADDRESSES,
        "rfc5280::nc::nc-permits-invalid-dns-san": SYNTAX,
        "rfc5280::nc::nc-permits-invalid-email-san": SYNTAX,
        "rfc5280::nc::nc-forbids-othername-noop": OTHER_NAMES,
        "rfc5280::nc::nc-forbids-dnsname-wildcard-san": WILDCARD,
        "rfc5280::ski::critical-ski": ANCHOR_OURS,
        "rfc5280::validity::expired-root": ANCHOR_OURS,
        "rfc5280::validity::notafter-fractional": FRACTIONS,
        "rfc5280::ee-critical-aia-invalid": AIA,
        "rfc5280::duplicate-extensions": DUPLICATES,
    },
    LIBRARY: {
        "pathlen::self-issued-certs-pathlen": SELF_ISSUED,
        "rfc5280::aki::critical-aki": OUR_STRICT,
        "rfc5280::eku::ee-eku-empty": EMPTY_PURPOSES,
        "rfc5280::nc::permitted-dn-match": NO_DIRECTORY,
        "rfc5280::serial::too-long": OUR_STRICT,
        "rfc5280::serial::negative": OUR_STRICT,
        "rfc5280::ski::critical-ski": ANCHOR_OURS,
        "rfc5280::validity::expired-root": ANCHOR_OURS,
        "rfc5280::ca-empty-subject": OUR_STRICT,
        "rfc5280::unknown-critical-extension-root": CRITICAL_ANCHOR,
        "rfc5280::root-non-critical-basic-constraints": ANCHOR_OURS,
        "rfc5280::root-inconsistent-ca-extensions": ANCHOR_OURS,
        "rfc5280::ee-critical-aia-invalid": AIA,
        "online::microsoft.com": WEB_POLICY,
        "online::bing.com": WEB_POLICY,
    },
}
