"""The one error that users see: what is wrong, where, and what would be right."""


class HasilaError(Exception):
    """Something the user can mend; its text is the whole message."""


class MissingExtra(HasilaError):
    """An optional package is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"this needs {package}; install it with: pip install 'hasila[{extra}]'")
