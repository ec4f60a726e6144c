"""The domain-free floor: actions, permissions, ledger, resources, claims, jobs, files, accounts."""
