"""How often somebody may knock: fixed windows counted in this process's cache."""

from __future__ import annotations

from django.core.cache import cache

from quarterdeck.kernel import clock


def allowed(key: str, most: int, seconds: int) -> bool:
    """Count one more for ``key``; False once more than ``most`` came within the same window of ``seconds``."""
    window = int(clock.now().timestamp()) // seconds
    name = f"limit:{key}:{window}"
    if cache.add(name, 1, seconds):
        return most >= 1
    try:
        return int(cache.incr(name)) <= most
    except ValueError:
        # The window ended between the two calls.
        return True
