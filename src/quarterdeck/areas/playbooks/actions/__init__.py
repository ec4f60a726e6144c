"""Writing playbooks and running them."""
