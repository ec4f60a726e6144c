"""Run as a program: what Arelle reads of Inline XBRL files, offline, as JSON. Arguments: packages, then `--`, then files."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

from arelle import PackageManager
from arelle.api.Session import Session
from arelle.RuntimeOptions import RuntimeOptions


def main(arguments: list[str]) -> None:
    split = arguments.index("--")
    packages, files = arguments[:split], arguments[split + 1 :]
    out: dict[str, list[dict[str, object]]] = {}
    for file in files:
        options = RuntimeOptions(
            entrypointFile=file,
            internetConnectivity="offline",
            cacheDirectory=str(Path(file).parent / "no-cache"),
            packages=packages,
            keepOpen=True,
            logFile="logToBuffer",
        )
        with Session() as session:
            session.run(options)
            (model,) = session.get_models()
            facts = []
            for fact in model.factsInInstance:
                if not fact.qname.namespaceURI.startswith("http://xbrl.sec.gov/cyd/"):
                    continue
                context = fact.context
                facts.append(
                    {
                        "order": fact.objectIndex,
                        "concept": fact.qname.localName,
                        "value": None if fact.isNil else fact.value,
                        "start": context.startDatetime.date().isoformat() if context.startDatetime else None,
                        "end": (context.endDatetime - timedelta(days=1)).date().isoformat(),
                        "dimensions": {
                            axis.localName: value.memberQname.localName for axis, value in context.qnameDims.items()
                        },
                        "context": fact.contextID,
                    }
                )
            facts.sort(key=lambda fact: str(fact["order"]).zfill(9))
            out[file] = facts
        PackageManager.close()
    sys.stdout.write(json.dumps(out))


if __name__ == "__main__":
    main(sys.argv[1:])
