"""Changes to incidents: their course (``course``), what hangs on them (``parts``), advice (``advice``), walls (``walls``)."""
