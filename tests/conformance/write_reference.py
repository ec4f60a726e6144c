"""``python -m tests.conformance.write_reference``: writes docs/guide/records.md anew from the declarations."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "guide" / "records.md"


def main() -> None:
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quarterdeck.settings.test")
    import django

    django.setup()
    from quarterdeck.kernel.resource.reference import written

    PAGE.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
