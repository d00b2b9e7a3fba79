"""The headers that every answer carries to a browser; the CDN sets them in AWS and the proxy does locally."""

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

# Those that CloudFront's policies have no field for.
NOT_BUILT_IN = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "referrer-policy": "no-referrer",
    "strict-transport-security": f"max-age={STRICT_TRANSPORT_SECONDS}; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    **NOT_BUILT_IN,
}
