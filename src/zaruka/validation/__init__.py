"""Validation after ETSI EN 319 102-1 V1.4.1: building blocks, processes, policies. Pure."""
