"""Every change of engagements, deliverables, recommendations and improvement projects."""
