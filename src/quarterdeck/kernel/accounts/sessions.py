"""Sessions in the database, as Django keeps them, and their person, each read by a question that is put into words once.

Every request asks both. Put together by the query-set API they take a tenth of a list page before the database is asked.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Kept
from django.db import connection
from django.utils import timezone

from quarterdeck.kernel.accounts.models import User

_SESSION = 'SELECT "session_data" FROM "django_session" WHERE "session_key" = %s AND "expire_date" > %s'


class SessionStore(Kept):
    """Django's own, but for how a session is looked up."""

    def load(self) -> dict[str, Any]:
        """What the session holds; an unknown or ended one holds nothing, and its key is not taken up."""
        found = None
        # Keys are made of letters and digits; a cookie may hold anything, a zero byte that PostgreSQL will not hear of too.
        if self.session_key and self.session_key.isascii() and self.session_key.isalnum():
            with connection.cursor() as cursor:
                cursor.execute(_SESSION, (self.session_key, connection.ops.adapt_datetimefield_value(timezone.now())))
                found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found[0])


def user_with(key: int) -> User | None:
    """The user with that key."""
    return next(iter(User.objects.raw(_user(), (key,))), None)


@lru_cache(maxsize=1)
def _user() -> str:
    question, _values = User.objects.filter(pk=0).query.sql_with_params()
    return question
