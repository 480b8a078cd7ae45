"""Who decides, as long as a decision is made on the machine itself: the user of the operating system."""

from __future__ import annotations

import os
import pwd


def system_user() -> str:
    """The user that this process belongs to, by the system's own list: no variable of the environment is believed."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"
