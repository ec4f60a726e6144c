"""Settings of the test suite and the type checker: a throw-away home, SQLite unless ``QUARTERDECK_TEST_DATABASE`` names a server."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from quarterdeck.settings.base import *  # noqa: F403
from quarterdeck.settings.base import database, postgresql
from quarterdeck.settings.home import create_home

_directory = Path(tempfile.mkdtemp(prefix="quarterdeck-test-"))
atexit.register(shutil.rmtree, _directory, ignore_errors=True)
HOME = create_home(_directory, {"demo": True})

SECRET_KEY = HOME.secret_key
DEBUG = False
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": database(HOME)}
DATABASES["default"]["TEST"] = {"NAME": str(_directory / "test.sqlite3")}
if _server := os.environ.get("QUARTERDECK_TEST_DATABASE"):
    DATABASES = {"default": postgresql(_server)}
TIME_ZONE = "UTC"
MEDIA_ROOT = HOME.files
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_RATE_LIMITS = {}
