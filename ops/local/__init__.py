"""The local stack: an AWS emulator, a real deployment into it, and a proxy in the CDN's place."""
