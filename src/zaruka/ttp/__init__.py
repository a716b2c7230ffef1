"""Receipts of trusted third parties: read, made, checked. Pure: moments and numbers are given."""
