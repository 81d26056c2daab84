"""``python -m geo_toolkit.cli``, where the command is not on the path."""

import sys

from geo_toolkit.cli.app import main

sys.exit(main())
