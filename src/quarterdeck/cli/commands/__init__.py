"""One module for each group of commands. A module has ``register(commands)`` and imports its work only when it runs."""
