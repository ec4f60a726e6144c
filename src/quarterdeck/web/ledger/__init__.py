"""The ledger's pages: what was done, by whom and when, as far as the reader may see, and the proof of each leaf."""
