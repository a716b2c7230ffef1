"""The protocol of a check: JSON with a published schema, a table, and a page for a person."""
