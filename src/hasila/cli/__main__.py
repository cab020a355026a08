"""``python -m hasila.cli``."""

import sys

from hasila.cli import main

sys.exit(main())
