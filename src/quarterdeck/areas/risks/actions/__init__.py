"""Every change of the register, its estimates and treatments, and of what it is held against."""
