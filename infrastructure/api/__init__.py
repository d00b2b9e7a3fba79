"""CDN, web ACL, HTTP API and its document."""
