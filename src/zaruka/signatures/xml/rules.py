"""What is checked of an XML signature, with the clauses of XML Signature 1.1 (W3C 2013)."""

from __future__ import annotations

from zaruka.findings import Rule

__all__: list[str] = []

# --- the document
UNREADABLE = Rule("xmldsig.unreadable", "XML Signature 1.1, 4")
COVERS_PART = Rule("xmldsig.covers-part", "XML Signature 1.1, 8.1.1")
COVERS_WHOLE = Rule("xmldsig.covers-whole", "XML Signature 1.1, 8.1.1")
SIGNED = Rule("xmldsig.signed", "XML Signature 1.1, 8.1.1")
EEC_CONTENT = Rule("xmldsig.eec-content", "urn:EEC:SignedData:v1.0:EDoc")
EEC_RECEIPT = Rule("xmldsig.eec-receipt", "urn:EEC:SignedData:v1.0:EDoc")

# --- what is signed
REFERENCE = Rule("xmldsig.reference", "XML Signature 1.1, 3.2.1")
REFERENCE_ABSENT = Rule("xmldsig.reference-absent", "XML Signature 1.1, 4.4.3.2")
ID_DOUBLED = Rule("xmldsig.id-doubled", "XML Signature 1.1, 4.4.3.2")
REFERENCE_TO_ITSELF = Rule("xmldsig.reference-to-itself", "XML Signature 1.1, 6.6.4")
TRANSFORM_UNSUPPORTED = Rule("xmldsig.transform-unsupported", "XML Signature 1.1, 6.6")
TRANSFORM = Rule("xmldsig.transform", "XML Signature 1.1, 4.4.3.4")
DIGEST_UNSUPPORTED = Rule("xmldsig.digest-unsupported", "XML Signature 1.1, 6.2")

# --- the signature value
SIGNATURE = Rule("xmldsig.signature", "XML Signature 1.1, 3.2.2")
SIGNATURE_UNSUPPORTED = Rule("xmldsig.signature-unsupported", "XML Signature 1.1, 6.4")
KEY_ALGORITHM = Rule("xmldsig.key-algorithm", "XML Signature 1.1, 3.2.2")
KEY_UNUSABLE = Rule("xmldsig.key-unusable", "XML Signature 1.1, 3.2.2")
KEY_INFO_UNREADABLE = Rule("xmldsig.key-info-unreadable", "XML Signature 1.1, 4.5")

# --- XAdES
PROPERTIES_UNSIGNED = Rule("xades.properties-unsigned", "EN 319 132-1 4.3.2")
PROPERTIES_DOUBLED = Rule("xades.properties-doubled", "EN 319 132-1 4.4.2")
PROPERTIES_TYPE = Rule("xades.properties-type", "EN 319 132-1 4.4.2")
PROPERTIES_TARGET = Rule("xades.properties-target", "EN 319 132-1 4.3.1")
PROPERTIES_NOT_JUDGED = Rule("xades.not-judged", "EN 319 132-1 5.5")
EVIDENCE_UNREADABLE = Rule("xades.evidence-unreadable", "EN 319 132-1 5.3")
