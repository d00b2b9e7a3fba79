"""Passkeys: signing in with a device's fingerprint or face, without any message (WebAuthn level 3)."""
