"""What may stand in a log: never the secret of a link that still works."""

import logging
import re

# The page may stay readable; what follows it opens the page for whoever reads the log.
SECRET = re.compile(r"(/(?:l/[\w-]+|password/reset/key|confirm-email)/)[^/\s?\"'<>]+")


def without_secrets(text: str) -> str:
    """`/l/card/<token>/back/` becomes `/l/card/…/back/`; links of allauth's mails likewise."""
    return SECRET.sub(r"\1…", text)


class Formatter(logging.Formatter):
    """Masks the finished line, so that it holds for messages, their arguments and tracebacks alike."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
