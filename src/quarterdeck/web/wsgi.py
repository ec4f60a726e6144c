"""The WSGI application of one home."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quarterdeck.settings.live")
application = get_wsgi_application()
