"""One declaration of a model: list, filter, detail, form, history and JSON API come from it.

The names below come from :mod:`registry`; they are fetched on first use because Django imports this package before models
may be imported.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quarterdeck.kernel.resource.registry import (
        Column,
        Panel,
        Resource,
        all_resources,
        register,
        resource_of,
        show_on,
    )
else:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(name)
        from quarterdeck.kernel.resource import registry

        return getattr(registry, name)


__all__ = ["Column", "Panel", "Resource", "all_resources", "register", "resource_of", "show_on"]
