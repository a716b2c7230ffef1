"""Names, certificates, revocation lists, OCSP answers; building and judging paths."""
