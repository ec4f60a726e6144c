"""Changes to bodies: what stands (``standing``), meetings (``meeting``), decisions and minutes (``decision``)."""
