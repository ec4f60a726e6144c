"""People: positions, experience, degrees, certifications, and the security team."""
