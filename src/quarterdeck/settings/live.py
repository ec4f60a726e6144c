"""Settings of a real home: ``QUARTERDECK_HOME`` names it."""

from __future__ import annotations

import os
from pathlib import Path

from quarterdeck.kernel import clock
from quarterdeck.settings.base import *  # noqa: F403
from quarterdeck.settings.base import database
from quarterdeck.settings.home import HomeError, load_home

_path = os.environ.get("QUARTERDECK_HOME")
if not _path:
    raise HomeError("No home given: say --home DIR or set QUARTERDECK_HOME.")
HOME = load_home(Path(_path).resolve())

if HOME.settings.demo and HOME.settings.clock_offset:
    clock.shift(HOME.settings.clock_offset)

SECRET_KEY = HOME.secret_key
DEBUG = False
ALLOWED_HOSTS = list(HOME.settings.allowed_hosts)
DATABASES = {"default": database(HOME)}
TIME_ZONE = HOME.settings.time_zone
MEDIA_ROOT = HOME.files
FILE_UPLOAD_TEMP_DIR = None
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = HOME.outbox
DEFAULT_FROM_EMAIL = HOME.settings.mail_from
if HOME.settings.smtp:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, _, _port = HOME.settings.smtp.partition(":")
    EMAIL_PORT = int(_port or 25)
if HOME.settings.https:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_NAME = "__Host-session"
if HOME.settings.public_url:
    CSRF_TRUSTED_ORIGINS = [HOME.settings.public_url]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"guests": {"()": "quarterdeck.web.guest.redact.GuestTokens"}},
    "handlers": {
        "file": {
            "filters": ["guests"],
            "class": "logging.handlers.RotatingFileHandler",
            "filename": str(HOME.logs / "quarterdeck.log"),
            "maxBytes": 10_000_000,
            "backupCount": 5,
            "formatter": "line",
            "delay": True,
        }
    },
    "root": {"handlers": ["file"], "level": "WARNING"},
}
