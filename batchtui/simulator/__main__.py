"""`python -m batchtui.simulator`: the simulated API on its own."""

import sys

from batchtui.simulator.main import main

if __name__ == "__main__":
    sys.exit(main(None))
