"""The only place that joins areas that do not import each other."""
