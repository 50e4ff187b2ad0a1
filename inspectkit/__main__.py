"""`python -m inspectkit` is the command line."""

from inspectkit.cli import main

if __name__ == "__main__":
    main()
