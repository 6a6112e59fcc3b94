"""`python -m vidsent`."""

import sys

from vidsent.cli.main import main

sys.exit(main())
