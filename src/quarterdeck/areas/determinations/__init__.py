"""From a result that could be material to three decisions of the governing body, frozen as they were taken."""
