"""`python -m vidsent`."""

import sys

from vidsent.cli import main

sys.exit(main())
