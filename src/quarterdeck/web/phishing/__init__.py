"""The pages of exercises: what a link leads to, where a mail is reported, and what an exercise came to."""
