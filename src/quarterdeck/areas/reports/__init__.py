"""Reports: who was told what about which period, and acknowledged it."""
