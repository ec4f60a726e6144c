"""Background work: jobs enqueued with the change that needs them, leased to workers, their effects run once.

`declare` has the ``@job`` decorator, `effects` the once-only effects, `leases` claiming, heartbeat and the reaper,
`worker` the loop that runs jobs, `rules` when a schedule is due, `schedules` the ticking.
"""
