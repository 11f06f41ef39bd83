"""The long tests: `make test-long`, run by hand in an environment of their own (requirements/long.txt).

They hold our answers against other people's software and run studies that take minutes; `make test` leaves
them out.
"""
