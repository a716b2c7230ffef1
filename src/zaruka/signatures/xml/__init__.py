"""XML signatures (W3C XML Signature 1.1) and what XAdES adds to them."""
