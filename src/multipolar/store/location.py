"""Where the store is when nobody says."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from multipolar.core.settings import Settings


def default_folder() -> Path:
    """Folder of the store when none is named: the settings', else the user's data folder."""
    return Settings.load().store or platformdirs.user_data_path("multipolar", appauthor=False)
