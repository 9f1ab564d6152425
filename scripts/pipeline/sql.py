"""What is put into the text of a query."""


def quoted(value: object) -> str:
    """A value as it stands between the quotes of a text, which end it nowhere."""
    return str(value).replace("'", "''")
