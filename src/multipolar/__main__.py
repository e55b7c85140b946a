"""``python -m multipolar``."""

from multipolar.cli import main

main()
