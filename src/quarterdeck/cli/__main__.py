"""``python -m quarterdeck.cli ARGS`` is ``quarterdeck ARGS``."""

import sys

from quarterdeck.cli.main import main

sys.exit(main())
