"""What the Russian jurisdiction checks.

The order of the FSB No. 795 of 27.12.2011 (as changed by No. 31 of 29.01.2021) sets the form of
a qualified certificate; RFC 9215 5 prints its types, and 63-FZ 17 what a certificate has to say.
"""

from __future__ import annotations

from zaruka.findings import Rule

_ORDER_795 = "FSB order 795 of 27.12.2011"

IDENTIFIERS_CORRECT = Rule("russia.identifiers-correct", _ORDER_795)
IDENTIFIER_INCORRECT = Rule("russia.identifier-incorrect", _ORDER_795)

QUALIFIED_FORM = Rule("russia.qualified-form", f"63-FZ 17(2); {_ORDER_795}")
NOT_QUALIFIED_FORM = Rule("russia.not-qualified-form", f"63-FZ 17(2); {_ORDER_795}")

ATTRIBUTE_MISSING = Rule("russia.attribute-missing", "63-FZ 17(2)(2), (3)")
ADDRESS_INCOMPLETE = Rule("russia.address-incomplete", f"63-FZ 17(2)(2); {_ORDER_795}")
ATTRIBUTE_TYPE = Rule("russia.attribute-type", "RFC 5280 4.1.2.4; RFC 9215 5.1")
ATTRIBUTE_LENGTH = Rule("russia.attribute-length", "RFC 5280 A.1; RFC 9215 5.1")
INN_OF_ORGANISATION = Rule("russia.inn-of-organisation", "FSB order 31 of 29.01.2021")

MEANS_CLASS_MISSING = Rule("russia.means-class-missing", f"RFC 9215 5.2; {_ORDER_795}")
SIGN_TOOL_MISSING = Rule("russia.sign-tool-missing", "63-FZ 17(2)(5); RFC 9215 5.3")
SIGN_TOOL_MALFORMED = Rule("russia.sign-tool-malformed", "RFC 9215 5.3")
ISSUER_TOOLS_MISSING = Rule("russia.issuer-tools-missing", "63-FZ 17(2)(5); RFC 9215 5.4")
ISSUER_TOOLS_MALFORMED = Rule("russia.issuer-tools-malformed", "RFC 9215 5.4")
IDENTIFICATION_KIND = Rule("russia.identification-kind", "FSB order 31 of 29.01.2021")
IDENTIFICATION_KIND_MISSING = Rule(
    "russia.identification-kind-missing", "FSB order 31 of 29.01.2021"
)
IDENTIFICATION_KIND_UNKNOWN = Rule(
    "russia.identification-kind-unknown", "FSB order 31 of 29.01.2021"
)
KEY_USAGE = Rule("russia.key-usage", f"RFC 5280 4.2.1.3; {_ORDER_795}")
EXTENSION_CRITICAL = Rule("russia.extension-critical", "RFC 5280 4.2")
KEY_PARAMETERS = Rule("russia.key-parameters", "RFC 9215 4.2")

# --- accreditation of whoever issued a certificate
_ACCREDITATION = "63-FZ 18.1(1)1, 11(1)"
ACCREDITED = Rule("russia.accredited", _ACCREDITATION)
ACCREDITED_LATER = Rule("russia.accredited-later", _ACCREDITATION)
ACCREDITATION_SUSPENDED = Rule("russia.accreditation-suspended", _ACCREDITATION)
ACCREDITATION_ENDED = Rule("russia.accreditation-ended", _ACCREDITATION)
ACCREDITATION_HANDED_OVER = Rule("russia.accreditation-handed-over", _ACCREDITATION)
ACCREDITATION_ANNULLED = Rule("russia.accreditation-annulled", _ACCREDITATION)
ACCREDITATION_UNKNOWN = Rule("russia.accreditation-unknown", _ACCREDITATION)
ACCREDITATION_OVER_SINCE = Rule("russia.accreditation-over-since", "63-FZ 17(5)")
ISSUER_NOT_LISTED = Rule("russia.issuer-not-listed", _ACCREDITATION)
ACCREDITATION_NOT_CHECKED = Rule("russia.accreditation-not-checked", _ACCREDITATION)

# --- who signed the list of accredited authorities
LIST_SIGNER_MINISTRY = Rule("russia.list-signer-ministry", "63-FZ 8")
LIST_SIGNER_PINNED = Rule("russia.list-signer-pinned", "63-FZ 8")
LIST_SIGNER_PATH = Rule("russia.list-signer-path", "RFC 5280 6.1")
LIST_SIGNER_REVOCATION = Rule("russia.list-signer-revocation", "RFC 5280 6.3")
LIST_SIGNER_REVOKED = Rule("russia.list-signer-revoked", "EN 319 102-1 5.2.6.4(4)")
# Powers (63-FZ 17.2, Civil Code 185 to 189)
_POWER = "63-FZ art. 17.2; Civil Code art. 185"
POWER_CERTIFICATE = Rule("russia.power-certificate", "63-FZ art. 17.2(1)(1)")
POWER_REPRESENTATIVE = Rule("russia.power-representative", _POWER)
POWER_TERM = Rule("russia.power-term", "Civil Code art. 186, 188(1)(1)")
POWER_SIGNATURE = Rule("russia.power-signature", "63-FZ art. 17.2; Civil Code art. 185.1(4)")
POWER_PRINCIPAL = Rule("russia.power-principal", "Civil Code art. 185.1(4)")
POWER_NOTARY = Rule("russia.power-notary", "Civil Code art. 185.1, 187(3)")
POWER_SCOPE = Rule("russia.power-scope", "Civil Code art. 182(1), 183")
POWER_SCOPE_NOT_ASKED = Rule("russia.power-scope-not-asked", "Civil Code art. 182(1)")
POWER_IN_WORDS = Rule("russia.power-in-words", "Civil Code art. 182(1)")
POWER_LIMITED = Rule("russia.power-limited", "Civil Code art. 182(1)")
POWER_NOT_PERSONAL = Rule("russia.power-not-personal", "63-FZ art. 17.2(1)(2)")
POWER_IRREVOCABLE = Rule("russia.power-irrevocable", "Civil Code art. 188.1")
POWER_JOINT = Rule("russia.power-joint", "Civil Code art. 185(5)")
POWER_HEADS = Rule("russia.power-heads", "Civil Code art. 53(1), 65.3(3)")
POWER_ALONE = Rule("russia.power-alone", "Civil Code art. 53(1), 65.3(3)")
POWER_REGISTRY = Rule("russia.power-registry", "63-FZ art. 17.2; Civil Code art. 189(1)")
POWER_REVOKED = Rule("russia.power-revoked", "Civil Code art. 188(1)(2), 189")
POWER_DOUBLED = Rule("russia.power-doubled", _POWER)

# Передоверие
POWER_SOURCE = Rule("russia.power-source", "Civil Code art. 187(1), (2)")
POWER_DELEGATION = Rule("russia.power-delegation", "Civil Code art. 187(1), (7)")
POWER_DELEGATE = Rule("russia.power-delegate", "Civil Code art. 187(1)")
POWER_WIDER = Rule("russia.power-wider", "Civil Code art. 187(1)")
POWER_LONGER = Rule("russia.power-longer", "Civil Code art. 187(4)")
POWER_CHAIN_LONG = Rule("russia.power-chain-long", "Civil Code art. 187")
