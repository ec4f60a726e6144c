"""The committee meeting: agenda, who is there, papers, votes, minutes, and what comes next."""
