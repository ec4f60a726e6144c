"""The pages that every resource has from its declaration: list, record, form, history, export."""
