"""The screens of playbooks: one playbook, one run, and the file to take along."""
