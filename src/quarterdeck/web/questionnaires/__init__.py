"""A questionnaire on paper: its pages and fields, for the guest and for whoever writes or reviews it."""
