"""``python -m petakumuh``: the command line."""

import sys

from petakumuh.cli import main

if __name__ == "__main__":
    sys.exit(main())
