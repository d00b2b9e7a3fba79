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
CONTENTS: Schema = {"enum": ["all", "not-sensitive", "emergency-card"]}
LEVEL: Schema = {"type": "integer", "enum": [1, 2]}
PURPOSE: Schema = {"type": "string", "enum": ["record", "sharing", "statistics", "notices"]}

PASSKEY_LABELS = ["android", "ios", "windows", "macos", "linux", "other"]
WEBAUTHN = {"type": "object", "description": "A PublicKeyCredential of WebAuthn level 3, as JSON (`toJSON`)."}
EVENT_KINDS = [
    "new-device",
    "pin-set",
    "pin-changed",
    "pin-permitted",
    "pin-locked",
    "paper-code",
    "passkey-added",
    "passkey-removed",
    "card-seen",
    "number-added",
    "number-moved",
    "visit-moved",
    "second-claim",
    "link-opened",
]


def object_schema(required: dict[str, Schema], **optional: Schema) -> Schema:
    """An object; answers may gain members, so that more are allowed."""
    return {"type": "object", "required": list(required), "properties": required | optional}


def array_schema(of: Schema) -> Schema:
    """A list of such."""
    return {"type": "array", "items": of}


def schema_reference(name: str) -> Schema:
    """A reference to a schema of this file."""
    return {"$ref": f"#/components/schemas/{name}"}


def fhir_schema(kind: str, text: str, **properties: Schema) -> Schema:
    """A FHIR R4 resource of one type, whose rules are FHIR's own."""
    return {
        "description": text,
        "externalDocs": {"url": f"{FHIR}{kind.lower()}.html"},
        **object_schema({"resourceType": {"const": kind}}, **properties),
    }


SCHEMAS: dict[str, Schema] = {
    "Problem": {
        "description": "RFC 9457. `type` is `/problems/<name>`; `errors` has every wrong place at once.",
        **object_schema(
            {"type": TEXT, "title": TEXT, "status": NUMBER, "detail": TEXT},
            errors=array_schema(object_schema({"pointer": TEXT, "message": TEXT}, linkId=TEXT)),
            work=object_schema({"seed": TEXT, "bits": NUMBER}),
            remaining=NUMBER,
            remainingAttempts=NUMBER,
        ),
    },
    "Visit": object_schema({"poster": TEXT}),
    "SendCodeRequest": object_schema({"phone": TEXT}, poster=TEXT, work=object_schema({"seed": TEXT, "nonce": TEXT})),
    "CodeSent": object_schema({"challenge_id": TEXT, "expires_in": NUMBER, "resend_after": NUMBER}),
    "CodeProof": {
        "description": "A code of a message, or one that a facility gave on paper for the phone.",
        "anyOf": [
            object_schema(
                {"challenge_id": TEXT, "code": TEXT},
                earlier_challenge_ids={
                    "type": "array",
                    "items": TEXT,
                    "maxItems": 9,
                    "description": "What the page was given before for this phone: these messages are its own as well.",
                },
                attempt=TEXT,
                assisted=FLAG,
            ),
            object_schema(
                {"phone": TEXT, "paper_code": {"type": "string", "description": "Ten digits."}},
                attempt=TEXT,
                assisted=FLAG,
            ),
        ],
    },
    "SignedIn": object_schema({"level": LEVEL, "pin_set": FLAG}, draft_scope=TEXT),
    "Pin": object_schema(
        {"pin": {"type": "string", "pattern": "^[0-9]{6}$"}},
        current_pin={"type": "string", "pattern": "^[0-9]{6}$", "description": "Needed to change a PIN (`PUT`)."},
        attempt=TEXT,
    ),
    "CurrentPin": object_schema(
        {},
        current_pin={
            "type": "string",
            "pattern": "^[0-9]{6}$",
            "description": "Needed at level 2, unless a passkey was given within 5 minutes.",
        },
    ),
    "PasskeyOptions": object_schema(
        {"publicKey": {"type": "object", "description": "Options of WebAuthn level 3, as JSON."}}
    ),
    "NewPasskey": object_schema(
        {"credential": WEBAUTHN}, label={"type": "string", "enum": PASSKEY_LABELS}, attempt=TEXT
    ),
    "PasskeyAdded": object_schema({"id": TEXT}),
    "Passkeys": object_schema(
        {
            "passkeys": array_schema(
                object_schema(
                    {"id": TEXT, "label": {"type": "string", "enum": PASSKEY_LABELS}, "added_at": INSTANT},
                    used_at=INSTANT,
                )
            )
        }
    ),
    "PasskeyProof": object_schema({"credential": WEBAUTHN}, attempt=TEXT),
    "Session": object_schema(
        {"level": LEVEL, "pin_set": FLAG, "idle_expires_in": NUMBER, "expires_in": NUMBER},
        pin_permitted=FLAG,
        draft_scope=TEXT,
    ),
    "Events": object_schema(
        {
            "events": array_schema(
                object_schema(
                    {"id": TEXT, "kind": {"type": "string", "enum": EVENT_KINDS}, "at": INSTANT},
                    record={**UUID, "description": "The record that it is about; absent for the whole account."},
                )
            )
        },
        next={"type": "string", "description": "What to ask for next as `before`."},
    ),
    "Sessions": object_schema(
        {
            "sessions": array_schema(
                object_schema(
                    {"id": TEXT, "level": LEVEL, "created_at": INSTANT, "current": FLAG, "expires_in": NUMBER}
                )
            ),
            "devices": array_schema(object_schema({"id": TEXT, "current": FLAG, "known_until": INSTANT})),
        }
    ),
    "Records": object_schema(
        {
            "records": array_schema(
                object_schema(
                    {"id": UUID, "relation": TEXT, "version": NUMBER, "updated_at": INSTANT},
                    display_name={"type": "string", "description": "At level 2 only."},
                    restricted={"type": "boolean", "description": "At level 2, where the record is out of use."},
                    closed={"type": "boolean", "description": "At level 2: the PIN does not open this record."},
                    waiting={
                        "type": "boolean",
                        "description": "No facility has seen the card: what facilities write waits.",
                    },
                    joined={"type": "boolean", "description": "Another record of the person took this one's place."},
                )
            )
        }
    ),
    "Declared": object_schema(
        {
            "id": UUID,
            "version": NUMBER,
            "receipt": TEXT,
            "warnings": array_schema(object_schema({"linkId": TEXT, "message": TEXT})),
        }
    ),
    "QuestionnaireResponse": fhir_schema(
        "QuestionnaireResponse", "Of the Questionnaire that /questionnaire.json holds."
    ),
    "Versions": object_schema({"versions": array_schema(schema_reference("QuestionnaireResponse"))}),
    "Consent": object_schema({"purpose": PURPOSE, "given": FLAG, "text_version": TEXT, "language": TEXT}, until=DAY),
    "Consents": object_schema(
        {"consents": array_schema(schema_reference("Consent")), "history": array_schema(schema_reference("Consent"))}
    ),
    "Access": object_schema(
        {"at": INSTANT, "action": TEXT, "emergency": FLAG, "outcome": {"enum": ["allowed", "denied", "failed"]}},
        facility=TEXT,
        facility_name=TEXT,
        practitioner=TEXT,
        recipient=TEXT,
        share=TEXT,
        purpose=TEXT,
        reason=TEXT,
    ),
    "Accesses": object_schema(
        {
            "accesses": array_schema(schema_reference("Access")),
        },
        receipt={
            **object_schema({"record": UUID, "began": DAY, "at": INSTANT, "key": TEXT}),
            "description": "Once the cards of all numbers were seen: what it takes to check the list.",
        },
        older={"type": "string", "description": "Where more are left: `?before=` with it gives the next page."},
    ),
    "Episode": object_schema(
        {
            "id": TEXT,
            "facility": TEXT,
            "provider_code": TEXT,
            "begin": TEXT,
            "care": object_schema({"code": TEXT, "vi": TEXT, "en": TEXT}),
            "emergency": FLAG,
            "resource": TEXT,
            "diagnoses": array_schema(object_schema({"code": TEXT, "text": TEXT, "resource": TEXT}, disputed=TEXT)),
            "medicines": array_schema(
                object_schema({"text": TEXT, "resource": TEXT}, until=DAY, dose=TEXT, advice=TEXT, disputed=TEXT)
            ),
            "sensitive": FLAG,
            "recorded": INSTANT,
            "version": NUMBER,
        },
        end=TEXT,
        reason=TEXT,
        disputed={"type": "string", "description": "Why the person says that it is wrong."},
        results=array_schema({"type": "object", "description": "An Observation."}),
        appointment={"type": "string", "description": "The next one, a day or a minute."},
    ),
    "Episodes": object_schema(
        {"episodes": array_schema(schema_reference("Episode"))},
        next={"type": "string", "description": "Where more are left: `?before=` with it gives the next page."},
    ),
    "EpisodeResources": object_schema(
        {"episode": schema_reference("Episode"), "resources": array_schema({"type": "object"})},
        next={"type": "string", "description": "Where more are left: `?before=` with it gives the rest."},
    ),
    "Restriction": object_schema({"restricted": FLAG}),
    "Dispute": object_schema(
        {"resource": TEXT, "reason": {"type": "string", "minLength": 1, "maxLength": 500}},
        episode={"type": "string", "description": "Of an entry of a visit: the visit's id."},
    ),
    "Binary": fhir_schema("Binary", "An attachment.", contentType=TEXT, data=TEXT),
    "CreateShareRequest": object_schema(
        {"minutes": {"type": "integer", "minimum": 1, "maximum": 1440}}, label=TEXT, passcode=TEXT, contents=CONTENTS
    ),
    "Share": object_schema(
        {"id": UUID, "contents": CONTENTS, "shlink": TEXT, "url": TEXT, "qr_svg": TEXT, "expires_at": INSTANT}
    ),
    "Shares": object_schema({"shares": array_schema(schema_reference("Share"))}),
    "ManifestRequest": object_schema({"recipient": TEXT}, passcode=TEXT, embeddedLengthMax=NUMBER),
    "Manifest": object_schema({"files": array_schema(object_schema({"contentType": TEXT, "embedded": TEXT}))}),
    "Document": fhir_schema("Bundle", "An International Patient Summary 2.0 document.", type={"const": "document"}),
    "Searchset": fhir_schema("Bundle", "At most one person, or a page of resources.", type={"const": "searchset"}),
    "Transaction": fhir_schema(
        "Bundle",
        "Entries `PUT Type/uuid` about one person, at most 90 and 4.25 MB.",
        type={"const": "transaction"},
        entry=array_schema(
            object_schema(
                {"resource": {"type": "object"}, "request": object_schema({"method": {"const": "PUT"}, "url": TEXT})},
                fullUrl=TEXT,
            )
        ),
    ),
    "TransactionResponse": fhir_schema("Bundle", "What became of each entry.", type={"const": "transaction-response"}),
    "EpisodeFile": {
        "type": "string",
        "description": "The envelope GIAMDINHHS as it is or in base64; also as `application/json` with a member "
        "`fileHSBase64`, as the gateway of the insurance fund takes it.",
    },
    "BatchResponse": fhir_schema(
        "Bundle",
        "One entry an episode, in the file's order, with status and outcome.",
        type={"const": "batch-response"},
    ),
    "Parameters": fhir_schema("Parameters", "`identifier` and `birthdate`, or for `$match` a `resource` (Patient)."),
    "CapabilityStatement": fhir_schema("CapabilityStatement", "What this service offers."),
    "OperationOutcome": fhir_schema(
        "OperationOutcome",
        "Every fault; `diagnostics` is the rule's name, `expression` the place in the Bundle.",
        issue=array_schema(
            object_schema({"severity": TEXT, "code": TEXT, "details": object_schema({"text": TEXT})}, diagnostics=TEXT)
        ),
    ),
}
