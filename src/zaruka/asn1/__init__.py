"""ASN.1: schemas run by Rust, the modules of the standards, the tree of any octets."""
