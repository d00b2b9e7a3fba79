"""JSON schemas of what travels over the API: residents' JSON in full, FHIR resources by their type and profile."""

from typing import Any

Schema = dict[str, Any]
FHIR = "https://hl7.org/fhir/R4/"
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
INSTANT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
UUID: Schema = {"type": "string", "format": "uuid"}
LEVEL: Schema = {"type": "integer", "enum": [1, 2]}
PURPOSE: Schema = {"type": "string", "enum": ["record", "sharing", "statistics", "notices"]}


def members(required: dict[str, Schema], **optional: Schema) -> Schema:
    """An object; answers may gain members, so that more are allowed."""
    return {"type": "object", "required": list(required), "properties": required | optional}


def listed(of: Schema) -> Schema:
    """A list of such."""
    return {"type": "array", "items": of}


def named(name: str) -> Schema:
    """A reference to a schema of this file."""
    return {"$ref": f"#/components/schemas/{name}"}


def fhir(kind: str, text: str, **properties: Schema) -> Schema:
    """A FHIR R4 resource of one type, whose rules are FHIR's own."""
    return {
        "description": text,
        "externalDocs": {"url": f"{FHIR}{kind.lower()}.html"},
        **members({"resourceType": {"const": kind}}, **properties),
    }


SCHEMAS: dict[str, Schema] = {
    "Problem": {
        "description": "RFC 9457. `type` is `/problems/<name>`; `errors` has every wrong place at once.",
        **members(
            {"type": TEXT, "title": TEXT, "status": NUMBER, "detail": TEXT},
            errors=listed(members({"pointer": TEXT, "message": TEXT}, linkId=TEXT)),
            work=members({"seed": TEXT, "bits": NUMBER}),
            remaining=NUMBER,
            remainingAttempts=NUMBER,
        ),
    },
    "Visit": members({"poster": TEXT}),
    "CodeWish": members({"phone": TEXT}, poster=TEXT, work=members({"seed": TEXT, "nonce": TEXT})),
    "CodeSent": members({"challenge_id": TEXT, "expires_in": NUMBER, "resend_after": NUMBER}),
    "CodeProof": members({"challenge_id": TEXT, "code": TEXT}),
    "SignedIn": members({"level": LEVEL, "pin_set": FLAG}, draft_scope=TEXT),
    "Pin": members({"pin": {"type": "string", "pattern": "^[0-9]{6}$"}}),
    "Session": members(
        {"level": LEVEL, "pin_set": FLAG, "idle_expires_in": NUMBER, "expires_in": NUMBER},
        pin_permitted=FLAG,
        draft_scope=TEXT,
    ),
    "Sessions": members(
        {
            "sessions": listed(
                members({"id": TEXT, "level": LEVEL, "created_at": INSTANT, "current": FLAG, "expires_in": NUMBER})
            )
        }
    ),
    "Records": members(
        {
            "records": listed(
                members(
                    {"id": UUID, "relation": TEXT, "version": NUMBER, "updated_at": INSTANT},
                    display_name={"type": "string", "description": "At level 2 only."},
                    restricted={"type": "boolean", "description": "At level 2, where the record is out of use."},
                    closed={"type": "boolean", "description": "At level 2: the PIN does not open this record."},
                )
            )
        }
    ),
    "Declared": members(
        {
            "id": UUID,
            "version": NUMBER,
            "receipt": TEXT,
            "warnings": listed(members({"linkId": TEXT, "message": TEXT})),
        }
    ),
    "QuestionnaireResponse": fhir("QuestionnaireResponse", "Of the Questionnaire that /questionnaire.json holds."),
    "Versions": members({"versions": listed(named("QuestionnaireResponse"))}),
    "Consent": members({"purpose": PURPOSE, "given": FLAG, "text_version": TEXT, "language": TEXT}, until=DAY),
    "Consents": members({"consents": listed(named("Consent")), "history": listed(named("Consent"))}),
    "Access": members(
        {"at": INSTANT, "action": TEXT, "emergency": FLAG, "outcome": {"enum": ["allowed", "denied", "failed"]}},
        facility=TEXT,
        facility_name=TEXT,
        practitioner=TEXT,
        recipient=TEXT,
        share=TEXT,
        purpose=TEXT,
        reason=TEXT,
    ),
    "Accesses": members(
        {
            "accesses": listed(named("Access")),
            "receipt": members({"record": UUID, "began": DAY, "at": INSTANT, "key": TEXT}),
        },
        older={"type": "string", "description": "Where more are left: `?before=` with it gives the next page."},
    ),
    "Episode": members(
        {
            "id": TEXT,
            "facility": TEXT,
            "provider_code": TEXT,
            "begin": TEXT,
            "care": members({"code": TEXT, "vi": TEXT, "en": TEXT}),
            "emergency": FLAG,
            "diagnoses": listed(members({"code": TEXT, "text": TEXT})),
            "medicines": listed(members({"text": TEXT, "until": DAY}, dose=TEXT, advice=TEXT)),
            "sensitive": FLAG,
            "recorded": INSTANT,
            "version": NUMBER,
        },
        end=TEXT,
        reason=TEXT,
        appointment={"type": "string", "description": "The next one, a day or a minute."},
    ),
    "Episodes": members(
        {"episodes": listed(named("Episode"))},
        next={"type": "string", "description": "Where more are left: `?before=` with it gives the next page."},
    ),
    "EpisodeResources": members(
        {"episode": named("Episode"), "resources": listed({"type": "object"})},
        next={"type": "string", "description": "Where more are left: `?before=` with it gives the rest."},
    ),
    "Restriction": members({"restricted": FLAG}),
    "ShareWish": members({"minutes": {"type": "integer", "minimum": 1, "maximum": 1440}}, label=TEXT, passcode=TEXT),
    "Share": members({"id": UUID, "shlink": TEXT, "url": TEXT, "qr_svg": TEXT, "expires_at": INSTANT}),
    "Shares": members({"shares": listed(named("Share"))}),
    "ManifestWish": members({"recipient": TEXT}, passcode=TEXT, embeddedLengthMax=NUMBER),
    "Manifest": members({"files": listed(members({"contentType": TEXT, "embedded": TEXT}))}),
    "Document": fhir("Bundle", "An International Patient Summary 2.0 document.", type={"const": "document"}),
    "Searchset": fhir("Bundle", "At most one person, or a page of resources.", type={"const": "searchset"}),
    "Transaction": fhir(
        "Bundle",
        "Entries `PUT Type/uuid` about one person, at most 90 and 1 MB.",
        type={"const": "transaction"},
        entry=listed(
            members(
                {"resource": {"type": "object"}, "request": members({"method": {"const": "PUT"}, "url": TEXT})},
                fullUrl=TEXT,
            )
        ),
    ),
    "TransactionResponse": fhir("Bundle", "What became of each entry.", type={"const": "transaction-response"}),
    "EpisodeFile": {
        "type": "string",
        "description": "The envelope GIAMDINHHS as it is or in base64; also as `application/json` with a member "
        "`fileHSBase64`, as the gateway of the insurance fund takes it.",
    },
    "BatchResponse": fhir(
        "Bundle",
        "One entry an episode, in the file's order, with status and outcome.",
        type={"const": "batch-response"},
    ),
    "Parameters": fhir("Parameters", "`identifier` and `birthdate`, or for `$match` a `resource` (Patient)."),
    "CapabilityStatement": fhir("CapabilityStatement", "What this service offers."),
    "OperationOutcome": fhir(
        "OperationOutcome",
        "Every fault; `diagnostics` is the rule's name, `expression` the place in the Bundle.",
        issue=listed(members({"severity": TEXT, "code": TEXT, "details": members({"text": TEXT})}, diagnostics=TEXT)),
    ),
}
