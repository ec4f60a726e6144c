"""What people do about an assessment and what the body decided on it."""
