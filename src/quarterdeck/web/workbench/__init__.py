"""The disclosure workbench: every sentence beside what proves it."""
