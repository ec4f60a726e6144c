"""Every change of a policy, and who may make it."""
