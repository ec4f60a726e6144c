"""Taking courses on a phone, building them, seeing how far the company is, and running packages where they can do no harm."""
