"""What the hand-built rooms share: actions drawn in place, and who may do them."""
