"""A FHIR server made with the public framework fhirstarter: what to answer and take on stdin, times on stdout.

Run by `benchmarks.summaries` in an environment of its own; it imports nothing of ours. It answers a read of a document
that it holds as JSON text and takes declarations, with the framework's own validation: no signature, sealing or audit.
"""

import asyncio
import json
import os
import sys
import time
import warnings

warnings.simplefilter("ignore")
os.environ["FHIR_SEQUENCE"] = "R4B"

import httpx  # noqa: E402
from fhir.resources.R4B.bundle import Bundle  # noqa: E402
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse  # noqa: E402
from fhirstarter import FHIRProvider, FHIRStarter, InteractionContext  # noqa: E402


async def main() -> None:
    """`{"times": 60, "documents": {"20": {...}}, "declarations": {}}` in, `{"20": [milliseconds, ...]}` out."""
    asked = json.load(sys.stdin)
    kept = {name: json.dumps(document) for name, document in asked["documents"].items()}
    provider = FHIRProvider()

    @provider.read(Bundle)
    async def read(context: InteractionContext, id_: str) -> Bundle:  # noqa: ARG001 - as the framework calls it
        return Bundle.model_validate(json.loads(kept[id_]))

    taken: dict[str, str] = {}

    @provider.create(QuestionnaireResponse)
    async def create(context: InteractionContext, resource: QuestionnaireResponse) -> str:  # noqa: ARG001
        taken[name := str(len(taken))] = resource.model_dump_json()
        return name

    app = FHIRStarter()
    app.add_providers(provider)
    transport = httpx.ASGITransport(app=app)
    found: dict[str, list[float]] = {}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        calls = {name: client.build_request("GET", f"/Bundle/{name}") for name in kept}
        for name, form in asked.get("declarations", {}).items():
            calls[name] = client.build_request("POST", "/QuestionnaireResponse", json=form)
        for name, request in calls.items():
            for turn in range(asked["times"] + 3):
                started = time.process_time_ns()
                answer = await client.send(request)
                if turn >= 3:
                    found.setdefault(name, []).append((time.process_time_ns() - started) / 1e6)
                answer.raise_for_status()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
