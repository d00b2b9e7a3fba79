"""The headers that every answer carries to a browser; the CDN sets them in AWS and the proxy does locally."""

from fnmatch import fnmatchcase

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
STRICT_TRANSPORT_SECONDS = 63_072_000

# The pages that scan a citizen card, and they alone, may use the camera; as CloudFront's path patterns.
CAMERA_PAGES = ("/declare.html", "/en/declare.html", "/tram/*", "/en/station/*")
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
# Those that CloudFront's policies have no field for.
NOT_BUILT_IN = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": PERMISSIONS_POLICY,
}
NOT_BUILT_IN_WITH_CAMERA = NOT_BUILT_IN | {
    "permissions-policy": PERMISSIONS_POLICY.replace("camera=()", "camera=(self)")
}
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "referrer-policy": "no-referrer",
    "strict-transport-security": f"max-age={STRICT_TRANSPORT_SECONDS}; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    **NOT_BUILT_IN,
}


def headers_of(path: str) -> dict[str, str]:
    """The headers of the answer to a request for `path`."""
    with_camera = any(fnmatchcase(path, pattern) for pattern in CAMERA_PAGES)
    return SECURITY_HEADERS | NOT_BUILT_IN_WITH_CAMERA if with_camera else SECURITY_HEADERS
