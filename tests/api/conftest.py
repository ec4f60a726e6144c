"""As for the pages."""

from tests.web.conftest import _no_memory_of_other_tests, enterprise, signed_in

__all__ = ["_no_memory_of_other_tests", "enterprise", "signed_in"]
