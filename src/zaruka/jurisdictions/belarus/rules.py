"""What the Belarusian jurisdiction checks.

Clauses of STB 34.101.78 are numbered as in its text of 2026 (version 2.20), where appendix Г
tells how the certificates of GosSUOK differ.
"""

from __future__ import annotations

from zaruka.findings import Rule

IDENTIFIERS_CORRECT = Rule("belarus.identifiers-correct", "STB 34.101.78 7.3, appendix Г")
IDENTIFIER_INCORRECT = Rule("belarus.identifier-incorrect", "STB 34.101.78 7.3, appendix Г")

FORM_BPKI = Rule("belarus.form-bpki", "STB 34.101.78 8.1, 8.3")
FORM_GOSSUOK = Rule("belarus.form-gossuok", "STB 34.101.78 appendix Г")
FORM_UNKNOWN = Rule("belarus.form-unknown", "STB 34.101.78 8.1, appendix Г")
ATTRIBUTE_MISSING = Rule("belarus.attribute-missing", "STB 34.101.78 7.3.1, appendix Г")

# Renewal of the root
LINK_FORWARD = Rule("belarus.link-forward", "STB 34.101.78 appendix Б")
LINK_BACK = Rule("belarus.link-back", "RFC 4210 4.4")
ROOT_OUT_OF_TIME = Rule("belarus.root-out-of-time", "STB 34.101.78 appendix Б")
NOT_GOSSUOK = Rule("belarus.not-gossuok", "STB 34.101.78 7.2, appendix Г")

# The form of the standard
ATTRIBUTE_TYPE = Rule("belarus.attribute-type", "STB 34.101.78 7.3.1")
ATTRIBUTE_LENGTH = Rule("belarus.attribute-length", "STB 34.101.78 7.3.1")
ATTRIBUTE_ORDER = Rule("belarus.attribute-order", "STB 34.101.78 7.3.1")
ATTRIBUTE_SPACES = Rule("belarus.attribute-spaces", "STB 34.101.78 7.3.1")
ATTRIBUTE_DOUBLED = Rule("belarus.attribute-doubled", "STB 34.101.78 7.3.1")
EXTENSION_MISSING = Rule("belarus.extension-missing", "STB 34.101.78 8.1")
EXTENSION_UNEXPECTED = Rule("belarus.extension-unexpected", "STB 34.101.78 8.1")
EXTENSION_CRITICALITY = Rule("belarus.extension-criticality", "STB 34.101.78 8.1")
KEY_USAGE = Rule("belarus.key-usage", "STB 34.101.78 8.1.3")
PURPOSES = Rule("belarus.purposes", "STB 34.101.78 8.1.4")
PATH_LENGTH = Rule("belarus.path-length", "STB 34.101.78 8.1.6")
VALIDITY = Rule("belarus.validity", "STB 34.101.78 8.3")
ALGORITHM = Rule("belarus.algorithm", "STB 34.101.78 6.4, 6.7")

# The form of GosSUOK
NO_NON_REPUDIATION = Rule("belarus.no-non-repudiation", "STB 34.101.78 appendix Г")
NO_CRL_ADDRESS = Rule("belarus.no-crl-address", "STB 34.101.78 appendix Г")

# Powers: attribute certificates
_ATTRIBUTES = "STB 34.101.67 6.1, 10; law 113-Z art. 1"
POWER_HOLDER = Rule("belarus.power-holder", _ATTRIBUTES)
POWER_ISSUER = Rule("belarus.power-issuer", _ATTRIBUTES)
POWER_SERVICE = Rule("belarus.power-service", "STB 34.101.67 7.1; STB 34.101.78 8.1.5")
POWER_SERVICE_TRUST = Rule("belarus.power-service-trust", "STB 34.101.67 10")
POWER_REVOCATION = Rule("belarus.power-revocation", "STB 34.101.67 5; STB 34.101.19 7")
POWER_REVOKED = Rule("belarus.power-revoked", "STB 34.101.67 5; STB 34.101.19 7")
POWER_ORGANISATION = Rule("belarus.power-organisation", "STB 34.101.67 6.1; law 113-Z art. 1")
POWER_SCOPE = Rule("belarus.power-scope", "law 113-Z art. 1")
POWER_SCOPE_NOT_ASKED = Rule("belarus.power-scope-not-asked", "law 113-Z art. 1")
