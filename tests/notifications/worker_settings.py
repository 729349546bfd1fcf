"""Settings of the processes that test_worker starts: mail goes to files, and can be held up."""

from practice.settings import *  # noqa: F403

EMAIL_BACKEND = "tests.notifications.held_mail.EmailBackend"
EMAIL_FILE_PATH = str(LOCAL_DIR / "mail")  # noqa: F405
