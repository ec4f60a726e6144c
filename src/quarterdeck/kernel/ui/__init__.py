"""The look of the product: stylesheet, page shell, macros, number and time formats, message catalogues."""
