"""What an action answers when it cannot be done."""


class Refused(Exception):  # noqa: N818  it names what happened to the person, not a fault
    """An action that is not possible now. `message` is a whole sentence for the person, in the language in force."""

    def __init__(self, message: object) -> None:
        self.message = str(message)
        super().__init__(self.message)
