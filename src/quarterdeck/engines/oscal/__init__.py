"""OSCAL: catalogues and profiles in, component definition, assessment results and plan of action out; mapping tables in.

Source of the formats: NIST OSCAL 1.0 and 1.1, https://pages.nist.gov/OSCAL/. Everything read is treated as hostile.
"""

from quarterdeck.engines.oscal.mapping import MappingFile, Pair, read_mapping
from quarterdeck.engines.oscal.model import Catalogue, OscalError, Profile
from quarterdeck.engines.oscal.profile import Resolved, resolve, selected_ids
from quarterdeck.engines.oscal.read import read
from quarterdeck.engines.oscal.requirements import Requirement, code_key, requirements_of

__all__ = [
    "Catalogue",
    "MappingFile",
    "OscalError",
    "Pair",
    "Profile",
    "Requirement",
    "Resolved",
    "code_key",
    "read",
    "read_mapping",
    "requirements_of",
    "resolve",
    "selected_ids",
]
