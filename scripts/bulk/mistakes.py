"""What a user of the command can mend."""


class Mistake(Exception):
    """What was asked for can't be done; the text says what was expected and what is there."""
