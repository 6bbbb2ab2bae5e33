"""Signs what schemathesis sends, as an installation does (RFC 9421), and counts how far it came.

An implementation of its own: where it and the server read the RFC differently, every call fails.
"""

import atexit
import base64
import hashlib
import json
import os
import re
import secrets
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests
import schemathesis
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PUBLIC_KEY = re.compile("[0-9a-fA-F]{64}")


class Key:
    def __init__(self, pem: str) -> None:
        self.private = serialization.load_pem_private_key(pem.encode(), password=None)
        assert isinstance(self.private, Ed25519PrivateKey)
        raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        self.public = self.private.public_key().public_bytes(*raw)
        self.id = hashlib.sha256(self.public).hexdigest()[:16]


class Signature(requests.auth.AuthBase):
    """Signs with the key of an installation; a body that enrols a key is made to enrol the one that signs."""

    def __init__(self, member: Key, poller: Key, applicant: Key) -> None:
        self.member, self.poller, self.applicant = member, poller, applicant

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        address = urlsplit(request.url)
        key = self.member
        if address.path == "/v1/events":
            key = self.poller  # made-up boot ids look like two copies, and quarantine it
        elif address.path in ("/v1/enrollments", "/v1/enrollments/trial"):
            key = self.applicant
            self.enrol(request)
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        created = int(time.time())
        lines = {
            '"@method"': request.method,
            '"@authority"': address.netloc.lower(),
            '"@path"': address.path,
            '"@query"': f"?{address.query}",
        }
        if body:
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            request.headers["Content-Digest"] = lines['"content-digest"'] = f"sha-256=:{digest}:"
        parameters = (
            f"({' '.join(lines)});created={created};expires={created + 60};"
            f'nonce="{secrets.token_hex(16)}";keyid="{key.id}";tag="remote-service-v1"'
        )
        base = "".join(f"{name}: {value}\n" for name, value in lines.items())
        signature = key.private.sign(f'{base}"@signature-params": {parameters}'.encode())
        request.headers["Signature-Input"] = f"sig={parameters}"
        request.headers["Signature"] = f"sig=:{base64.b64encode(signature).decode()}:"
        return request

    def enrol(self, request: requests.PreparedRequest) -> None:
        try:
            body = json.loads(request.body)
        except (TypeError, ValueError):
            return
        # A value that the document allows is replaced by another one: what is wrong with the rest stays wrong.
        if isinstance(body, dict) and PUBLIC_KEY.fullmatch(str(body.get("public_key"))):
            body["public_key"] = self.applicant.public.hex()
            request.prepare_body(json.dumps(body), None)


class Token(requests.auth.AuthBase):
    """The license desk."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


keys = [Key(os.environ[f"OPENAPI_{name}"]) for name in ("MEMBER", "POLLER", "APPLICANT")]
schemathesis.auth.set_from_requests(Signature(*keys)).apply_to(path_regex="^/v1/")
schemathesis.auth.set_from_requests(Token(os.environ["OPENAPI_TOKEN"])).apply_to(path_regex="^/staff/v1/")

counts = {"cases": 0, "closed": 0, "past_authentication": 0, "by_status": {}}


def plain(value):
    """The same JSON value with its whole numbers written as such: 144.0 is an integer to JSON Schema, but not to us."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


@schemathesis.hook
def map_body(context, body):
    return plain(body)


@schemathesis.hook
def after_call(context, case, response):
    counts["cases"] += 1
    status = str(response.status_code)
    counts["by_status"][status] = counts["by_status"].get(status, 0) + 1
    if case.operation.path.startswith(("/v1/", "/staff/v1/")) and case.operation.path != "/v1/back-office-keys":
        counts["closed"] += 1
        counts["past_authentication"] += response.status_code != 401


@atexit.register
def write_counts() -> None:
    Path(os.environ["OPENAPI_COUNTS"]).write_text(json.dumps(counts))
