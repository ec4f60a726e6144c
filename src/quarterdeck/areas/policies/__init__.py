"""Policies and procedures: versions, approval, publication, acknowledgement, exceptions."""
