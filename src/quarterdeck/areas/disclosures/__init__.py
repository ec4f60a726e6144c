"""Disclosures: sentences that the record proves, drafted, reviewed, approved, sealed and packaged."""
