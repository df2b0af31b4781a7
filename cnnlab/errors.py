"""The one error a reader can mend."""


class LabError(Exception):
    """A mistake with a way out: the message is one sentence (or two) fit for the screen.

    Everything else crashes loudly and lands in the run's status and log.
    """
