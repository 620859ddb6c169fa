"""What can go wrong on somebody's machine, said in one sentence with a way out."""


class LocalStackError(Exception):
    """`str(error)` is what the person at the terminal reads. No stack trace is shown."""
