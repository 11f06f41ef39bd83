"""`python -m fairlineup`."""

from fairlineup.cli import main

if __name__ == "__main__":  # worker processes import this module without meaning to run it
    main()
