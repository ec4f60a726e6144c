"""The JSON API, made from the same declarations as the pages."""
