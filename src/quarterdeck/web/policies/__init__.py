"""The screens of policies: the owner's, the reader's, the comparison, the files."""
