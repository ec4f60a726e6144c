"""Outside experts and in-house teams: engagements, recommendations, improvement projects."""
