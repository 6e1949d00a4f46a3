"""``python -m fcr``: the command line."""

import sys

from fcr.cli import main

sys.exit(main())
