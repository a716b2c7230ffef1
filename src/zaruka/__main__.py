"""`python -m zaruka` is the command `zaruka`."""

import sys

from zaruka.cli import main

sys.exit(main())
