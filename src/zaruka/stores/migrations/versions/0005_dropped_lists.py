"""Which issue of a list of lists no longer names a national list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column."""
    op.add_column("trust_forgotten", sa.Column("dropped_by", sa.Integer))
